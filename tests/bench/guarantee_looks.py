"""A look each day for 90 days, for many runs at once: which threshold is in force on each day.

Of even labels a bet knows only how many right and wrong answers came before (`bounds.evidence_below`), so the evidence
against a threshold reaches its limit with the first label at which enough right answers stand beside the wrong ones.
That turns all runs of a threshold into two running counts. `certified` asks `certify` itself, to compare with.
"""

import numpy as np
import numpy.typing as npt

from escalations.autonomy import bounds
from escalations.autonomy.certify import certify
from escalations.autonomy.plan import Start, plan_looks
from tests.bench import rivals
from tests.bench.guarantee_world import Population

DAYS = 90
CONFIDENCE = 0.95

Ints = npt.NDArray[np.int64]
NEVER = -1  # nothing is certified


def days_of(size: int) -> Ints:
    """The day, from 1, on which each of `size` labels comes in."""
    return np.minimum(DAYS, np.arange(size) * DAYS // size + 1)


def ours(world: Population, chosen: Ints, target: float) -> Ints:
    """What certifying at every look would put in force. `chosen`: cases, shape (runs, labels); the places in the grid,
    shape (runs, DAYS). What is refuted stays refuted, so a place stands from the day on which all up to it fell.
    """
    runs, size = chosen.shape
    at, wrong = _places(world, chosen), world.bad[chosen] > 0
    found = np.full((runs, DAYS), NEVER)
    for start in plan_looks(world.grid, size, target, 1 - CONFIDENCE):
        _walk(start, at, wrong, enough(size, target, start.delta), found, len(world.grid.thresholds))
    return found


def _walk(
    start: Start,
    at: Ints,
    wrong: npt.NDArray[np.bool_],
    least: npt.NDArray[np.int16],
    found: Ints,
    places: int,
) -> None:
    """From one start on, for as many runs as get on; raises `found` where it goes further."""
    days, day = days_of(at.shape[1]), np.arange(1, DAYS + 1)
    going, fell = np.arange(len(at)), np.zeros(len(at), dtype=np.int64)
    for place in range(start.index, places):
        above = at[going] <= place
        errors = (above & wrong[going]).cumsum(axis=1, dtype=np.int16)
        rights = above.cumsum(axis=1, dtype=np.int16) - errors
        refuted = rights >= least[errors]
        first = refuted.argmax(axis=1)
        on = refuted[np.arange(len(going)), first]
        going, fell = going[on], np.maximum(fell[on], days[first[on]])
        if not len(going):
            break
        stands = np.where(day >= fell[:, None], place, NEVER)
        found[going] = np.maximum(found[going], stands)


def enough(size: int, target: float, delta: float) -> npt.NDArray[np.int16]:
    """How many right answers, beside each number of wrong ones from 0 to `size`, prove "below the target" at `delta`;
    size + 1 where `size` labels do not hold so many.
    """
    bets = bounds.BELOW / (1 - target)
    won = np.log1p(bets * target)
    with np.errstate(divide="ignore"):
        lost = np.log(np.maximum(1 - bets * (1 - target), 0.0))
    least = np.full(size + 1, size + 1, dtype=np.int16)
    ahead = np.outer(won, np.arange(size + 1))
    for errors in range(size + 1):
        behind = errors * lost if errors else np.zeros(len(bets))
        evidence = np.exp(ahead + behind[:, None]).mean(axis=0)
        if evidence[-1] < 1 / delta:
            break
        least[errors] = int(np.argmax(evidence >= 1 / delta))
    return least


def certified(world: Population, chosen: Ints, target: float, day: int) -> int:
    """The place in the grid that the product itself certifies on that day of one run; `chosen`: shape (labels,)."""
    today = chosen[days_of(len(chosen)) <= day]
    labels = [world.labels[at] for at in today.tolist()]
    found = certify(labels, target, CONFIDENCE, world.grid, every_look=True, planned=len(chosen))
    return NEVER if found.threshold is None else world.grid.thresholds.index(found.threshold)


def anew(world: Population, chosen: Ints, target: float) -> Ints:
    """What is in force day by day for whoever certifies by the one-off test each day; as `ours`."""
    runs, size = chosen.shape
    at, days, places = _places(world, chosen), days_of(size), len(world.grid.thresholds)
    shape = (runs, places + 1, DAYS)
    cells = ((np.arange(runs)[:, None] * (places + 1) + at) * DAYS + days - 1).ravel()

    def until(weights: npt.NDArray[np.float64] | None) -> Ints:
        counted = np.bincount(cells, weights, minlength=int(np.prod(shape))).astype(np.int64)
        return counted.reshape(shape)[:, :-1].cumsum(axis=1).cumsum(axis=2)

    labels, errors = until(None), until(world.bad[chosen].ravel())
    refuted = errors < rivals.too_many(size, target, 1 - CONFIDENCE)[labels]
    found = np.full((runs, DAYS), NEVER)
    for day in range(DAYS):
        start = rivals.smallest_p(world.grid, int(days.searchsorted(day + 1, side="right")), target)
        on = refuted[:, start:, day]
        steps = np.where(on.all(axis=1), on.shape[1], on.argmin(axis=1))
        found[:, day] = np.where(steps > 0, start + steps - 1, NEVER)
    return found


def _places(world: Population, chosen: Ints) -> Ints:
    """The strictest threshold that each case reaches; as many as there are where it reaches none."""
    of_all = np.searchsorted(-np.asarray(world.grid.thresholds), -world.scores)
    return of_all[chosen]
