"""Exactly one accountable party for every instant of a case's life, and where its time went."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.choices import EventKind as E
from escalations.calendars import Calendar
from escalations.history import Fact, Standing, history_of
from escalations.responsibility import Answers, Cause, Role, causes_of, tenures_of
from escalations.segments import Regime, counted, segments_of, spans_of
from tests.escalations.clocks.lives import BEGIN, QUEUES, lives
from tests.escalations.clocks.test_segments import HOUR, ROUTED, T0, life

WEEK = Calendar("Europe/Berlin", tuple((day, 540, 1020) for day in range(5)), "DE")
OWNERS = {slug: ((BEGIN, 100 + tier),) for slug, tier in QUEUES}
ANSWERS = Answers(agent_owner=99, owners=OWNERS, lies_in="frontline")

changes = st.lists(
    st.tuples(st.integers(0, 20 * 86_400), st.integers(200, 203)), max_size=3, unique_by=lambda one: one[0]
)


@given(lives(), changes)
@settings(max_examples=300, deadline=None)
def test_somebody_is_accountable_at_every_instant_and_nobody_beside_them(
    facts: list[Fact], handed_over: list[tuple[int, int]]
) -> None:
    """R012, R051: over random orders of events and changes of a queue's owner, no gap and no overlap."""
    owners = ((BEGIN, 101), *sorted((BEGIN + timedelta(seconds=s), who) for s, who in handed_over))
    history = history_of(facts)
    tenures = tenures_of(history, Answers(99, OWNERS | {"frontline": owners}, "frontline"))
    assert tenures[0].since == facts[0].at
    assert tenures[-1].until is None
    for before, after in pairwise(tenures):
        assert before.until == after.since
        assert before.since < after.since
    for at in {fact.at for fact in facts}:
        there = [one for one in tenures if one.since <= at and (one.until is None or at < one.until)]
        assert len(there) == 1


@given(lives())
@settings(max_examples=300, deadline=None)
def test_who_is_accountable_follows_who_has_the_case(facts: list[Fact]) -> None:
    """R012: the holder while it is held, the AI agent's owner before it is routed, else the queue's owner."""
    history = history_of(facts)
    tenures = tenures_of(history, ANSWERS)
    for stay in history.stays:
        (there,) = [
            one
            for one in tenures
            if one.since <= stay.since and (one.until is None or stay.since < one.until)
        ]
        if stay.standing == Standing.WORK:
            assert (there.role, there.user) == (Role.HOLDER, stay.holder)
        elif stay.standing == Standing.TRIAGE:
            assert (there.role, there.user) == (Role.AGENT_OWNER, 99)
        elif stay.standing in (Standing.RESOLVED, Standing.SETTLED, Standing.CLOSED):
            assert there.role in (Role.DECIDER, Role.AGENT_OWNER)
        else:
            assert (there.role, there.user) == (Role.QUEUE_OWNER, OWNERS[stay.queue or "frontline"][0][1])


@given(lives(), st.sets(st.sampled_from(("hold", "info", "snoozed", "with_ai"))), st.integers(0, 30 * 86_400))
@settings(max_examples=200, deadline=None)
def test_causes_add_up_to_the_time_that_passed_and_to_the_time_that_counted(
    facts: list[Fact], pauses: set[str], more: int
) -> None:
    """R056: in seconds, exactly, for every timer."""
    history = history_of(facts)
    now = facts[-1].at + timedelta(seconds=more)
    for span in spans_of(history):
        segments = segments_of(span, history, (Regime(BEGIN, WEEK, frozenset(pauses)),))
        spent = causes_of(span, segments, history, now)
        assert sum((one.elapsed for one in spent), timedelta(0)) == (span.stop or now) - span.start
        assert sum((one.counted for one in spent), timedelta(0)) == counted(segments, now)
        assert all(timedelta(0) <= one.counted <= one.elapsed for one in spent)


def test_a_breach_tells_queue_wait_handling_hold_and_hand_over_apart() -> None:
    """R056."""
    facts = life(*ROUTED, (2, E.CASE_CLAIMED, {}), (3, E.CASE_ESCALATED, {"to": "supervisors", "tier_to": 2}),
                 (7, E.CASE_CLAIMED, {}), (8, E.CASE_INFO_REQUESTED, {}), (20, E.CASE_WOKEN, {}))  # fmt: skip
    history = history_of(facts)
    span = next(one for one in spans_of(history) if one.timer == "resolution")
    segments = segments_of(span, history, (Regime(T0, Calendar(), frozenset({"info"})),))
    spent = {
        one.cause: (one.elapsed / HOUR, one.counted / HOUR)
        for one in causes_of(span, segments, history, T0 + 21 * HOUR)
    }
    assert spent == {
        Cause.TRIAGE: (0.5, 0.5), Cause.QUEUE_WAIT: (2.5, 2.5), Cause.HANDLING: (2, 2), Cause.HOLD: (12, 0),
        Cause.REASSIGNMENT: (4, 4),
    }  # fmt: skip


def test_an_outage_goes_from_the_frontline_to_the_engineers_with_one_name_for_every_minute() -> None:
    """R051: the sources' own example."""
    facts = life(*ROUTED, (1, E.CASE_CLAIMED, {}), (2, E.CASE_RAISED, {"to": {"queue": "supervisors", "tier": 2}}),
                 (3, E.CASE_CLAIMED, {}), (4, E.CASE_DECIDED, {"decision": "d"}), (4.1, E.CASE_CLOSED, {}))  # fmt: skip
    found = [(t.role, t.user, t.tier) for t in tenures_of(history_of(facts), ANSWERS)]
    assert found == [
        (Role.AGENT_OWNER, 99, None), (Role.QUEUE_OWNER, 101, 1), (Role.HOLDER, 5, 1), (Role.QUEUE_OWNER, 102, 2),
        (Role.HOLDER, 5, 2), (Role.DECIDER, 5, 2), (Role.DECIDER, 5, 2),
    ]  # fmt: skip
