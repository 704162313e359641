"""Tiers with an owner and a timer, and cases that rise through them."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.choices import EventKind
from accounts.models import Event
from escalations.choices import CaseState
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Case, Queue, TierRule
from escalations.services.raising import raise_cases
from escalations.services.tiers import ensure_tiers, remove_tier, save_ladder, save_tier
from tests.cast import Cast
from tests.escalations.cases import accountable_for, queued
from tests.escalations.people import claim, decide


@pytest.fixture
def case(cast: Cast) -> Case:
    return queued(cast)


def raised(case: Case) -> list[Event]:
    return list(Event.objects.filter(stream=case.pk, kind=EventKind.CASE_RAISED).order_by("seq"))


def test_every_desk_has_three_tiers_each_with_an_owner_and_a_timer(cast: Cast) -> None:
    """R058, R047 to R051: frontline, supervisor, SME and compliance are the shipped ladder."""
    rules = list(TierRule.objects.filter(client=None).order_by("number"))
    assert [rule.name for rule in rules] == ["Frontline", "Supervisor", "SME / Compliance"]
    assert [rule.owner for rule in rules] == [cast.sunny, cast.sunny, cast.cora]
    assert all(rule.dwell_minutes > 0 and rule.lease_seconds >= 60 for rule in rules)
    assert cast.queue("billing").raises_to == cast.queue("supervisors")
    assert cast.queue("supervisors").raises_to == cast.queue("sme")
    assert cast.queue("compliance").raises_to is None


def test_a_tier_that_somebody_changed_stays_as_it_is(cast: Cast) -> None:
    TierRule.objects.filter(client=None, number=1).update(dwell_minutes=7)
    ensure_tiers()
    assert TierRule.objects.get(client=None, number=1).dwell_minutes == 7


@pytest.mark.parametrize(
    "column",
    [{"owner": None}, {"dwell_minutes": 0}, {"dwell_minutes": None}, {"number": 4}, {"lease_seconds": 5}],
)
def test_the_database_keeps_no_tier_without_owner_and_timer(cast: Cast, column: dict[str, Any]) -> None:
    """R058."""
    with pytest.raises(DatabaseError), transaction.atomic():
        TierRule.objects.filter(number=1).update(**column)


def test_the_database_keeps_no_queue_without_a_tier_rule(cast: Cast) -> None:
    """R058: everybody's tiers can't be deleted, and a queue can't stand beside them."""
    with pytest.raises(DatabaseError), transaction.atomic():
        TierRule.objects.filter(client=None, number=2).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Queue.objects.create(slug="attic", name="Attic", tier=4, owner=cast.sunny)


def test_the_database_lets_no_queue_raise_sideways_or_down(cast: Cast) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        _raise_and_check("supervisors", cast.queue("frontline"))


def _raise_and_check(slug: str, to: Queue) -> None:
    """What a commit would find; nothing stays of it."""
    Queue.objects.filter(slug=slug).update(raises_to=to)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("field", "value"), [("dwell_minutes", 0), ("lease_seconds", 10), ("authority", -1), ("number", 9)]
)
def test_a_tier_is_saved_whole_or_not_at_all(cast: Cast, field: str, value: int) -> None:
    """R058."""
    rule = TierRule.objects.get(client=None, number=1)
    setattr(rule, field, value)
    with pytest.raises(Invalid) as told:
        save_tier(rule=rule, actor=cast.adam)
    assert list(told.value.errors) == [field]


def test_a_change_of_a_tier_is_an_event_with_its_diff(cast: Cast) -> None:
    rule = TierRule.objects.get(client=None, number=1)
    rule.dwell_minutes = 30
    save_tier(rule=rule, actor=cast.adam)
    event = Event.objects.filter(kind=EventKind.TIER_CHANGED).latest("at")
    assert (event.data["before"]["dwell_minutes"], event.data["after"]["dwell_minutes"]) == (60, 30)


def test_a_clients_own_tier_is_made_once_and_removed_again(cast: Cast) -> None:
    def own() -> TierRule:
        return TierRule(client=cast.acme, number=1, name="First line", owner=cast.sunny, dwell_minutes=10)

    rule = save_tier(rule=own(), actor=cast.adam)
    with pytest.raises(Conflict):
        save_tier(rule=own(), actor=cast.adam)
    remove_tier(rule=rule, actor=cast.adam)
    with pytest.raises(Conflict):
        remove_tier(rule=TierRule.objects.get(client=None, number=1), actor=cast.adam)


def test_who_may_not_edit_tiers_changes_none(cast: Cast) -> None:
    for nobody in (cast.fay, cast.stan, cast.audrey):
        with pytest.raises(NotAllowed):
            save_tier(rule=TierRule.objects.get(client=None, number=1), actor=nobody)
        with pytest.raises(NotAllowed):
            save_ladder(queue=cast.queue("billing"), raises_to=cast.queue("sme"), actor=nobody)


def test_a_case_rises_one_tier_and_another_person_answers_for_it(cast: Cast, case: Case) -> None:
    """R048: at the timer's end it moves to tier 2, exactly once for each time it is told to."""
    before = case.tier
    moved = raise_cases(because={case.pk: "tier_dwell"})
    case = Case.objects.select_related("queue__owner", "holder", "agent").get(pk=case.pk)
    assert len(moved) == 1
    assert case.tier == before + 1 == case.queue.tier  # type: ignore[union-attr]
    assert accountable_for(case) == case.queue.owner  # type: ignore[union-attr]
    (event,) = raised(case)
    told = event.data
    assert (told["because"], told["from"]["tier"], told["to"]["tier"]) == ("tier_dwell", before, case.tier)


def test_whoever_works_a_case_that_rises_loses_it_and_cannot_decide_it(cast: Cast, case: Case) -> None:
    """R048: ownership changes; R051: never two who answer for it."""
    claim(case, cast.sunny)
    raise_cases(because={case.pk: "tier_dwell"})
    case.refresh_from_db()
    assert (case.state, case.holder) == (CaseState.QUEUED, None)
    assert raised(case)[0].data["from"]["holder"] == cast.sunny.pk
    with pytest.raises(Conflict):
        decide(case, cast.sunny, "approve", disposition="answered")


def test_a_case_on_the_highest_tier_stays_there(cast: Cast, case: Case) -> None:
    for tier in (2, 3):
        raise_cases(because={case.pk: "tier_dwell"})
        assert Case.objects.get(pk=case.pk).tier == tier
    assert raise_cases(because={case.pk: "tier_dwell"}) == []
    assert len(raised(case)) == 2


def test_an_ended_case_does_not_rise(cast: Cast, case: Case) -> None:
    claim(case, cast.sunny)
    decide(case, cast.sunny, "approve", disposition="answered")
    assert raise_cases(because={case.pk: "tier_dwell"}) == []
    assert raised(case) == []


def test_many_that_wait_alike_rise_in_as_many_statements_as_few(cast: Cast) -> None:
    """R048: a thousand breaches at once are one batch's work; each still has its own event."""
    few = [queued(cast, external_id=f"few-{n}") for n in range(2)]
    many = [queued(cast, external_id=f"many-{n}") for n in range(6)]
    counts = []
    for some in (few, many):
        with CaptureQueriesContext(connection) as asked:
            moved = raise_cases(because={one.pk: "tier_dwell.breached" for one in some})
        counts.append(len(asked))
        assert {one.id for one in moved} == {one.pk for one in some}
    assert counts[0] == counts[1]
    for case in many:
        (event,) = raised(case)
        assert (event.data["because"], event.data["from"]["holder"]) == ("tier_dwell.breached", None)


def test_those_that_differ_are_told_apart_in_one_batch(cast: Cast, case: Case) -> None:
    """R048, R080: one is held, one waits, one stands on the highest tier."""
    claim(case, cast.sunny)
    other = queued(cast, external_id="waits")
    moved = raise_cases(because={case.pk: "resolution.breached", other.pk: "tier_dwell.breached"})
    assert len(moved) == 2
    ((one,), (two,)) = raised(case), raised(other)
    assert (one.data["because"], one.data["from"]["holder"]) == ("resolution.breached", cast.sunny.pk)
    assert (two.data["because"], two.data["from"]["holder"]) == ("tier_dwell.breached", None)
