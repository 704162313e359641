"""What the tests of the human work share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from escalations.models import Case
from tests.cast import Cast
from tests.reviews.makers import waiting

MakeCase = Callable[..., Case]


@pytest.fixture
def new_case(cast: Cast) -> MakeCase:
    """Makes a case that waits in Acme's billing queue, or `slug`'s, for anybody."""

    def make(slug: str = "billing_dispute", client: str = "acme", **more: Any) -> Case:
        agent = cast.acme_bot if client == "acme" else cast.birch_bot
        return waiting(cast.case_type(slug, client), agent, **more)

    return make


@pytest.fixture
def fay(cast: Cast) -> Browser:
    """Fay's browser."""
    browser = Browser(raise_request_exception=True)
    browser.force_login(cast.fay)
    return browser


@contextmanager
def statements(most: int) -> Iterator[CaptureQueriesContext]:
    """At most so many statements besides BEGIN, COMMIT and savepoints."""
    with CaptureQueriesContext(connection) as context:
        yield context
    counted = [q["sql"] for q in context.captured_queries if not _frame(q["sql"])]
    assert len(counted) <= most, "\n\n".join(sql[:300] for sql in counted)


def _frame(sql: str) -> bool:
    return sql.split(maxsplit=1)[0].upper().rstrip(";") in {
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT",
        "RELEASE",
    }
