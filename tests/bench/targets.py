"""What we aim at, and whether this run came there. The letters are those of the performance goals."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.load import Result
from tests.bench.pages import Measured

Costs = Mapping[int, Mapping[str, Measured]]
"""By number of waiting cases and kind of request."""

CYCLE, QUEUE, CASE, POST = "decide and be shown the next", "queue page, team", "case page", "API: post a case"
LAST_PAGE = "queue page, team, second page"
FLOOR = "floor: decide and be shown the next"
FLAT = 0.10  # the exponent up to which time does not grow
GROWING = (CYCLE, CASE, QUEUE, POST)


@dataclass(frozen=True, slots=True)
class Aim:
    """One line: how much it is, and at most (or at least) how much it should be."""

    name: str
    what: str
    measured: float
    most: float = math.inf
    least: float = -math.inf

    def row(self) -> Sequence[object]:
        """Its line in the table."""
        aim = f"<= {self.most:g}" if self.most < math.inf else f">= {self.least:g}"
        met = self.least <= self.measured <= self.most
        return (
            self.name,
            self.what,
            f"{self.measured:.2f}".rstrip("0").rstrip("."),
            aim,
            "yes" if met else "NO",
        )


HEAD = ("", "aim", "measured", "wanted", "met")


def aims(costs: Costs, loads: Mapping[int, tuple[Result, Result]], chained: tuple[float, float]) -> list[Aim]:
    """Every aim that this run can judge. `loads` has the most reviewers and the floor beside them, `chained` the
    cycles a second with the chain and without.
    """
    return [*_counts(costs), *_beside_the_floor(costs, loads), *_growth(costs), *_chain(chained)]


def _counts(costs: Costs) -> Iterator[Aim]:
    """Deterministic: the worst of all sizes."""
    yield Aim("A1", "cycle: SQL statements", _worst(costs, "sql", CYCLE), most=8)
    yield Aim("A2", "cycle: blocks", _worst(costs, "blocks", CYCLE), most=120)
    yield Aim("A3", "queue page of 50: SQL statements", _worst(costs, "sql", QUEUE, LAST_PAGE), most=8)
    yield Aim("A3", "queue page of 50: blocks", _worst(costs, "blocks", QUEUE, LAST_PAGE), most=200)
    yield Aim("A4", "case page: SQL statements", _worst(costs, "sql", CASE), most=6)
    yield Aim("A4", "API, post a case: SQL statements", _worst(costs, "sql", POST), most=6)


def _beside_the_floor(costs: Costs, loads: Mapping[int, tuple[Result, Result]]) -> Iterator[Aim]:
    """Ratios within this run, at the largest size."""
    largest = max(costs)
    cycle, floor = costs[largest][CYCLE].cost, costs[largest][FLOOR].cost
    desk, bare = loads[largest]
    people = f"{desk.clients} reviewers"
    yield Aim("B2", f"cycles a second, {people} / floor", desk.per_second / bare.per_second, least=0.5)
    yield Aim("B2", f"p95, {people} / floor", desk.percentile(0.95) / bare.percentile(0.95), most=2)
    used, least = (one.app_cpu_ms + one.db_cpu_ms for one in (cycle, floor))
    yield Aim("B3", "cycle: processor time / floor", used / least if least else math.inf, most=2)
    yield Aim("B4", "cycle: database time / floor", cycle.sql_ms / floor.sql_ms, most=3)
    yield Aim("B6", "queue page of 50: database time, ms", costs[largest][QUEUE].cost.sql_ms, most=2)


def _growth(costs: Costs) -> Iterator[Aim]:
    small, large = min(costs), max(costs)
    if small < large:
        for kind in GROWING:
            before, after = (costs[size][kind].cost.sql_ms for size in (small, large))
            yield Aim(
                "B5", f"growth of database time: {kind}", exponent(before, after, small, large), most=FLAT
            )


def _chain(chained: tuple[float, float]) -> Iterator[Aim]:
    linked, free = chained
    yield Aim("B7", "cycles a second, chained / not chained", linked / free, least=0.7)


def exponent(before: float, after: float, small: int, large: int) -> float:
    """b of `cost ~ cases^b` between two sizes: 0 is flat, 1 is linear."""
    return math.log(after / before) / math.log(large / small) if before and after else 0.0


def _worst(costs: Costs, what: str, *kinds: str) -> float:
    return max(float(getattr(costs[size][kind].cost, what)) for size in costs for kind in kinds)
