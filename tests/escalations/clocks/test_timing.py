"""Clocks on real cases: started, paused, stopped and judged by what happens to the case."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from accounts.choices import EventKind
from accounts.models import Event
from escalations.choices import CaseState, Timer
from escalations.models import Case, Clock, Decision, SlaPolicy, TierRule
from escalations.services.raising import raise_cases
from escalations.services.tiers import save_tier
from escalations.services.timing import retime
from reviews.services.claim import claim_case
from reviews.services.flag import flag_case
from reviews.services.moving import move_case
from reviews.services.sweep import wake_cases
from reviews.services.undo import undo_decision
from tests.cast import Cast
from tests.database import walls_down
from tests.engine import work
from tests.escalations.cases import let_undo_pass, queued, settled
from tests.reviews.deciding import decide, final, held
from tests.robot import Robot

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def clocks(case: Case) -> dict[tuple[str, int], Clock]:
    return {(clock.timer, clock.round): clock for clock in Clock.objects.filter(case=case)}


def age(case: Case, by: timedelta) -> None:
    """Everything about the case happened so much earlier. Only a table's owner can do this to a ledger."""
    with walls_down("accounts_event"), connection.cursor() as cursor:
        sql = "UPDATE accounts_event SET at = at - make_interval(secs => %s) WHERE stream = %s"
        cursor.execute(sql, [by.total_seconds(), case.pk])
        cursor.execute("UPDATE accounts_event SET body = body WHERE stream = %s", [case.pk])


def due(clock: Clock) -> datetime:
    """When it is due; it runs."""
    assert clock.due_at is not None
    return clock.due_at


def last_decision(case: Case) -> Decision:
    return Decision.objects.filter(case=case).latest("created_at")


def test_a_case_that_needs_a_person_has_three_clocks_and_the_soonest_is_its_due_time(cast: Cast) -> None:
    """R053, R055, R057, R058: with nothing set up but the defaults, no case is without a promise."""
    case = queued(cast)
    found = clocks(case)
    assert set(found) == {("first_response", 1), ("resolution", 1), ("tier_dwell", 1)}
    assert all(clock.next_at == clock.warn_at for clock in found.values())
    dwell, resolution = found["tier_dwell", 1], found["resolution", 1]
    assert dwell.target == 3600
    assert due(resolution) - resolution.started_at == timedelta(seconds=resolution.target)
    assert case.due_at == min(due(clock) for clock in found.values())
    started = Event.objects.get(stream=case.pk, kind=EventKind.SLA_STARTED)
    assert started.actor_kind == "system"
    assert {tuple(one[:2]) for one in started.data["clocks"]} == set(found)


def test_asking_for_information_answers_the_customer_and_pauses_the_rest(cast: Cast) -> None:
    """R055: and the wait's end lets it run on, later by as long as it was."""
    case = held(queued(cast), cast.sunny)
    before = clocks(case)["resolution", 1]
    decide(case, cast.sunny, verb="request_info", note="Which card?")
    found = clocks(case)
    assert found["first_response", 1].met
    assert found["resolution", 1].paused == "info"
    assert found["resolution", 1].due_at is None
    assert Case.objects.get(pk=case.pk).due_at is None
    age(case, 3 * HOUR)
    Case.objects.filter(pk=case.pk).update(wake_at=Now())
    wake_cases()
    after = clocks(case)["resolution", 1]
    assert after.paused == ""
    assert due(after) - due(before) < timedelta(
        minutes=1
    )  # all of it lies three hours earlier, and waited three
    assert Case.objects.get(pk=case.pk).due_at is not None


def test_a_snooze_pauses_nothing(cast: Cast) -> None:
    """R055."""
    case = held(queued(cast), cast.sunny)
    before = clocks(case)["resolution", 1].due_at
    decide(case, cast.sunny, verb="snooze")
    assert clocks(case)["resolution", 1].due_at == before


def test_a_closed_case_says_of_every_timer_whether_it_was_met(cast: Cast) -> None:
    """R055: judged by the decision's own time, when it is final; until then the decision writes no clock."""
    case = held(queued(cast), cast.sunny)
    decide(case, cast.sunny)
    assert not Clock.objects.filter(case=case, stopped_at__isnull=False).exists()
    final(last_decision(case))
    found = clocks(case)
    decided = Event.objects.get(stream=case.pk, kind=EventKind.CASE_DECIDED)
    assert {(clock.met, clock.stopped_at, clock.next_at) for clock in found.values()} == {
        (True, decided.at, None)
    }
    assert found["resolution", 1].elapsed == int(
        (decided.at - found["resolution", 1].started_at).total_seconds()
    )
    stopped = Event.objects.get(stream=case.pk, kind=EventKind.SLA_STOPPED)
    assert {(one[0], one[4]) for one in stopped.data["clocks"]} == {(timer, "met") for timer, _ in found}


def test_a_case_decided_too_late_missed_its_times_even_if_nobody_had_said_so(cast: Cast) -> None:
    case = queued(cast)
    age(case, 900 * HOUR)
    decide(held(case, cast.sunny), cast.sunny)
    final(last_decision(case))
    found = clocks(case)
    assert {clock.met for clock in found.values()} == {False}
    assert all(
        clock.next_at == clock.due_at for clock in found.values()
    )  # the sweeper still tells, once each


def test_what_the_ai_settled_is_judged_too(cast: Cast) -> None:
    case = settled(cast)
    assert not Clock.objects.filter(case=case).exists()
    let_undo_pass(case)
    assert {timer: clock.met for (timer, _), clock in clocks(case).items()} == {
        "first_response": True, "resolution": True,
    }  # fmt: skip


def test_taking_a_decision_back_lets_every_clock_run_on(cast: Cast) -> None:
    case = held(queued(cast), cast.sunny)
    before = clocks(case)
    decide(case, cast.sunny, verb="request_info", note="Which card?")
    undo_decision(decision_id=last_decision(case).pk, actor=cast.sunny)
    after = clocks(case)
    assert after["first_response", 1].stopped_at is None
    assert after["first_response", 1].met is None
    assert {key: clock.paused for key, clock in after.items()} == dict.fromkeys(before, "")
    assert after["tier_dwell", 1].next_at is not None


def test_a_customers_message_after_the_answer_asks_for_the_next_one(cast: Cast) -> None:
    """R055: next response."""
    case = held(queued(cast), cast.sunny)
    decide(case, cast.sunny, verb="request_info", note="Which card?")
    Robot(cast.token()).say(case.pk, "The blue one.")
    found = clocks(case)
    assert found["next_response", 1].stopped_at is None
    said = Event.objects.filter(stream=case.pk, kind=EventKind.CASE_MESSAGE).latest("seq")
    assert found["next_response", 1].started_at == said.at


def test_rising_ends_one_tiers_time_and_begins_the_nexts(cast: Cast) -> None:
    """R048, R058."""
    case = queued(cast)
    assert raise_cases(because={case.pk: "test"})
    retime([case.pk])
    found = clocks(case)
    assert found["tier_dwell", 1].met
    assert (found["tier_dwell", 2].tier, found["tier_dwell", 2].target) == (2, 7200)
    assert found["tier_dwell", 2].stopped_at is None


def test_moving_a_case_to_a_higher_tier_begins_that_tiers_time(cast: Cast) -> None:
    """R058."""
    case = Case.objects.select_related("queue", "client").get(pk=queued(cast).pk)
    move_case(case=case, queue=cast.queue("supervisors"), actor=cast.sunny)
    found = clocks(case)
    assert found["tier_dwell", 1].stopped_at is not None
    assert found["tier_dwell", 2].tier == 2


def test_a_tiers_new_time_reaches_the_cases_that_wait_there(cast: Cast) -> None:
    """R058, R061: in the background."""
    case = queued(cast)
    rule = TierRule.objects.get(client=None, number=1)
    rule.dwell_minutes = 25
    save_tier(rule=rule, actor=cast.adam)
    work()
    assert clocks(case)["tier_dwell", 1].target == 1500


def test_a_reopened_case_has_new_clocks_and_keeps_the_old_verdicts(cast: Cast) -> None:
    case = held(queued(cast), cast.sunny)
    decide(case, cast.sunny)
    final(last_decision(case))
    case = Case.objects.select_related("case_type", "client", "queue").get(pk=case.pk)
    flag_case(case=case, actor=cast.sunny, reason="Wrong card")
    found = clocks(case)
    assert found["resolution", 1].met
    assert found["resolution", 2].met is None
    ended = found["resolution", 1].stopped_at
    assert ended is not None
    assert found["resolution", 2].started_at > ended
    assert Case.objects.get(pk=case.pk).due_at == min(
        due(clock) for clock in found.values() if clock.stopped_at is None
    )


def test_timing_a_case_again_changes_nothing(cast: Cast) -> None:
    """R061: what is stored is what follows from the events."""
    case = queued(cast)
    claim_case(case=case, actor=cast.sunny)
    before, events = (
        list(Clock.objects.filter(case=case).values()),
        Event.objects.filter(stream=case.pk).count(),
    )
    retime([case.pk])
    retime([case.pk])
    assert list(Clock.objects.filter(case=case).values()) == before
    assert Event.objects.filter(stream=case.pk).count() == events


def test_the_default_policy_is_made_where_it_is_missing(cast: Cast) -> None:
    """R057: never none."""
    assert not SlaPolicy.objects.exists()
    case = queued(cast)
    assert SlaPolicy.objects.get().case_type is None
    assert Clock.objects.filter(case=case, timer=Timer.RESOLUTION).exists()
    assert case.state == CaseState.QUEUED
