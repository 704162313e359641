"""A case that nobody can take says so wherever it is listed, and which skill it asks for."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from escalations.models import Case
from reviews.services.assigning import find_unroutable
from tests.cast import Cast
from tests.people.floor import asks, fresh, teach
from tests.reviews.makers import waiting

pytestmark = pytest.mark.django_db

SignedIn = Callable[[User], Browser]
BOARD = ("/board/cases/", "/board/part/risk/")


@pytest.fixture
def case(cast: Cast) -> Case:
    asks(cast.case_type("faq_chat"), network_engineer=2)
    return waiting(cast.case_type("faq_chat"), cast.acme_bot, due_in=timedelta(hours=1))


def test_every_place_that_shows_the_case_says_that_nobody_can_take_it(
    cast: Cast, case: Case, signed_in: SignedIn
) -> None:
    """R042: a technical error that only an engineer may take, and no engineer there is; so too R043."""
    browser, places = signed_in(cast.sunny), ("/queue/?tab=team", *BOARD, f"/cases/{case.ref}/")
    assert [said(browser, place) for place in places] == [False] * 4
    find_unroutable()
    assert [said(browser, place) for place in places] == [True] * 4
    teach(cast.fay, "network_engineer")
    find_unroutable()
    assert [said(browser, place) for place in places] == [False] * 4


def test_what_it_says_costs_no_statement(cast: Cast, case: Case, signed_in: SignedIn) -> None:
    """R042: the case's own row holds it."""
    browser, places = signed_in(cast.sunny), ("/queue/?tab=team", *BOARD, f"/cases/{case.ref}/")
    for place in places:
        browser.get(place)  # what is kept by a process is there
    before = [cost(browser, place) for place in places]
    find_unroutable()
    assert [cost(browser, place) for place in places] == before
    assert fresh(case).unroutable_since is not None


def cost(browser: Browser, place: str) -> int:
    """The statements of a page."""
    with CaptureQueriesContext(connection) as asked:
        browser.get(place)
    return len(asked)


def said(browser: Browser, place: str) -> bool:
    """Does the page say it?"""
    answer = browser.get(place)
    assert answer.status_code == 200
    return "Nobody can take it: it asks for Network engineer (able)" in unescape(answer.content.decode())
