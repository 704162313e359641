"""Clocks as segments: what runs, what pauses, when it is due; against a model that looks at every minute."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.choices import EventKind as E
from escalations.calendars import ALWAYS, Calendar
from escalations.choices import CaseState, Pause, Timer
from escalations.history import LEADS_TO, Fact, Standing, ends_it, history_of
from escalations.segments import Regime, Span, counted, reached, segments_of, spans_of
from escalations.transitions import MOVES
from tests.escalations.clocks.brute import Part, Wall, due, elapsed
from tests.escalations.clocks.lives import BEGIN, lives
from tests.escalations.clocks.test_calendars import ours, walls

HOUR = timedelta(hours=1)
T0 = datetime(2026, 11, 18, 9, tzinfo=UTC)  # a Wednesday
PLAIN = (Regime(T0, ALWAYS, frozenset({"hold", "info"})),)
STATES = {
    CaseState.RECEIVED: {Standing.TRIAGE}, CaseState.TRIAGING: {Standing.TRIAGE},
    CaseState.AUTO_RESOLVED: {Standing.SETTLED}, CaseState.QUEUED: {Standing.QUEUE},
    CaseState.CLAIMED: {Standing.WORK}, CaseState.ON_HOLD: {Standing.HOLD, Standing.INFO},
    CaseState.SNOOZED: {Standing.SNOOZED}, CaseState.WITH_AI: {Standing.WITH_AI},
    CaseState.RESOLVED: {Standing.RESOLVED}, CaseState.CLOSED: {Standing.CLOSED},
}  # fmt: skip


def life(*steps: tuple[float, str, Mapping[str, object]]) -> list[Fact]:
    """Events at so many hours after T0."""
    return [Fact(T0 + hours * HOUR, kind, "human", "5", data) for hours, kind, data in steps]


ROUTED: tuple[tuple[float, str, Mapping[str, object]], ...] = (
    (0, E.CASE_RECEIVED, {}),
    (0.5, E.CASE_ROUTED, {"to": {"queue": "frontline", "tier": 1}}),
)


def spans(facts: list[Fact]) -> dict[tuple[str, int], tuple[float, float | None]]:
    """Timer and round, to hours after T0 of start and stop."""
    return {
        (span.timer.value, span.round): (
            (span.start - T0) / HOUR, (span.stop - T0) / HOUR if span.stop else None
        )
        for span in spans_of(history_of(facts))
    }  # fmt: skip


def test_every_move_leads_where_the_one_door_says() -> None:
    for kind, (_, target) in MOVES.items():
        if target is None:
            assert kind not in LEADS_TO
        else:
            assert LEADS_TO[kind] in STATES[CaseState(target)]
    assert set(Pause.values) == {"hold", "info", "snoozed", "with_ai"}


waits = st.sets(st.sampled_from(Pause.values))


@given(
    lives(steps=8, hours=12),
    walls(),
    walls(),
    waits,
    waits,
    st.integers(0, 2 * 86_400),
    st.integers(60, 72_000),
)
@settings(max_examples=100, deadline=None)
def test_elapsed_and_due_are_what_a_look_at_every_minute_finds(
    facts: list[Fact],
    wall: Wall,
    later: Wall,
    pauses: set[str],
    pauses_later: set[str],
    change: int,
    target: int,
) -> None:
    """R055, R061: over random lives, pauses, calendars, a change of calendar and zone under way, and nights on which
    the clocks change.
    """
    history = history_of(facts)
    changed = BEGIN + timedelta(seconds=change)
    regimes = (
        Regime(BEGIN, ours(wall), frozenset(pauses)), Regime(changed, ours(later), frozenset(pauses_later)),
    )  # fmt: skip
    horizon = max(facts[-1].at, changed) + timedelta(hours=20)
    for span in spans_of(history):
        parts = []
        for stay in history.stays:
            for begin, end, which, waits in (
                (stay.since, min(changed, stay.until or horizon), wall, pauses),
                (max(changed, stay.since), stay.until or horizon, later, pauses_later),
            ):
                start, stop = max(begin, span.start), min(end, span.stop or horizon)
                if start < stop:
                    parts.append(Part(start, stop, which, stay.standing in waits))
        if sum((part.end - part.start for part in parts), timedelta(0)) > timedelta(days=4):
            continue  # a look at every minute takes too long
        segments = segments_of(span, history, regimes)
        assert counted(segments, horizon) == elapsed(parts)
        found, wanted = reached(segments, timedelta(seconds=target)), due(parts, timedelta(seconds=target))
        assert found == wanted or (wanted is None and (found is None or found >= horizon))


@given(lives())
@settings(max_examples=150, deadline=None)
def test_segments_fill_their_span_without_gap_or_overlap(facts: list[Fact]) -> None:
    history = history_of(facts)
    for span in spans_of(history):
        segments = segments_of(span, history, (Regime(BEGIN, ALWAYS, frozenset({"hold"})),))
        assert segments[0].since == span.start
        assert segments[-1].until == span.stop
        for before, after in pairwise(segments):
            assert before.until == after.since
            assert before.paused != after.paused


@given(lives())
@settings(max_examples=150, deadline=None)
def test_a_case_that_needs_somebody_has_a_clock_for_what_it_waits_for(facts: list[Fact]) -> None:
    """An open case has a resolution and a tier clock; one that ended has none (R055)."""
    history = history_of(facts)
    running = [span.timer for span in spans_of(history) if span.stop is None]
    last = history.stays[-1]
    if ends_it(history.stays, len(history.stays) - 1) or history.routed is None:
        assert Timer.RESOLUTION not in running or last.standing == Standing.TRIAGE
        assert Timer.TIER_DWELL not in running
    else:
        assert running.count(Timer.RESOLUTION) == running.count(Timer.TIER_DWELL) == 1
    assert len(running) == len(set(running))


def test_before_a_person_is_needed_nothing_runs() -> None:
    assert spans(life((0, E.CASE_RECEIVED, {}), (0.1, E.CASE_TRIAGING, {}))) == {}


def test_waiting_for_information_pauses_and_a_snooze_does_not() -> None:
    """R055."""
    facts = life(*ROUTED, (1, E.CASE_CLAIMED, {}), (2, E.CASE_INFO_REQUESTED, {}), (5, E.CASE_WOKEN, {}),
                 (6, E.CASE_CLAIMED, {}), (7, E.CASE_SNOOZED, {}))  # fmt: skip
    history = history_of(facts)
    span = next(s for s in spans_of(history) if s.timer == Timer.RESOLUTION)
    segments = segments_of(span, history, PLAIN)
    assert [(s.paused, (s.since - T0) / HOUR) for s in segments] == [("", 0), ("info", 2), ("", 5)]
    assert reached(segments, 4 * HOUR) == T0 + 7 * HOUR
    assert counted(segments, T0 + 9 * HOUR) == 6 * HOUR


def test_while_it_is_paused_nothing_is_due_unless_it_was_before() -> None:
    history = history_of(life(*ROUTED, (1, E.CASE_CLAIMED, {}), (2, E.CASE_HELD, {})))
    span = next(s for s in spans_of(history) if s.timer == Timer.RESOLUTION)
    segments = segments_of(span, history, PLAIN)
    assert reached(segments, 3 * HOUR) is None
    assert reached(segments, 1.5 * HOUR) == T0 + 1.5 * HOUR


def test_the_first_answer_ends_the_first_response_and_each_new_message_asks_for_another() -> None:
    """R055: first response, next response."""
    asks = {"author": "customer"}
    facts = life(*ROUTED, (1, E.CASE_MESSAGE, asks), (2, E.CASE_CLAIMED, {}), (3, E.CASE_INFO_REQUESTED, {}),
                 (4, E.CASE_MESSAGE, asks), (4.5, E.CASE_MESSAGE, asks), (5, E.CASE_WOKEN, {}), (6, E.CASE_CLAIMED, {}),
                 (7, E.CASE_DECIDED, {"decision": "d"}), (7.1, E.CASE_CLOSED, {"decision": "d"}))  # fmt: skip
    assert spans(facts) == {
        ("first_response", 1): (0, 3), ("resolution", 1): (0, 7), ("tier_dwell", 1): (0.5, 7),
        ("next_response", 1): (4, 7),
    }  # fmt: skip


def test_a_decision_taken_back_stops_no_clock() -> None:
    facts = life(*ROUTED, (1, E.CASE_CLAIMED, {}), (2, E.CASE_DECIDED, {"decision": "d"}),
                 (2.1, E.CASE_UNDONE, {"decision": "d"}))  # fmt: skip
    assert {timer: stop for (timer, _), (_, stop) in spans(facts).items()} == {
        "first_response": None, "resolution": None, "tier_dwell": None,
    }  # fmt: skip


def test_an_undone_escalation_gives_the_tier_back() -> None:
    facts = life(*ROUTED, (1, E.CASE_CLAIMED, {}),
                 (2, E.CASE_ESCALATED, {"decision": "d", "to": "supervisors", "tier_to": 2}),
                 (3, E.CASE_UNDONE, {"decision": "d"}))  # fmt: skip
    stays = history_of(facts).stays
    assert (stays[-1].queue, stays[-1].tier) == ("frontline", 1)
    assert [key for key in spans(facts) if key[0] == "tier_dwell"] == [("tier_dwell", n) for n in (1, 2, 3)]


def test_each_tier_has_its_own_clock_and_a_reopened_case_a_new_round() -> None:
    """R058: the tier's time begins anew; what was judged before stays as it was judged."""
    facts = life(*ROUTED, (3, E.CASE_RAISED, {"to": {"queue": "supervisors", "tier": 2}}), (4, E.CASE_CLAIMED, {}),
                 (5, E.CASE_DECIDED, {"decision": "d"}), (5.1, E.CASE_CLOSED, {"decision": "d"}),
                 (9, E.CASE_FLAGGED, {}))  # fmt: skip
    assert spans(facts) == {
        ("first_response", 1): (0, 5), ("resolution", 1): (0, 5), ("resolution", 2): (9, None),
        ("tier_dwell", 1): (0.5, 3), ("tier_dwell", 2): (3, 5), ("tier_dwell", 3): (9, None),
    }  # fmt: skip


def test_what_the_ai_settled_for_good_met_its_times() -> None:
    facts = life(
        (0, E.CASE_RECEIVED, {}), (0.1, E.CASE_AUTO_RESOLVED, {"decision": "d"}), (0.2, E.CASE_CLOSED, {})
    )
    assert spans(facts) == {("first_response", 1): (0, 0.1), ("resolution", 1): (0, 0.1)}


def test_a_change_of_zone_under_way_counts_the_past_as_it_was() -> None:
    """Nine to five in Berlin until noon, from then on nine to five in New York."""
    berlin = Calendar("Europe/Berlin", tuple((d, 540, 1020) for d in range(5)))
    new_york = Calendar("America/New_York", tuple((d, 540, 1020) for d in range(5)))
    facts = life((0, E.CASE_RECEIVED, {}), (0, E.CASE_ROUTED, {}))
    history = history_of(facts)
    span = Span(Timer.RESOLUTION, 1, T0, None)
    regimes = (Regime(T0, berlin), Regime(T0 + 3 * HOUR, new_york))
    segments = segments_of(span, history, regimes)
    # 9:00 UTC is ten in Berlin; three hours until noon UTC; New York opens at 14:00 UTC
    assert reached(segments, 5 * HOUR) == T0 + 7 * HOUR
    assert counted(segments, T0 + 7 * HOUR) == 5 * HOUR


def test_a_case_without_events_has_no_history() -> None:
    with pytest.raises(ValueError, match="without events"):
        history_of([])
