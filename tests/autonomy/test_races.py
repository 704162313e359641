"""Settling races the trip, with real connections and commits: after the trip nothing is settled (R089)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.ledger.reading import ledger_faults
from accounts.models import Event
from escalations.choices import TripCode
from escalations.errors import Conflict
from escalations.models import Breaker, Case, CaseType, Decision, StepUp, Trip
from escalations.services import nudging
from escalations.services.autonomy import step_down
from escalations.services.breaking import stop, trip
from escalations.services.stepping import approve, propose
from tests.autonomy.test_levels import complete
from tests.cast import Cast
from tests.engine import Scripted, work
from tests.escalations.bodies import faq
from tests.robot import Robot

pytestmark = pytest.mark.django_db(transaction=True)

CASES, WORKERS = 40, 6


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nudging, "send", lambda: None)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """All of them start together, each with a connection of its own."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return act()
        except Conflict as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("how", ["trip", "stop", "down"])
def test_after_the_stop_no_settlement_is_recorded(cast: Cast, how: str) -> None:
    """R089: workers settle while somebody stops them; each settlement stands in the ledger before the stop."""
    kind, sunny = cast.case_type("faq_chat"), cast.sunny
    robot = Robot(cast.token())
    for _ in range(CASES):
        robot.post(faq())
    ends: dict[str, Callable[[], Any]] = {
        "trip": lambda: trip(kind, TripCode.MIX, "Other cases come.", actor=None),
        "stop": lambda: stop(case_type=kind, reason="now", actor=sunny),
        "down": lambda: step_down(case_type=kind, level="suggest", reason="now", actor=sunny),
    }

    def after_a_few() -> None:
        while Decision.objects.count() < CASES // 8:
            connection.close()
        ends[how]()

    at_once(*[lambda: work(Scripted())] * WORKERS, after_a_few)
    states = dict.fromkeys(Case.objects.values_list("state", flat=True))
    assert set(states) == {"auto_resolved", "queued"}, "some came before the stop, some after"
    kinds = ("autonomy.tripped", "autonomy.stopped", "autonomy.changed")
    stopped = Event.objects.get(kind__in=kinds).at
    settled = Event.objects.filter(kind="case.auto_resolved")
    assert settled.count() == Decision.objects.filter(verb="auto_resolve").count()
    assert not settled.filter(at__gte=stopped).exists()
    assert not Decision.objects.filter(verb="auto_resolve", created_at__gte=stopped).exists()
    assert list(ledger_faults()) == []


def test_many_stops_at_once_are_one(cast: Cast) -> None:
    kind, sunny = cast.case_type("faq_chat"), cast.sunny
    made = at_once(*[lambda: stop(case_type=kind, reason="now", actor=sunny)] * 5)
    assert len({one.pk for one in made}) == Trip.objects.count() == 1
    assert Event.objects.filter(kind="autonomy.stopped").count() == 1


def test_two_approvals_at_once_take_the_step_once(cast: Cast) -> None:
    CaseType.objects.filter(slug="faq_chat").update(autonomy="supervised")
    kind = cast.case_type("faq_chat")
    complete(cast, kind)
    step = propose(case_type=kind, kind="up", level="autonomous", reason="ready", actor=cast.adam)
    sunny = cast.sunny
    answers = at_once(*[lambda: approve(step=StepUp.objects.get(pk=step.pk), side="ops", actor=sunny)] * 4)
    assert sum(isinstance(one, StepUp) for one in answers) >= 1
    assert Event.objects.filter(kind="autonomy.changed").count() == 1
    assert CaseType.objects.get(pk=kind.pk).autonomy == "autonomous"
    assert Breaker.objects.get(case_type=kind).state == "closed"
