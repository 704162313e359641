"""The thresholds among which a certificate chooses, fixed before its labels are seen. Pure.

Learn then test (Angelopoulos, Bates, Candes, Jordan & Lei, 2025, Annals of Applied Statistics 19(2); section 3 for
fixed-sequence testing) needs an order that the labels had no say in. So the grid is made from other cases than those
that certify: their scores, and, where people saw the AI's answer and corrected it, how often it was wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

POINTS = 60


@dataclass(frozen=True, slots=True)
class Grid:
    """Thresholds from strict to lax; `shares`: of the traffic at or above each; `errors`: predicted there."""

    thresholds: tuple[float, ...]
    shares: tuple[float, ...]
    errors: tuple[float, ...]


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
