"""The promise is watched between certifications, at every look (R089)."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from escalations.autonomy.labels import Label
from escalations.autonomy.monitor import Monitor, restored, watched


def stream(dice: np.random.Generator, size: int, rate: float, probability: float = 0.05) -> list[Label]:
    return [Label(0.9, bool(bad), probability) for bad in dice.random(size) < rate]


def test_a_kept_promise_is_hardly_ever_refuted_at_any_look_r089() -> None:
    """R089: with exactly the promised rate, at most 5 % of the monitors may trip; 120 of them, so at most 13."""
    dice = np.random.default_rng(1)
    assert sum(watched(Monitor(0.02), stream(dice, 400, 0.02)).tripped for _ in range(120)) <= 13


def test_a_broken_promise_is_refuted_with_words_and_figures_r089() -> None:
    dice = np.random.default_rng(2)
    found = [watched(Monitor(0.02), stream(dice, 300, 0.08)) for _ in range(20)]
    assert sum(one.tripped for one in found) >= 18
    tripped = next(one for one in found if one.tripped)
    assert tripped.reason().startswith(f"{tripped.errors} of 300 audited cases were wrong")


def test_a_tripped_monitor_stays_tripped() -> None:
    bad = watched(Monitor(0.02), [Label(0.9, True, 0.05)] * 5)
    assert bad.tripped
    assert watched(bad, [Label(0.9, False, 0.05)] * 2_000).tripped


def test_the_interval_holds_the_true_rate_at_all_looks_at_once() -> None:
    dice, outside = np.random.default_rng(3), 0
    for _ in range(40):
        monitor = Monitor(0.02)
        for _ in range(5):
            monitor = watched(monitor, stream(dice, 60, 0.04))
        outside += not monitor.low <= 0.04 <= monitor.high
    assert outside <= 6


def test_weights_are_counted_back() -> None:
    """A risk-weighted draw finds three times the errors; the monitor that knows the weights is not alarmed."""
    dice, fooled, alarmed = np.random.default_rng(4), 0, 0
    for _ in range(15):
        drawn = []
        for risky in dice.random(6_000) < 0.1:
            probability = 0.5 if risky else 0.05
            if dice.random() < probability:
                drawn.append(Label(0.9, bool(dice.random() < (0.08 if risky else 0.009)), probability))
        alarmed += watched(Monitor(0.02), drawn).tripped
        fooled += watched(Monitor(0.02), [Label(0.9, one.wrong, 0.05) for one in drawn]).tripped
    assert alarmed <= 3
    assert fooled >= 10


def test_the_state_survives_json() -> None:
    monitor = watched(Monitor(0.02), stream(np.random.default_rng(5), 90, 0.05))
    again = restored(json.loads(json.dumps(asdict(monitor))))
    assert again == monitor
    assert watched(again, [Label(0.9, True, 0.05)]) == watched(monitor, [Label(0.9, True, 0.05)])


def test_a_label_below_the_floor_is_refused() -> None:
    with pytest.raises(ValueError, match=r"less than 0\.05"):
        watched(Monitor(0.02), [Label(0.9, True, 0.01)])
