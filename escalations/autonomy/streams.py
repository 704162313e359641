"""Did a stream of cases change? One case at a time, valid at every look, with no threshold to calibrate. Pure.

Conformal p-values against everything seen so far, the reference included: while cases are exchangeable they are
independent and uniform, exactly, for any distribution (Vovk, Gammerman & Shafer, 2022, Algorithmic Learning in a Random
World, 2nd ed., chapter 8). Against uniformity bet fixed wagers on intervals of [0, 1]; since nobody knows when a change
begins, each wager is a Shiryaev-Roberts sum over all beginnings (Shin, Ramdas & Rinaldo, 2024, E-detectors, section 2,
New England Journal of Statistics in Data Science), weighted 1/horizon each: so the total ever reaches 1/alpha within
`horizon` cases with probability at most alpha (Ville), and before that the evidence has never to be earned back.

Real traffic is not quite exchangeable: Mondays differ from Fridays. So each wager is fair even when an interval holds
`SLACK` more than its share, and only a change beyond that is held against the stream.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from escalations.autonomy.labels import Floats

SLACK = 0.25
QUIET = 20.0  # times the wealth of a fresh start; below it nothing has begun
_LOWER = [(0.0, 2.0**-n) for n in range(1, 11)]
_UPPER = [(1 - 2.0**-n, 1.0) for n in (1, 2, 3)]
_BANDS = [(n / 16, (n + wide) / 16) for wide in (1, 2) for n in range(17 - wide)]


def _wagers() -> tuple[Floats, Floats, Floats, Floats]:
    """Begin and end of each interval, and what a wager multiplies its stake by inside and outside of it."""
    rows = []
    for begin, end in (*_LOWER, *_UPPER, *_BANDS):
        fair = (end - begin) * (1 + SLACK)
        bets = {math.sqrt(fair), 0.9} if begin == 0 else {math.sqrt(fair)}
        rows += [(begin, end, bet / fair, (1 - bet) / (1 - fair)) for bet in sorted(bets)]
    table = np.array(rows).T
    return table[0], table[1], table[2], table[3]


_BEGIN, _END, _WIN, _LOSE = _wagers()


@dataclass(frozen=True, slots=True)
class Stream:
    """The state after some cases. `counts`: of each kind, the reference included; `before`: of the reference alone;
    `run`: since the evidence began to gather, with the number and the id of the first case of the first kind.
    `rarity`: kinds are strange when rare (categories); else in the order of their names, the first the strangest.
    """

    alpha: float
    horizon: int
    rarity: bool
    before: Mapping[str, int]
    counts: Mapping[str, int]
    wealth: tuple[float, ...]
    seen: int = 0
    run: Mapping[str, int] | None = None
    first: str | None = None
    peak: float = 0.0

    @property
    def tripped(self) -> bool:
        """Has it changed? Once tripped, always: a new reference starts a new stream."""
        return self.peak >= 1 / self.alpha

    def share(self, kind: str) -> tuple[float, float]:
        """The share of a kind in the reference, and since the evidence began."""
        run = self.run or {}
        return (
            self.before.get(kind, 0) / max(1, sum(self.before.values())),
            run.get(kind, 0) / max(1, sum(run.values())),
        )


def stream(before: Iterable[str], *, alpha: float, horizon: int = 20_000, rarity: bool = False) -> Stream:
    """A stream that starts from a reference of earlier cases, told by their kinds."""
    counts: dict[str, int] = {}
    for kind in before:
        counts[kind] = counts.get(kind, 0) + 1
    return Stream(alpha, horizon, rarity, counts, dict(counts), (0.0,) * len(_WIN), run={})


def after(state: Stream, cases: Iterable[tuple[str, float, str]]) -> Stream:
    """The stream after more cases: (kind, a number in [0, 1) by lot that breaks ties, case id), in their order."""
    counts, run = dict(state.counts), dict(state.run or {})
    wealth, seen, first, peak = np.array(state.wealth), state.seen, state.first, state.peak
    total = sum(counts.values())
    for kind, lot, case_id in cases:
        if peak >= 1 / state.alpha:
            break  # it has tripped: what comes after is another story
        counts[kind] = counts.get(kind, 0) + 1
        total, seen = total + 1, seen + 1
        p = (_stranger(counts, kind, state.rarity) + lot * counts[kind]) / total
        stake = 1 / (state.horizon * len(wealth)) if seen <= state.horizon else 0.0
        wealth = (wealth + stake) * np.where((p >= _BEGIN) & (p < _END), _WIN, _LOSE)
        worth = float(wealth.sum())
        peak = max(peak, worth)
        if worth < QUIET / state.horizon:
            run, first = {}, None
        run[kind] = run.get(kind, 0) + 1
        first = first or case_id
    return replace(
        state, counts=counts, run=run, first=first, seen=seen, peak=peak, wealth=tuple(wealth.tolist())
    )


def restored(stored: Mapping[str, Any]) -> Stream:
    """A stream from what `dataclasses.asdict` gave, also by way of JSON."""
    return Stream(**{**stored, "wealth": tuple(stored["wealth"])})


def _stranger(counts: Mapping[str, int], kind: str, rarity: bool) -> int:
    """How many cases are of a stranger kind than this one."""
    if rarity:
        own = (counts[kind], kind)
        return sum(count for other, count in counts.items() if (count, other) < own)
    return sum(count for other, count in counts.items() if other < kind)
