"""The live process, for tests that listen."""

from collections.abc import Iterator

import pytest

from tests.live.server import Process, hushed


@pytest.fixture
def process() -> Iterator[Process]:
    """A live process on the throw-away Redis."""
    hushed()
    with Process() as running:
        yield running
