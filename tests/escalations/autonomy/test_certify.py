"""Certified thresholds: the promise holds, and what cannot be promised is not (R002)."""

import numpy as np
import pytest

from escalations.autonomy import bounds
from escalations.autonomy.certify import certify
from escalations.autonomy.grid import grid_of
from escalations.autonomy.labels import Label
from escalations.autonomy.plan import plan, plan_looks

DICE = np.random.default_rng(20)
PAST = DICE.beta(8, 0.5, 2_000).tolist()
GRID = grid_of(PAST)


def world(dice: np.random.Generator, size: int, *, hidden: float = 0.0) -> list[Label]:
    """Scores that tell the truth, but for `hidden`: what they hide of the chance of being wrong."""
    scores = dice.beta(8, 0.5, size)
    wrong = dice.random(size) < np.minimum(1 - scores + hidden, 1)
    return [Label(float(score), bool(bad)) for score, bad in zip(scores, wrong, strict=True)]


EVERYBODY = np.sort(np.random.default_rng(0).beta(8, 0.5, 200_000))


def true_error(threshold: float, hidden: float = 0.0) -> float:
    settled = EVERYBODY[np.searchsorted(EVERYBODY, threshold) :]
    return float(np.minimum(1 - settled + hidden, 1).mean())


def test_enough_spotless_labels_are_certified_at_the_known_number_r002() -> None:
    """R002: 149 audits without an error certify 2 % with 95 % where there is one threshold to try, 148 do not."""
    grid = grid_of([0.9, 0.9, 0.9], [False] * 3)
    for count, certified in ((148, False), (149, True)):
        found = certify([Label(0.9, False)] * count, 0.02, 0.95, grid)
        assert found.certified is certified
    assert found.bound is not None
    assert found.bound <= 0.02
    assert (found.coverage, found.labels, found.errors, found.more_needed) == (1.0, 149, 0, 0)
    assert certify([Label(0.9, False)] * 100, 0.02, 0.95, grid).more_needed == pytest.approx(49, abs=5)


@pytest.mark.parametrize("hidden", [0.0, 0.008])
def test_the_true_error_of_what_is_certified_keeps_the_target_r002(hidden: float) -> None:
    """R002: in at most 5 % of the runs may it be missed; 120 runs, so at most 13 by the binomial 99.5 % point."""
    dice, missed = np.random.default_rng(7), 0
    for _ in range(120):
        threshold = certify(world(dice, 1_000, hidden=hidden), 0.02, 0.95, GRID).threshold
        missed += threshold is not None and true_error(threshold, hidden) > 0.02
    assert missed <= 13


def test_uneven_labels_keep_the_target_where_pooling_them_would_not() -> None:
    """A design that draws the safe cases four times as often hides errors from whoever ignores the weights."""
    dice = np.random.default_rng(3)
    fooled = missed = 0
    for _ in range(25):
        rows = []
        for label in world(dice, 5_000, hidden=0.01):
            probability = 0.6 if label.score > 0.985 else 0.15
            if dice.random() < probability:
                rows.append(Label(label.score, label.wrong, probability))
        weighed = certify(rows, 0.03, 0.95, GRID, floor=0.15).threshold
        missed += weighed is not None and true_error(weighed, 0.01) > 0.03
        pooled = certify([Label(row.score, row.wrong) for row in rows], 0.03, 0.95, GRID).threshold
        fooled += pooled is not None and true_error(pooled, 0.01) > 0.03
    assert missed <= 5
    assert fooled > 12


def test_a_certificate_at_every_look_keeps_the_target_over_all_looks() -> None:
    dice, missed = np.random.default_rng(11), 0
    for _ in range(25):
        labels = world(dice, 900, hidden=0.004)
        looks = [
            certify(labels[:count], 0.03, 0.95, GRID, every_look=True, planned=900).threshold
            for count in (300, 600, 900)
        ]
        missed += any(at is not None and true_error(at, 0.004) > 0.03 for at in looks)
    assert missed <= 5


def test_errors_above_the_target_are_never_certified_and_no_number_is_promised() -> None:
    found = certify([Label(1.0, at % 10 == 0) for at in range(500)], 0.02, 0.95, GRID)
    assert (found.threshold, found.more_needed, found.coverage) == (None, None, 0.0)
    assert found.bound is not None
    assert found.bound > 0.02


def test_no_labels_ask_for_labels() -> None:
    found = certify([], 0.02, 0.95, GRID)
    assert found.bound is None
    assert found.more_needed is not None
    assert found.more_needed >= 149


def test_more_audits_at_the_error_seen_do_certify() -> None:
    grid = grid_of([0.9, 0.9, 0.9], [False] * 3)
    hundred = [Label(0.9, at == 0) for at in range(100)]
    more = certify(hundred, 0.02, 0.95, grid).more_needed
    assert more is not None
    assert not certify((hundred * 9)[: 100 + more // 2], 0.02, 0.95, grid).certified
    assert certify((hundred * 9)[: 100 + more], 0.02, 0.95, grid).certified


def test_the_starts_never_spend_more_than_the_allowed_doubt() -> None:
    for size in (1, 50, 300, 5_000):
        for target in (0.001, 0.01, 0.2):
            for planned in (plan, plan_looks):
                assert sum(start.delta for start in planned(GRID, size, target, 0.05)) == pytest.approx(0.05)


def test_the_bound_is_the_textbook_one() -> None:
    """3 wrong of 100: Clopper-Pearson's one-sided 95 % bound is 7.571 %."""
    assert bounds.upper(3, 100, 0.05) == pytest.approx(0.07571, abs=1e-5)
    assert bounds.tail(3, 100, bounds.upper(3, 100, 0.05)) == pytest.approx(0.05)


@pytest.mark.parametrize(("target", "confidence"), [(0.0, 0.95), (0.02, 1.0)])
def test_impossible_promises_are_refused(target: float, confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        certify([], target, confidence, GRID)
