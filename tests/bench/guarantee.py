"""Does the promised error rate hold? Simulations with a known truth; `python -m tests.bench.guarantee [--quick]`.

Every run draws labels from a world, certifies, and asks the truth. Coverage is the share of all cases that is settled,
0 where nothing is certified. Exit status 1 when a promise is broken in more runs than 5 %, by more than chance.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np
from scipy import stats

from escalations.autonomy import monitor
from escalations.autonomy.certify import certify
from escalations.autonomy.labels import Label
from tests.bench import guarantee_looks as looks
from tests.bench import rivals
from tests.bench.guarantee_looks import CONFIDENCE
from tests.bench.guarantee_world import WORLDS, Population, population
from tests.bench.tables import table

SIZES, TARGETS = (300, 1_000, 3_000), (0.01, 0.02, 0.05)
BATCH = 100  # runs that are looked at together
EACH = 2  # of them are looked at again by `certify` itself
PROMISED, ALARM, FLOOR = 0.02, 0.05, 0.05  # for the monitor
LESS = 20  # times fewer runs of the comparisons that are not promises
HEAD = (
    "world",
    "target",
    "labels",
    "best possible",
    "naive",
    "three starts",
    "smallest p",
    "ours",
    "ours / best valid",
)


@dataclass
class Tally:
    """Of one way to choose, over the runs of one setting."""

    runs: int = 0
    covered: float = 0.0
    broken: int = 0

    def add(self, world: Population, threshold: float | None, target: float) -> None:
        """One run's threshold, judged by the truth."""
        coverage, error = world.truth(threshold) if threshold is not None else (0.0, 0.0)
        self.runs += 1
        self.covered += coverage
        self.broken += error > target

    def __str__(self) -> str:
        return f"{self.covered / self.runs:.3f} ({self.broken / self.runs:.1%})"

    @property
    def kept(self) -> bool:
        """Is the share of broken runs 5 % at most, or above it only by chance?"""
        allowed = 1 - CONFIDENCE
        return (
            self.broken <= allowed * self.runs or stats.binom.sf(self.broken - 1, self.runs, allowed) > 0.001
        )


Daily = tuple[list[Tally], int]
"""What daily looks found, and how many of them were compared with `certify`."""


@lru_cache
def world_of(number: int) -> Population:
    """The same in every process."""
    return population(WORLDS[number], np.random.default_rng(number))


def once(runs: int, setting: tuple[int, float, int]) -> list[Tally]:
    """One certificate from one set of labels: naive, three starts, smallest p, ours."""
    number, target, size = setting
    world, dice = world_of(number), np.random.default_rng([number, size, round(target * 1000)])
    tallies = [Tally() for _ in range(4)]
    for _ in range(runs):
        chosen = dice.integers(len(world.labels), size=size)
        seen, wrong = rivals.counts(world.grid, world.scores[chosen], world.bad[chosen])
        places = (
            rivals.naive(world.grid, seen, wrong, target),
            rivals.ltt_three(world.grid, seen, wrong, target, size, 1 - CONFIDENCE),
            rivals.ltt_single(world.grid, seen, wrong, target, size, 1 - CONFIDENCE),
        )
        for tally, place in zip(tallies, places, strict=False):
            tally.add(world, None if place is None else world.grid.thresholds[place], target)
        labels = [world.labels[at] for at in chosen.tolist()]
        tallies[3].add(world, certify(labels, target, CONFIDENCE, world.grid).threshold, target)
    return tallies


def daily(runs: int, setting: tuple[int, float, int]) -> Daily:
    """A look each day for 90 days; broken when any day's threshold breaks the target. Certifying anew by the one-off
    test each day, and ours. Coverage is that of the last day.
    """
    number, target, size = setting
    world, dice = world_of(number), np.random.default_rng([7, number, size, round(target * 1000)])
    known = np.array([world.truth(threshold) for threshold in world.grid.thresholds] + [(0.0, 0.0)])
    tallies, compared = [Tally(), Tally()], 0
    for done in range(0, runs, BATCH):
        chosen = dice.integers(len(world.labels), size=(min(BATCH, runs - done), size))
        ours = looks.ours(world, chosen, target)
        for tally, places in zip(tallies, (looks.anew(world, chosen, target), ours), strict=True):
            tally.runs += len(places)
            tally.covered += float(known[places[:, -1], 0].sum())
            tally.broken += int((known[places, 1].max(axis=1) > target).sum())
        compared += sum(
            _compared(world, *run, target) for run in zip(chosen[:EACH], ours[:EACH], strict=True)
        )
    return tallies, compared


def _compared(world: Population, chosen: looks.Ints, places: looks.Ints, target: float) -> int:
    """Asks `certify` itself on a few days of a run: around the day of the first certificate, and on the last; how many.
    AssertionError where it certifies anything else.
    """
    first = int(np.argmax(places != looks.NEVER)) + 1
    days = {max(first - 1, 1), first, (first + looks.DAYS) // 2, looks.DAYS}
    for day in days:
        found = looks.certified(world, chosen, target, day)
        assert found == places[day - 1], f"day {day}: {places[day - 1]} here, {found} by certify"
    return len(days)


def uneven(runs: int, setting: tuple[int, float, int]) -> list[Tally]:
    """A 5 % draw, and 40 % of the least sure half: thinned back to 5 %, pooled without weights, and ours."""
    number, target, size = setting
    world, dice = world_of(number), np.random.default_rng([9, number, size])
    middle = world.scores[len(world.scores) // 2]
    tallies = [Tally() for _ in range(3)]
    for _ in range(runs):
        kept = [world.labels[at] for at in dice.integers(len(world.labels), size=size).tolist()]
        rates = [0.05 if one.score > middle else 0.40 for one in kept]
        drawn = [replace(one, probability=p) for one, p in zip(kept, rates, strict=True) if dice.random() < p]
        thin = [Label(one.score, one.wrong) for one in drawn if dice.random() < 0.05 / one.probability]
        pooled = [Label(one.score, one.wrong) for one in drawn]
        for tally, labels, floor in zip(tallies, (thin, pooled, drawn), (None, None, 0.05), strict=True):
            tally.add(world, certify(labels, target, CONFIDENCE, world.grid, floor=floor).threshold, target)
    return tallies


def alarms(runs: int, setting: tuple[float, int]) -> tuple[float, float, int]:
    """(true rate, share of monitors that trip at a promise of 2 %, median audits until then or -1)."""
    rate, size = setting
    dice = np.random.default_rng([3, round(rate * 1000)])
    wrong = (dice.random((runs, size)) < rate).cumsum(axis=1)
    tripped = wrong >= np.array(enough_wrong(size))
    found = tripped.argmax(axis=1)[tripped.any(axis=1)] + 1
    return rate, len(found) / runs, int(np.median(found)) if len(found) else -1


@lru_cache
def enough_wrong(size: int) -> tuple[int, ...]:
    """How many wrong answers among 1, 2, ... `size` audits trip the product's monitor: it knows the past by its tally
    alone, so one that is given the whole past at once is as far as one that is given it audit by audit.
    """
    found, least = [], 1
    for audits in range(1, size + 1):
        while least <= audits and _evidence(audits, least) < 1 / ALARM:
            least += 1
        found.append(least)
    return tuple(found)


def _evidence(audits: int, wrong: int) -> float:
    return monitor.evidence(((FLOOR, audits, wrong),), PROMISED, FLOOR)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--quick", action="store_true", help="100 runs of each, for a look")
    options = parser.parse_args()
    runs = 100 if options.quick else options.runs
    settings = [
        (number, target, size) for number in range(len(WORLDS)) for target in TARGETS for size in SIZES
    ]
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        kept = [show_once(settings, pool.map(partial(once, runs), settings))]
        every_day = list(pool.map(partial(daily, runs), settings))
        kept.append(show("a look each day for 90 days: coverage at the end (share of runs broken on any day)",
                         ("anew each day", "ours"), settings, (tallies for tallies, _ in every_day)))  # fmt: skip
        print(f"ours is counted for many runs at once; `certify` itself, asked at {sum(n for _, n in every_day):,} of "
              "these looks, certified the same at each\n")  # fmt: skip
        drawn = [(number, target, 12_000) for number in range(len(WORLDS)) for target in (0.02, 0.05)]
        kept.append(show("of 12,000 cases 5 % audited, of the less sure half 40 % more: coverage (broken)",
                         ("thinned to 5 %", "pooled, unweighted", "ours"), drawn,
                         pool.map(partial(uneven, max(50, runs // LESS)), drawn)))  # fmt: skip
        show_alarms(
            pool.map(
                partial(alarms, runs),
                [(r, 1_000) for r in (0.01, 0.02, 0.03, 0.04, 0.06, 0.10)],
            )
        )
    return 0 if all(kept) else 1


def show_once(settings: list[tuple[int, float, int]], found: Iterator[list[Tally]]) -> bool:
    rows, mine = [], []
    for (number, target, size), tallies in zip(settings, found, strict=True):
        best = max(tallies[1].covered, tallies[2].covered)
        ratio = f"{tallies[3].covered / best:.2f}" if best else "-"
        name, most = WORLDS[number].name, f"{world_of(number).best(target):.3f}"
        rows.append([name, f"{target:.0%}", f"{size:,}", most, *map(str, tallies), ratio])
        mine.append(tallies)
    print(
        f"one certificate: mean coverage (share of {mine[0][0].runs:,} runs in which the promise is broken)\n"
    )
    print(table(HEAD, rows))
    means = [sum(row[at].covered / row[at].runs for row in mine) / len(mine) for at in range(4)]
    print(
        "\nmean coverage: "
        + ", ".join(f"{name} {mean:.3f}" for name, mean in zip(HEAD[4:8], means, strict=True))
    )
    print(
        f"worst share of broken promises: {max(row[3].broken / row[3].runs for row in mine):.1%}\n",
        flush=True,
    )
    return all(row[3].kept for row in mine)


def show(
    title: str, names: tuple[str, ...], settings: list[tuple[int, float, int]], found: Iterable[list[Tally]]
) -> bool:
    """A table of several ways; ours is the last. Is every one of ours kept?"""
    mine = list(found)
    rows = [[WORLDS[number].name, f"{target:.0%}", f"{size:,}", *map(str, tallies)]
            for (number, target, size), tallies in zip(settings, mine, strict=True)]  # fmt: skip
    print(f"{title}\n\n{table(('world', 'target', 'labels', *names), rows)}\n", flush=True)
    return all(row[-1].kept for row in mine)


def show_alarms(found: Iterator[tuple[float, float, int]]) -> None:
    rows = [[f"{rate:.0%}", f"{share:.1%}", audits if audits > 0 else "-"] for rate, share, audits in found]
    print("the monitor, 2 % promised, looked at after each of 1,000 audits\n")
    print(table(("truly wrong", "trips", "median audits until it trips"), rows))


if __name__ == "__main__":
    sys.exit(main())
