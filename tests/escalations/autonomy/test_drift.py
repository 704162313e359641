"""The breaker trips on faults, says why, and leaves stable traffic alone (R089, R090)."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from escalations.autonomy import streams
from escalations.autonomy.drift import ALPHA, Breaker, baseline, restored
from escalations.autonomy.verdicts import Superseded, verdict
from tests.escalations.autonomy.traffic import FIELDS, World, after, stretch

STABLE = World()
PAST = stretch(STABLE, np.random.default_rng(1), 4_000, "past")


@pytest.fixture(scope="module")
def usual() -> Breaker:
    """A breaker that has seen 4,000 cases as its reference and 1,000 more without a trip."""
    breaker = baseline(PAST.cases, PAST.reviews, target=0.03)
    breaker = after(breaker, stretch(STABLE, np.random.default_rng(2), 1_000, "calm", 4_000))
    assert not verdict(breaker).tripped
    return breaker


FAULTS = {
    "mix": (replace(STABLE, shares=(0.15, 0.20, 0.15, 0.12, 0.10, 0.06, 0.04, 0.18)), "invoice is", 400),
    "scores": (replace(STABLE, scores=(6.0, 0.8)), "score as low as", 800),
    "fields": (replace(STABLE, fields=FIELDS | {"iban_new"}), "never there: iban_new", 30),
    "one category": (replace(STABLE, failing={"billing": 0.7}), "in billing", 2_500),
}


@pytest.mark.parametrize("signal", list(FAULTS))
def test_a_fault_trips_the_breaker_in_time_and_in_words_r089(usual: Breaker, signal: str) -> None:
    """R089: each injected fault within the number of cases that is stated for it."""
    world, words, cases = FAULTS[signal]
    broken = verdict(after(usual, stretch(world, np.random.default_rng(3), cases, "bad", 5_000)))
    assert any(words in reason.words for reason in broken.reasons), broken


def test_a_missing_field_is_a_format_change_with_its_first_example_r090(usual: Breaker) -> None:
    """R090: named, with the first case that lacked it."""
    bad = stretch(
        replace(STABLE, fields=FIELDS - {"amount"}, typos=0), np.random.default_rng(4), 30, "bad", 5_000
    )
    reason = verdict(after(usual, bad)).reasons[0]
    assert (reason.signal, reason.code) == ("fields", "FORMAT_CHANGE")
    assert "are missing: amount" in reason.words
    assert reason.example == bad.cases[0].case_id


def test_a_superseded_policy_trips_at_the_first_decision_r092(usual: Breaker) -> None:
    """R092: it needs no statistics."""
    found = verdict(usual, [Superseded("v7", "v6", 1, "C-12")])
    assert found.reasons[0].code == "POLICY_SUPERSEDED"
    assert "1 decision was made under policy v6, which v7 has superseded" in found.reasons[0].words
    assert not verdict(usual, [Superseded("v7", "v6", 0, "")]).tripped


def test_stable_weeks_do_not_trip_the_breaker_r089(usual: Breaker) -> None:
    """R089: 12 streams of 1,500 cases with the rhythm of the week; the full number runs in the bench."""
    calm = [stretch(STABLE, np.random.default_rng(50 + at), 1_500, f"s{at}", 5_000) for at in range(12)]
    assert sum(verdict(after(usual, one)).tripped for one in calm) <= 2


def test_case_by_case_and_in_batches_are_the_same(usual: Breaker) -> None:
    day = stretch(STABLE, np.random.default_rng(6), 60, "day", 5_000)
    cases = [(case.category, at / 60, case.case_id) for at, case in enumerate(day.cases)]
    alone = usual.mix
    for case in cases:
        alone = streams.after(alone, [case])
    assert alone == streams.after(usual.mix, cases)


def test_the_state_survives_json(usual: Breaker) -> None:
    again = restored(json.loads(json.dumps(asdict(usual))))
    day = stretch(STABLE, np.random.default_rng(7), 100, "day", 5_000)
    assert after(again, day) == after(usual, day)


def test_the_wagers_are_fair_even_with_the_slack() -> None:
    """No wager gains on average while no interval holds more than its share and a quarter."""
    begin, end, win, lose = streams._wagers()
    held = (end - begin) * (1 + streams.SLACK)
    assert np.all(held * win + (1 - held) * lose <= 1 + 1e-12)
    assert np.all(win > lose)


def test_the_budget_of_false_alarms_is_shared_out_and_not_exceeded(usual: Breaker) -> None:
    parts = [usual.mix.alpha, usual.scores.alpha, usual.fields.alpha]
    parts += [one.alpha for one in usual.overrides.values()] + [one.alpha for one in usual.audits.values()]
    assert sum(parts) == pytest.approx(ALPHA)


def test_nothing_is_usual_without_a_past() -> None:
    with pytest.raises(ValueError, match="nothing is usual yet"):
        baseline([], [], target=0.02)
