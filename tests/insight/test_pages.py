"""The page of handoff success: the figure first, each number opens its cases, scope by rights (R068, R070)."""

import csv
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from escalations.autonomy.success import Outcome, rate
from escalations.models import Case, HandoffOutcome
from escalations.services.handoff_judging import judge_handoffs
from reviews.selectors.insight import figures
from reviews.selectors.insight.asked import Asked
from tests.cast import Cast
from tests.escalations.bodies import handoff
from tests.insight.cases import LATER, ended, handed
from tests.robot import Robot

pytestmark = pytest.mark.django_db
Door = Callable[[User], Browser]


@pytest.fixture
def ten(cast: Cast, robot: Robot) -> list[Case]:
    """Eight good handoffs, two without a summary; all judged for good."""
    short = handoff()
    del short["summary"]
    cases = [handed(robot, handoff=handoff() if n < 8 else short) for n in range(10)]
    for case in cases:
        ended(case, cast.fay)
    judge_handoffs(now=timezone.now() + LATER)
    return cases


def asked(actor: User) -> Asked:
    now = timezone.now()
    return Asked(actor, now - timedelta(days=1), now + timedelta(days=1))


def test_the_figures_equal_the_published_formula_on_the_same_cases(cast: Cast, ten: list[Case]) -> None:
    """R068: counted in the database, the same as the pure formula row by row; with Wilson's interval."""
    names = ("complete", "nothing_asked_again", "right_queue", "in_time", "not_reopened")
    rows = [Outcome(*(getattr(row, name) for name in names)) for row in HandoffOutcome.objects.all()]
    now = figures.total(asked(cast.sunny))
    assert now == rate(rows)
    assert now.rate is not None
    assert (now.known, now.successes, round(now.rate.low, 3), round(now.rate.high, 3)) == (10, 8, 0.49, 0.943)
    lines = {line.name: line.rate for line in figures.by(asked(cast.sunny), "missing")}
    assert (lines["Summary"].known, lines["Summary"].successes, lines["Nothing missing"].successes) == (
        2,
        0,
        8,
    )
    assert [one.n for one in figures.handled(asked(cast.sunny))] == [8, 2]
    assert figures.handled(asked(cast.sunny))[0].median is not None


def test_the_page_says_the_figure_its_size_and_interval_and_opens_the_cases(
    cast: Cast, ten: list[Case], signed_in: Door
) -> None:
    """R068, R070: the first figure of the page; a number leads to its cases; files say the same."""
    browser = signed_in(cast.sunny)
    page = browser.get("/insight/").content.decode()
    assert "80.0 % of the handoffs succeeded" in page or "80.0% of the handoffs succeeded" in page
    assert "49.0 to 94.3" in page
    assert "2 failed" in page
    failed = browser.get("/insight/handoffs/?missing=summary&outcome=failed").content.decode()
    assert ten[8].ref in failed
    assert ten[9].ref in failed
    assert ten[0].ref not in failed
    rows = list(csv.reader(browser.get("/insight/?format=csv").content.decode().splitlines()))
    assert rows[1][:6] == ["all", "all", "10", "8", "0", "0.8000"]
    listed = list(csv.reader(browser.get("/insight/handoffs/?format=csv").content.decode().splitlines()))
    assert len(listed) == 11


def test_each_sees_the_figures_and_the_cases_that_their_rights_reach(
    cast: Cast, ten: list[Case], signed_in: Door
) -> None:
    """R068: figures by insight.view, lists by case.view; of another client nothing at all."""
    assert signed_in(cast.fay).get("/insight/").status_code == 403
    admin = signed_in(cast.adam).get("/insight/").content.decode()
    assert "49.0 to 94.3" in admin
    assert "/insight/handoffs/?since" not in admin
    listed = signed_in(cast.adam).get("/insight/handoffs/").content.decode()
    assert "10 of them of cases that you may not open" in listed
    assert ten[0].ref not in listed
    HandoffOutcome.objects.update(client=cast.birch)
    audrey = signed_in(cast.audrey).get("/insight/").content.decode()
    assert "Needs 8 judged handoffs, has 0" in audrey


@pytest.mark.parametrize(
    ("query", "status"),
    [("?client=nobody", 422), ("?since=2026-05-05&until=2026-05-01", 422), ("handoffs/?part=x", 404),
     ("handoffs/?page=0", 404), ("?since=1800-01-01", 422)],
)  # fmt: skip
def test_what_is_not_asked_for_rightly_is_refused(
    cast: Cast, signed_in: Door, query: str, status: int
) -> None:
    assert signed_in(cast.sunny).get(f"/insight/{query}").status_code == status
