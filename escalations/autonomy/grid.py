"""The thresholds among which a certificate chooses, and the order in which they are tried. Fixed before the labels.

Learn then test (Angelopoulos, Bates, Candes, Jordan & Lei, 2025, Annals of Applied Statistics 19(2); section 3 for
fixed-sequence testing) needs an order that the labels had no say in. So the grid is made from other cases than those
that certify: their scores, and, where people saw the AI's answer and corrected it, how often it was wrong.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from escalations.autonomy import bounds

POINTS = 60
PARTS = (0.7, 0.2, 0.1)  # of the allowed doubt: for the point that looks best, a stricter and a laxer one
PESSIMISM = (1.0, 2.5, 0.5)  # and how many times the predicted error each of them reckons with


@dataclass(frozen=True, slots=True)
class Grid:
    """Thresholds from strict to lax; `shares`: of the traffic at or above each; `errors`: predicted there."""

    thresholds: tuple[float, ...]
    shares: tuple[float, ...]
    errors: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """A place in the grid from which thresholds are tried, strict to lax, each at `delta`."""

    index: int
    delta: float


def grid_of(scores: Sequence[float], wrong: Sequence[bool] | None = None, *, points: int = POINTS) -> Grid:
    """A grid at quantiles of past scores. Without `wrong` a score is believed to be the chance of being right.

    Raises ValueError when there are no scores.
    """
    if not len(scores):
        raise ValueError("a grid needs past scores")
    ordered = np.sort(np.asarray(scores, dtype=np.float64))[::-1]
    order = np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")
    missed = 1 - ordered if wrong is None else np.asarray(wrong, dtype=np.float64)[order]
    ranks = np.unique(np.ceil(np.linspace(1 / points, 1, points) * len(ordered)).astype(int))
    thresholds = np.unique(ordered[ranks - 1])[::-1]
    counts = np.searchsorted(-ordered, -thresholds, side="right")
    # half an error more than seen: a short past must not predict a spotless future
    errors = (missed.cumsum()[counts - 1] + 0.5) / (counts + 1)
    return Grid(
        tuple(map(float, thresholds)), tuple(map(float, counts / len(ordered))), tuple(map(float, errors))
    )


def plan(grid: Grid, labels: int, target: float, delta: float) -> tuple[Start, ...]:
    """Where to start, known before any label: the points whose predicted p-value is smallest, if the prediction is
    right, too hopeful or too gloomy. Their deltas add up to `delta`.
    """
    parts: dict[int, float] = {}
    for part, times in zip(PARTS, PESSIMISM, strict=True):
        index = _best(grid, labels, target, times)
        parts[index] = parts.get(index, 0.0) + part * delta
    return tuple(Start(index, share) for index, share in sorted(parts.items()))


def _best(grid: Grid, labels: int, target: float, times: float) -> int:
    """The point with the smallest expected log p-value, by the binomial tail at the expected counts."""
    accepted = np.asarray(grid.shares) * labels
    errors = np.asarray(grid.errors) * times
    values = bounds.tail(np.round(accepted * errors), np.maximum(np.round(accepted), 1), target)
    return int(np.argmin(values)) if math.isfinite(float(values.min())) else 0
