"""The rubber-stamp meter recovers what a simulated reviewer does (R094)."""

import numpy as np
import pytest

from escalations.autonomy.intervals import difference, wilson
from escalations.autonomy.vigilance import Seen, Timed, meter


def reviewer(dice: np.random.Generator, size: int, copies: float, agrees: float = 0.7) -> Seen:
    """Copies what is shown in that share of the cases, else judges alone."""
    shown = int(((dice.random(size) < copies) | (dice.random(size) < agrees)).sum())
    planted = size // 10
    missed = int(((dice.random(planted) < copies) | (dice.random(planted) < 0.05)).sum())
    return Seen(planted, missed, size, shown, size, int((dice.random(size) < agrees).sum()))


@pytest.mark.parametrize("copies", [0.0, 0.3, 0.8])
def test_the_anchoring_of_a_simulated_reviewer_lies_in_its_interval_r094(copies: float) -> None:
    """R094: in 95 % of 80 reviewers, so in at least 70."""
    dice, inside = np.random.default_rng(8), 0
    for _ in range(80):
        found = meter(reviewer(dice, 300, copies)).copied
        assert found is not None
        inside += found.low <= copies <= found.high
    assert inside >= 70


def test_who_copies_is_told_and_who_judges_is_not_r094() -> None:
    dice = np.random.default_rng(9)
    assert meter(reviewer(dice, 300, 0.9)).verdict == "stamping"
    assert meter(reviewer(dice, 300, 0.0)).verdict == "attentive"


def test_a_simulated_two_second_reviewer_is_told_within_twenty_cases_r094() -> None:
    """R094: mails of 100 to 400 words, decided in two seconds each."""
    dice = np.random.default_rng(10)
    timed = [Timed(int(dice.integers(100, 400)), 2.0) for _ in range(20)]
    found = meter(Seen(0, 0, 0, 0, 0, 0, timed))
    assert found.verdict == "stamping"
    assert "quicker than anyone reads" in found.words[0]
    assert found.slope is not None
    assert found.slope.estimate == pytest.approx(0)


def test_time_against_length_withstands_a_long_lunch_r094() -> None:
    dice = np.random.default_rng(11)
    words = dice.integers(50, 600, 80)
    timed = [Timed(int(one), 20 + one / 4 + float(dice.exponential(5))) for one in words]
    timed += [Timed(80, 3_600.0)] * 4
    found = meter(Seen(0, 0, 0, 0, 0, 0, timed)).slope
    assert found is not None
    assert found.low < 25 < found.high
    assert found.high - found.low < 5


def test_little_is_said_of_little() -> None:
    assert meter(Seen(3, 3, 4, 4, 4, 2)).verdict == "unknown"
    assert meter(Seen(0, 0, 0, 0, 0, 0)).missed is None


def test_the_difference_is_the_textbook_one() -> None:
    """Newcombe's example: 56/70 against 48/80 differ by 0.2, from 0.0524 to 0.3339."""
    first, second = wilson(56, 70), wilson(48, 80)
    assert first is not None
    assert second is not None
    found = difference(first, second)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
