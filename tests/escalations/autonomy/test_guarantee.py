"""The simulations behind the README's figures, small; and that what they simulate is what certifies (R002)."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from escalations.autonomy import bounds
from escalations.autonomy.certify import certify
from escalations.autonomy.labels import Label, columns
from escalations.autonomy.monitor import Monitor, watched
from tests.bench import guarantee, rivals
from tests.bench import guarantee_looks as looks
from tests.bench.guarantee_world import WORLDS

SUPPORT, MURKY = 0, 2


def test_a_small_run_of_the_bench_keeps_the_promise_and_the_usual_way_does_not_r002() -> None:
    """R002: 60 runs at 1,000 labels and 2 %; the naive threshold breaks it in about half of them."""
    naive, _, _, ours = guarantee.once(60, (SUPPORT, 0.02, 1_000))
    assert ours.broken <= 8
    assert naive.broken >= 12
    assert ours.covered > 0.6 * ours.runs


def test_the_daily_looks_of_the_bench_are_those_of_the_certificate_r002() -> None:
    """R002: many runs counted at once, against certifying anew with the labels until each of some days."""
    world, dice = guarantee.world_of(MURKY), np.random.default_rng(4)
    chosen = dice.integers(len(world.labels), size=(6, 700))
    found = looks.ours(world, chosen, 0.05)
    assert len(np.unique(found)) > 8, "nothing, something and more is certified"
    for run, places in zip(chosen, found, strict=True):
        for day in (20, 45, 90):
            assert places[day - 1] == looks.certified(world, run, 0.05, day)


def test_the_rival_that_certifies_anew_each_day_does_what_it_does_on_one_day() -> None:
    world, dice = guarantee.world_of(SUPPORT), np.random.default_rng(5)
    chosen = dice.integers(len(world.labels), size=(4, 450))
    found = looks.anew(world, chosen, 0.05)
    for run, places in zip(chosen, found, strict=True):
        for day in (10, 60, 90):
            today = run[: day * 5]
            seen, wrong = rivals.counts(world.grid, world.scores[today], world.bad[today])
            again = rivals.ltt_single(world.grid, seen, wrong, 0.05, len(today), 1 - looks.CONFIDENCE)
            assert places[day - 1] == (looks.NEVER if again is None else again)


def test_the_worlds_are_as_good_as_they_say() -> None:
    """76, 85 and 96 % of the first can be settled at 1, 2 and 5 % wrong."""
    best = [guarantee.world_of(SUPPORT).best(target) for target in (0.01, 0.02, 0.05)]
    assert np.allclose(best, (0.762, 0.851, 0.956), atol=0.02)
    assert [world.name for world in WORLDS] == ["Support", "Foreign", "Murky"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.05, 0.25, 1.0])), min_size=1, max_size=40))
def test_the_monitor_holds_the_evidence_that_the_whole_stream_gives(stream: list[tuple[bool, float]]) -> None:
    """A tally by probability is enough: label by label and all at once are the same."""
    labels = [Label(0.9, wrong, probability) for wrong, probability in stream]
    data = columns(labels)
    whole = bounds.wealth((data.wrong - 0.02) * (0.05 / data.probabilities), bounds.ABOVE / 0.02)
    monitor = watched(Monitor(0.02), labels, interval=False)
    assert np.isclose(monitor.evidence, whole[-1], rtol=1e-6)
    assert np.isclose(monitor.peak, max(1.0, whole.max()), rtol=1e-6)


def test_the_alarms_of_the_bench_are_the_monitors() -> None:
    dice = np.random.default_rng(6)
    least = guarantee.enough_wrong(120)
    for rate in (0.02, 0.1, 0.3):
        monitor, wrong, first = Monitor(0.02), 0, 0
        for audits, bad in enumerate((dice.random(120) < rate).tolist(), 1):
            monitor, wrong = watched(monitor, [Label(1.0, bad, 0.05)], interval=False), wrong + bad
            first = first or (audits if wrong >= least[audits - 1] else 0)
            assert monitor.tripped == bool(first)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60), st.floats(0.01, 0.5))
def test_whatever_the_labels_a_certificate_says_what_it_stands_on(
    rows: list[tuple[float, bool]], target: float
) -> None:
    labels = [Label(score, wrong) for score, wrong in rows]
    found = certify(labels, target, 0.95, guarantee.world_of(SUPPORT).grid)
    assert found.certified == (found.more_needed == 0)
    assert 0 <= found.errors <= found.labels <= len(labels)
    if found.certified:
        assert found.bound is not None
        assert found.observed <= found.bound <= target + 1e-9
    elif found.bound is not None:
        assert found.bound > target
