"""Warnings and breaches: each once, in order, never for a case resolved in time; and the case that rises."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from accounts.choices import EventKind
from accounts.models import Event
from escalations.choices import AlertKind, CaseState
from escalations.models import Alert, Case, Clock, Decision
from escalations.services import milestones
from reviews.services.claim import claim_case
from reviews.services.sweep import wake_cases
from reviews.services.undo import undo_decision
from tests.cast import Cast
from tests.escalations.cases import queued
from tests.escalations.clocks.test_timing import age, clocks
from tests.reviews.deciding import decide, final, held

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def fired(case: Case) -> list[tuple[str, str]]:
    """(timer, warned or breached) in the order of the ledger."""
    kinds = (EventKind.SLA_WARNED, EventKind.SLA_BREACHED)
    events = Event.objects.filter(stream=case.pk, kind__in=kinds).order_by("seq")
    return [(event.data["timer"], event.kind.removeprefix("sla.")) for event in events]


def let_pass(case: Case, *timers: str, warn_only: bool = False) -> None:
    """The warning (and the end) of these clocks were due just now."""
    of = Clock.objects.filter(case=case, stopped_at__isnull=True, timer__in=timers)
    of.update(warn_at=Now() - 3 * SECOND, next_at=Now() - 3 * SECOND)
    if not warn_only:
        of.update(due_at=Now() - SECOND)


def open_alerts(kind: AlertKind, case: Case) -> Sequence[Alert]:
    return list(Alert.objects.filter(kind=kind, case_id=case.pk, ended_at__isnull=True))


def test_a_warning_and_then_the_breach_fire_once_each_however_often_one_looks(cast: Cast) -> None:
    """R055, R064, P6: in order, with an event and one alert each."""
    case = queued(cast)
    let_pass(case, "resolution")
    assert milestones.fire_due() == 2
    assert milestones.fire_due() == 0
    assert fired(case) == [("resolution", "warned"), ("resolution", "breached")]
    clock = clocks(case)["resolution", 1]
    assert clock.warned_at is not None
    assert clock.breached_at is not None
    assert clock.next_at is None
    assert clock.penalty == 0
    (alert,) = open_alerts(AlertKind.SLA_BREACHED, case)
    assert cast.sunny.pk in alert.people  # who answers for the queue
    assert alert.roles == ["supervisor"]
    assert alert.count == 1
    assert len(open_alerts(AlertKind.SLA_WARNED, case)) == 1


def test_a_warning_alone_leaves_the_end_due(cast: Cast) -> None:
    case = queued(cast)
    due = clocks(case)["resolution", 1].due_at
    let_pass(case, "resolution", warn_only=True)
    milestones.fire_due()
    assert fired(case) == [("resolution", "warned")]
    assert clocks(case)["resolution", 1].next_at == due


def test_whoever_holds_the_case_is_told_too(cast: Cast) -> None:
    case = held(queued(cast), cast.ella)
    let_pass(case, "resolution")
    milestones.fire_due()
    (alert,) = open_alerts(AlertKind.SLA_BREACHED, case)
    assert set(alert.people) == {cast.ella.pk, cast.sunny.pk}


def test_the_end_of_a_tiers_time_takes_the_case_up_exactly_once(cast: Cast) -> None:
    """R048: it moves to tier 2, ownership changes, both parties are told; doing it again does nothing more."""
    case = held(queued(cast), cast.ella)
    let_pass(case, "tier_dwell")
    milestones.fire_due()
    milestones.fire_due()
    up = Case.objects.select_related("queue").get(pk=case.pk)
    assert (up.state, up.tier, up.holder) == (CaseState.QUEUED, 2, None)
    assert up.queue is not None
    assert Event.objects.filter(stream=case.pk, kind=EventKind.CASE_RAISED).count() == 1
    (alert,) = open_alerts(AlertKind.RAISED, case)
    assert set(alert.people) >= {cast.ella.pk, cast.sunny.pk, up.queue.owner_id}
    found = clocks(case)
    assert found["tier_dwell", 1].met is False
    assert (found["tier_dwell", 2].tier, found["tier_dwell", 2].met) == (2, None)
    assert found["tier_dwell", 2].next_at is not None


def test_on_the_highest_tier_the_breach_is_told_and_the_case_stays(cast: Cast) -> None:
    case = queued(cast)
    for tier in (2, 3, 3):
        let_pass(case, "tier_dwell")
        milestones.fire_due()
        assert Case.objects.get(pk=case.pk).tier == tier
    assert fired(case).count(("tier_dwell", "breached")) == 3
    assert clocks(case)["tier_dwell", 3].next_at is None


def test_a_case_resolved_in_time_is_never_told_of_a_time_that_passed(cast: Cast) -> None:
    """Also while its decision can still be taken back; when it is, the clocks run on."""
    case = held(queued(cast), cast.sunny)
    decide(case, cast.sunny)
    Clock.objects.filter(case=case).update(
        warn_at=Now(), due_at=Now() + F("id") * timedelta(microseconds=1), next_at=Now()
    )
    assert milestones.fire_due() == 0
    assert fired(case) == []
    assert not Clock.objects.filter(case=case, next_at__isnull=False).exists()
    undo_decision(decision_id=Decision.objects.get(case=case).pk, actor=cast.sunny)
    assert Clock.objects.filter(case=case, next_at__isnull=False).count() == 3


def test_a_case_resolved_too_late_is_told_of_even_when_the_sweepers_were_away(cast: Cast) -> None:
    case = queued(cast)
    age(case, timedelta(hours=900))
    decide(held(case, cast.sunny), cast.sunny)
    final(Decision.objects.get(case=case))
    milestones.fire_due()
    milestones.fire_due()
    assert sorted(fired(case)) == [(t, "breached") for t in ("first_response", "resolution", "tier_dwell")]
    assert {clock.met for clock in clocks(case).values()} == {False}
    assert Case.objects.get(pk=case.pk).state == CaseState.CLOSED


def test_a_case_that_should_rise_while_it_is_with_the_ai_rises_when_it_is_back(cast: Cast) -> None:
    """R048: nothing passes its time unseen because it was elsewhere at that moment."""
    case = held(queued(cast), cast.sunny)
    decide(case, cast.sunny, verb="return_to_ai", instructions="Ask for the receipt.")
    let_pass(case, "tier_dwell")
    milestones.fire_due()
    assert Case.objects.get(pk=case.pk).tier == 1
    Case.objects.filter(pk=case.pk).update(wake_at=Now())
    wake_cases()
    Clock.objects.filter(case=case, breached_at__isnull=False).update(next_at=Now())
    milestones.fire_due()
    assert Case.objects.get(pk=case.pk).tier == 2
    assert fired(case).count(("tier_dwell", "breached")) == 1


def test_after_an_outage_the_most_overdue_comes_first(cast: Cast) -> None:
    cases = [queued(cast, external_id=f"late-{number}") for number in range(3)]
    for case, minutes in zip(cases, (5, 50, 20), strict=True):
        Clock.objects.filter(case=case, timer="resolution").update(
            warn_at=Now() - timedelta(minutes=minutes), next_at=Now() - timedelta(minutes=minutes)
        )
    milestones.fire_due()
    events = Event.objects.filter(kind=EventKind.SLA_WARNED).order_by("at").values_list("stream", flat=True)
    assert list(events) == [cases[1].pk, cases[2].pk, cases[0].pk]


def test_a_hold_that_pauses_is_never_due(cast: Cast) -> None:
    case = queued(cast)
    claim_case(case=case, actor=cast.sunny)
    decide(
        Case.objects.select_related("queue", "client", "case_type").get(pk=case.pk), cast.sunny, verb="hold"
    )
    assert not Clock.objects.filter(case=case, next_at__isnull=False, stopped_at__isnull=True).exists()
