"""Handoff success: the formula by hand (R068)."""

from dataclasses import replace

import pytest

from escalations.autonomy.success import PARTS, Handoff, by_missing, outcome, rate, rates

GOOD = Handoff((), 0, 0, waited=60, elapsed=60, limit=300, reopened=False, watched=True)


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ("complete", {"missing": ("summary",)}),
        ("nothing_asked_again", {"asked_again": 1}),
        ("right_queue", {"bounces": 1}),
        ("in_time", {"waited": 301}),
        ("in_time", {"waited": None, "elapsed": 301}),
        ("not_reopened", {"reopened": True, "watched": False}),
    ],
)
def test_one_fault_in_any_of_the_five_parts_fails_a_handoff_r068(part: str, fault: dict[str, object]) -> None:
    """R068: and the part tells which."""
    found = outcome(replace(GOOD, **fault))  # type: ignore[arg-type]
    assert found.success is False
    assert [name for name in PARTS if getattr(found, name) is False] == [part]
    assert outcome(GOOD).success is True


def test_a_handoff_nobody_has_taken_yet_counts_neither_way_r068() -> None:
    """R068: pending until its time, and its window, are over."""
    waiting = outcome(replace(GOOD, waited=None, elapsed=100))
    open_still = outcome(replace(GOOD, watched=False))
    assert (waiting.success, open_still.success) == (None, None)
    found = rate([outcome(GOOD), waiting, open_still])
    assert (found.known, found.successes, found.pending) == (1, 1, 2)


def test_the_rate_equals_the_hand_score_by_group_and_by_missing_part_r068() -> None:
    """R068: eight handoffs scored by hand: five good, one slow, two without their summary (one of those also slow)."""
    slow, bare = replace(GOOD, waited=999), replace(GOOD, missing=("summary",))
    rows = [("web", GOOD)] * 4 + [
        ("mail", one) for one in (GOOD, slow, bare, replace(slow, missing=("summary", "steps")))
    ]
    scored = [(group, outcome(facts)) for group, facts in rows]
    groups = rates(scored)
    assert (groups["web"].successes, groups["web"].known) == (4, 4)
    assert (groups["mail"].successes, groups["mail"].known) == (1, 4)
    whole = rate(one for _, one in scored)
    assert whole.rate is not None
    assert whole.rate.estimate == pytest.approx(5 / 8)
    assert (round(whole.rate.low, 3), round(whole.rate.high, 3)) == (0.306, 0.863)  # Wilson, by hand
    parts = {part: found.estimate for part, found in whole.parts.items() if found}
    assert parts == {
        "complete": 0.75,
        "nothing_asked_again": 1,
        "right_queue": 1,
        "in_time": 0.75,
        "not_reopened": 1,
    }
    lacking = by_missing(one for _, one in scored)
    assert {part: (one.successes, one.known) for part, one in lacking.items()} == {
        "": (5, 6), "summary": (0, 2), "steps": (0, 1)}  # fmt: skip


def test_no_handoff_has_no_rate() -> None:
    assert rate([]).rate is None
