"""The threshold above which the AI may settle cases alone, with a promised error rate (R002). Pure.

Learn then test with a fixed sequence (Angelopoulos, Bates, Candes, Jordan & Lei, 2025, Annals of Applied Statistics
19(2), sections 2 and 3; for selective prediction Geifman & El-Yaniv, 2017). Thresholds are tried from strict to lax,
from a start that was planned before the labels (`plan`); the walk goes on while "the error rate above this threshold is
the target or more" is refuted, and the laxest refuted one is certified.

Why it holds: the first threshold of a start that is truly too lax is one fixed threshold, and it is refuted with
probability at most delta = 1 - confidence (shared out, where there are several starts). With even labels the p-value is
the exact binomial tail. With uneven sampling probabilities the errors above a threshold are no longer binomial, and
reweighting them into a binomial breaks the promise. The bets of `bounds` keep it exactly, whatever the weights; so does
thinning to the least probability, which proves more while labels are few. The same bets hold at every look
(`every_look`), so that recertifying each day spends nothing more: by Ville's inequality the first threshold that is too
lax is refuted at any look at all with probability at most delta. What is refuted once stays refuted. The two starts,
planned once for `planned` labels, share the doubt; the days do not.

The promise is about all cases of the type together, not about each category in it, and about the world and the model
of the labels: a new model needs new labels, and drift is watched by `monitor` and `drift`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from escalations.autonomy import bounds
from escalations.autonomy.grid import Grid
from escalations.autonomy.labels import Columns, Label, columns, weighted_error
from escalations.autonomy.plan import Start, plan, plan_looks

MOST = 100_000  # more labels than this are not promised to anybody
FEW = 20  # errors that uneven labels may show at the target; below it thinning proves more than betting
THINNING = 1934  # seed of its lots


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified, or how far it is from that.

    `threshold`: settle at or above it; None: nothing can be certified. `bound`: the upper bound of the error rate there
    (None without a label there). `labels`, `errors`: seen at or above it, or, when nothing is certified, where it came
    nearest. `observed`: their weighted error rate. `coverage`: the share of the traffic that is settled, 0 when nothing
    is. `more_needed`: about how many more audits, drawn from all scores, would certify something if errors go on as
    seen; 0 when certified, None when at the errors seen no number would.
    """

    threshold: float | None
    bound: float | None
    labels: int
    errors: int
    observed: float
    coverage: float
    more_needed: int | None
    target: float
    confidence: float
    method: str  # binomial, thinned, betting

    @property
    def certified(self) -> bool:
        """May the AI settle anything alone?"""
        return self.threshold is not None


def certify(
    labels: Sequence[Label],
    target: float,
    confidence: float,
    grid: Grid,
    *,
    floor: float | None = None,
    every_look: bool = False,
    planned: int | None = None,
) -> Certificate:
    """The laxest threshold of `grid` at which the error rate is below `target`, with `confidence`.

    `labels` are in the order in which they were drawn, and are none of those that made the grid. `floor`: the least
    probability with which the design draws any case; name it when the design is uneven, as the least may be missing
    among the labels. `every_look`: certify anew whenever labels are added, without spending more doubt; then `planned`,
    the number of labels that is expected, must be the same at each look, as must the grid.
    Raises ValueError for a target or confidence outside (0, 1), or looks without a plan.
    """
    if not (0 < target < 1 and 0 < confidence < 1):
        raise ValueError("target and confidence lie between 0 and 1")
    if every_look and planned is None:
        raise ValueError("certifying at every look needs one plan for all looks: say `planned`")
    data = columns(labels)
    least = min([*data.probabilities.tolist(), 1.0 if floor is None else floor])
    method = _method(data, target, least, even=floor is None, every_look=every_look)
    if method == "thinned":
        data = _thinned(data, least)
    value = _value(data, target, least, method)
    starts = _starts(data, grid, target, 1 - confidence, least, method, planned if every_look else None)
    reached = [(place, start) for start in starts if (place := _walk(grid, start, value)) is not None]
    if reached:
        place, start = max(reached, key=lambda one: one[0])
        more: int | None = 0
    else:  # show the start that came nearest
        start = min(starts, key=lambda one: value(grid.thresholds[one.index]) / one.delta)
        place, more = start.index, _more(data, grid, target, 1 - confidence)
    kept = data.above(grid.thresholds[place])
    return Certificate(
        threshold=grid.thresholds[place] if reached else None,
        bound=_bound(kept, start.delta, method, least) if len(kept) else None,
        labels=len(kept),
        errors=int(kept.wrong.sum()),
        observed=weighted_error(kept),
        coverage=_share(data, grid.thresholds[place]) if reached else 0.0,
        more_needed=more,
        target=target,
        confidence=confidence,
        method=method,
    )


def _method(data: Columns, target: float, floor: float, *, even: bool, every_look: bool) -> str:
    """By the design alone, never by the verdicts: they must have no say in it."""
    if every_look:
        return "betting"
    if even and len(set(data.probabilities.tolist())) <= 1:
        return "binomial"
    return "thinned" if (floor / data.probabilities).sum() * target < FEW else "betting"


def _thinned(data: Columns, floor: float) -> Columns:
    """Even labels: each kept with floor/probability, by the same lots each time. What is left is a plain draw."""
    kept = np.random.default_rng(THINNING).random(len(data)) < floor / data.probabilities
    return Columns(data.scores[kept], data.wrong[kept], np.full(int(kept.sum()), floor))


def _starts(
    data: Columns, grid: Grid, target: float, delta: float, floor: float, method: str, planned: int | None
) -> tuple[Start, ...]:
    """Where to begin. Weighted labels tell about as much as the even ones that thinning them would leave."""
    if planned is not None:
        return plan_looks(grid, planned, target, delta)
    size = round(float((floor / data.probabilities).sum()))
    return plan(grid, size, target, delta, dearer=method == "betting")


def _value(data: Columns, target: float, floor: float, method: str) -> Callable[[float], float]:
    """The p-value of "at this threshold the error rate is the target or more"."""

    def p(threshold: float) -> float:
        kept = data.above(threshold)
        if method != "betting":
            return float(bounds.tail(int(kept.wrong.sum()), len(kept), target))
        return float(1 / bounds.evidence_below(kept, target, floor).max()) if len(kept) else 1.0

    return p


def _walk(grid: Grid, start: Start, value: Callable[[float], float]) -> int | None:
    """How far a start gets; None when it falls at its first threshold."""
    place = start.index
    while place < len(grid.thresholds) and value(grid.thresholds[place]) <= start.delta:
        place += 1
    return place - 1 if place > start.index else None


def _more(data: Columns, grid: Grid, target: float, delta: float) -> int | None:
    """How many more even labels would certify something if errors go on as seen; None when more than `MOST`."""

    def enough(size: int) -> bool:
        start = plan(grid, size, target, delta)[0]
        kept = data.above(grid.thresholds[start.index])
        share = _share(data, grid.thresholds[start.index]) if len(kept) else grid.shares[start.index]
        accepted, rate = math.floor(size * share), weighted_error(kept if len(kept) else data)
        return bool(bounds.tail(math.ceil(accepted * rate), accepted, target) <= delta)

    sizes = _upwards(len(data) + 1, MOST, 1.3)
    found = next((at for at, size in enumerate(sizes) if enough(size)), None)
    if found is None:
        return None
    finer = _upwards(sizes[max(0, found - 1)], sizes[found], 1.02)
    return next(size for size in finer if enough(size)) - len(data)


def _upwards(least: int, most: int, times: float) -> list[int]:
    """Whole numbers from `least` up to `most`, which ends the list, each `times` the one before."""
    sizes = [least]
    while sizes[-1] < most:
        sizes.append(min(most, math.ceil(sizes[-1] * times)))
    return sizes


def _bound(kept: Columns, delta: float, method: str, floor: float) -> float:
    if method != "betting":
        return bounds.upper(int(kept.wrong.sum()), len(kept), delta)
    return bounds.upper_by_betting(kept, delta, floor)


def _share(data: Columns, threshold: float) -> float:
    """The share of the traffic at or above the threshold, each label weighted by 1/probability."""
    weights = 1 / data.probabilities
    return float(weights[data.scores >= threshold].sum() / weights.sum())
