"""Where in the grid to start, rehearsed on what the past predicts before any label is seen. Pure.

A fixed sequence keeps its promise from whatever place it starts, as long as the labels had no say in that place; the
place only decides how much is certified. Too strict a start holds too few labels to prove anything, too lax a one may
truly be too lax, and either ends the walk before it began. So the walk is rehearsed on simulated labels in a few
worlds, in which the AI is wrong as often as predicted, or several times as often, and the start that certifies the
largest share on average is taken. Three starts at a third of the doubt each, or the point with the smallest predicted
p-value, certify less: figures in the README.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from escalations.autonomy import bounds
from escalations.autonomy.grid import Grid
from escalations.autonomy.labels import Floats

WORLDS = (1.0, 2.0, 3.0, 6.0)  # times the predicted error
DRAWS = 100  # of the labels, in each world
SEED = 87  # the same past gives the same plan
EARLY = 4  # one start of a plan for many looks is for this part of the labels
DEARER = 4  # betting needs about as much evidence as a binomial test at this part of the doubt


@dataclass(frozen=True, slots=True)
class Start:
    """A place in the grid from which thresholds are tried, strict to lax, each at `delta`."""

    index: int
    delta: float


@lru_cache(maxsize=1024)
def plan(grid: Grid, labels: int, target: float, delta: float, *, dearer: bool = False) -> tuple[Start, ...]:
    """Where to start with this number of labels, drawn over all scores. The deltas add up to `delta`; `dearer` when
    the test will be by betting.
    """
    return (Start(_best(grid, labels, target, delta / DEARER if dearer else delta), delta),)


@lru_cache(maxsize=1024)
def plan_looks(grid: Grid, labels: int, target: float, delta: float) -> tuple[Start, ...]:
    """Where to start when the labels are looked at while they come: one start for the first quarter, one for all."""
    early, late = (
        _best(grid, max(1, size), target, delta / 2 / DEARER) for size in (labels // EARLY, labels)
    )
    if early == late:
        return (Start(early, delta),)
    return (Start(early, delta / 2), Start(late, delta / 2))


def _best(grid: Grid, labels: int, target: float, delta: float) -> int:
    """The start whose walk certifies the largest share of the traffic, on average over the rehearsals."""
    dice = np.random.default_rng(SEED)
    shares = np.asarray(grid.shares)
    parts = np.diff(shares, prepend=0.0)
    wrong = np.diff(shares * np.asarray(grid.errors), prepend=0.0) / parts
    reached = np.zeros(len(shares))
    for times in WORLDS:
        counts = dice.multinomial(labels, [*parts, max(0.0, 1 - parts.sum())], size=DRAWS)[:, :-1]
        errors = dice.binomial(counts, np.clip(wrong * times, 0, 1))
        values = bounds.tail(errors.cumsum(axis=1).astype(np.float64), counts.cumsum(axis=1), target)
        reached += _walks(values <= delta, shares).sum(axis=0)
    return int(np.argmax(reached))


def _walks(refuted: "np.typing.NDArray[np.bool_]", shares: Floats) -> Floats:
    """The share that a walk from each place certifies; shape (draws, places)."""
    reached = np.zeros(refuted.shape)
    ahead = np.zeros(len(refuted))
    for place in reversed(range(len(shares))):
        ahead = np.where(refuted[:, place], np.maximum(shares[place], ahead), 0.0)
        reached[:, place] = ahead
    return reached
