"""The honest draw: uniform, committed before, repeatable after (R087)."""

import hashlib
import hmac
import random

import pytest
from scipy import stats

from escalations.autonomy import draw

SEED = bytes(range(32))
WEEK = [f"0193-{number:06d}" for number in range(20_000)]


def test_the_draw_takes_five_percent_whatever_the_score_r087() -> None:
    """R087: the share lies within the binomial 99 % band, and no decile of the score is drawn more than another."""
    dice = random.Random(5)
    scores = {case: dice.betavariate(6, 1) for case in WEEK}
    ranked = sorted(WEEK, key=scores.__getitem__)
    drawn = [case for case in WEEK if draw.selected(SEED, case, 0.05)]
    low, high = stats.binom.interval(0.99, len(WEEK), 0.05)
    assert low <= len(drawn) <= high
    tenth = len(WEEK) // 10
    deciles = [set(ranked[at : at + tenth]) for at in range(0, len(WEEK), tenth)]
    observed = [sum(case in decile for case in drawn) for decile in deciles]
    assert stats.chisquare(observed).pvalue > 0.001


def test_anyone_repeats_the_draw_from_the_revealed_seed_r087() -> None:
    """R087: by a formula of three lines that imports nothing of ours."""
    for case in WEEK[:2_000]:
        digest = hmac.new(SEED, b"handrail-audit-1\n" + case.encode(), hashlib.sha256).digest()
        assert draw.selected(SEED, case, 0.05) == (int.from_bytes(digest[:8], "big") / 2**64 < 0.05)
    assert draw.commitment(SEED) == hashlib.sha256(SEED).hexdigest()


def test_a_week_audited_as_drawn_is_honest_and_any_other_is_not_r087() -> None:
    """R087: a case left out, one put in by hand and another seed are each told."""
    week = [draw.Settled(case, 0.05, draw.selected(SEED, case, 0.05)) for case in WEEK[:3_000]]
    promised = draw.commitment(SEED)
    assert draw.verify(SEED, promised, week).honest
    taken = next(row for row in week if row.audited)
    spared = next(row for row in week if not row.audited)
    flipped = {row.case_id: draw.Settled(row.case_id, row.rate, not row.audited) for row in (taken, spared)}
    found = draw.verify(SEED, promised, [flipped.get(row.case_id, row) for row in week])
    assert (found.missing, found.extra, found.honest) == ((taken.case_id,), (spared.case_id,), False)
    assert not draw.verify(bytes(32), promised, week).committed


def test_a_higher_rate_only_adds_cases() -> None:
    """So that raising the rate in the middle of a week unselects nothing."""
    few = {case for case in WEEK if draw.selected(SEED, case, 0.05)}
    assert few < {case for case in WEEK if draw.selected(SEED, case, 0.25)}


def test_the_risk_draw_is_weighted_back() -> None:
    """The weighted count of cases and of wrong ones is that of all cases, within its own chance."""
    dice = random.Random(1)
    wrong = {case: dice.random() < 0.03 for case in WEEK}
    rates = {case: 0.4 if wrong[case] or dice.random() < 0.1 else 0.0 for case in WEEK}
    drawn = {case: draw.draw(SEED, case, 0.05, rates[case]) for case in WEEK}
    chosen = [case for case in WEEK if drawn[case].selected]
    assert all(one.probability == pytest.approx(1 - 0.95 * (1 - rates[case])) for case, one in drawn.items())
    weighted = sum(wrong[case] / drawn[case].probability for case in chosen)
    assert weighted == pytest.approx(sum(wrong.values()), rel=0.1)
    assert sum(1 / drawn[case].probability for case in chosen) == pytest.approx(len(WEEK), rel=0.1)


def test_a_short_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        draw.commitment(b"guess me")
