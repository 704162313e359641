"""Champion against challenger on the same cases (R102)."""

import numpy as np
import pytest

from escalations.autonomy.pairs import Pair, compare


def test_the_exact_test_is_the_one_by_hand_r102() -> None:
    """R102: 8 gained and 1 lost: p = 2 x (1 + 9) / 2**9."""
    pairs = [Pair(False, True)] * 8 + [Pair(True, False)] + [Pair(True, True)] * 91
    found = compare(pairs)
    assert (found.gained, found.lost, found.cases) == (8, 1, 100)
    assert found.p_value == pytest.approx(20 / 512)
    assert found.gap.estimate == pytest.approx(0.07)
    assert found.gap.low < 0.07 < found.gap.high


def test_a_worse_challenger_is_never_promoted_r102() -> None:
    """R102: not at any of 40 looks, in any of 40 lives."""
    dice = np.random.default_rng(1)
    for _ in range(40):
        pairs = [Pair(bool(a < 0.9), bool(b < 0.87)) for a, b in dice.random((400, 2))]
        assert not any(compare(pairs[:seen]).promotable() for seen in range(10, 401, 10))


def test_an_equal_challenger_is_hardly_ever_promoted_r102() -> None:
    """R102: in at most one life of a hundred; 100 lives, so at most 4."""
    dice = np.random.default_rng(2)
    lives = [[Pair(bool(a < 0.9), bool(b < 0.9)) for a, b in dice.random((300, 2))] for _ in range(100)]
    assert sum(any(compare(one[:seen]).promotable() for seen in range(20, 301, 20)) for one in lives) <= 4


def test_a_better_challenger_is_promoted() -> None:
    dice = np.random.default_rng(3)
    pairs = [Pair(bool(a < 0.85), bool(b < 0.93)) for a, b in dice.random((1_500, 2))]
    assert compare(pairs).promotable()


def test_a_challenger_that_was_once_lucky_and_now_loses_is_not_promoted() -> None:
    pairs = [Pair(True, True)] * 100 + [Pair(False, True)] * 12 + [Pair(True, False)] * 30
    found = compare(pairs)
    assert found.peak >= 100
    assert not found.promotable()


def test_no_case_tells_nothing() -> None:
    assert (compare([]).p_value, compare([]).promotable()) == (1.0, False)
