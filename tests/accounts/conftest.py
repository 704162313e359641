"""A stream to try things on."""

import uuid

import pytest

from accounts.ledger import stream_of
from tests.accounts.ledger import tell


@pytest.fixture
def stream(db: None) -> uuid.UUID:
    """A stream of five events."""
    stream = stream_of("test", uuid.uuid4())
    tell(stream, 5)
    return stream
