"""What will be late in the next hours, and what one more person would save (rank 14). Pure: numbers in, numbers out.

A tier is a line of waiting cases in working order before c people. A case begins when enough of those ahead are
done, and is then in hand for a while of its own. How many are done by some time is a Poisson count whose rate is
not known but measured: with `resolved` cases in `hours` person-hours the count over the next x person-hours is
negative binomial (a gamma prior of half an hour's work, Gelman et al., Bayesian Data Analysis, 2.6). So a rate
measured on little leaves a chance between 0 and 1, as it should. Cases that are still to come and will be taken
first count as ahead. Times are minutes from now unless said otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

STEP = 30
"""Minutes of one step of the figure."""

PRIOR_RATE, PRIOR_HOURS = 4.0, 0.5
"""Ours: what a person is taken to resolve an hour before anything is measured, and how much that counts for."""

OWN = (0.1054, 0.3567, 0.6931, 1.2040, 2.3026)
"""How long the case itself is in hand, in mean durations: the 10, 30, 50, 70 and 90 % points of an exponential."""

LOOKS = (0.2, 0.4, 0.6, 0.8, 1.0)
"""When to look whether a case has begun, in parts of the time until it must: not to begin by the last of them takes
that it had not begun at any."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case of a tier: due and its place in working order (`rank`), minutes from now; `after` is how many its
    holder has before it, None while nobody holds it.
    """

    ref: str
    tier: int
    due: float
    rank: float
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """A tier's people: how many are at work in each step from now, and what was measured of them."""

    people: tuple[float, ...]
    resolved: float
    hours: float

    @property
    def rate(self) -> float:
        """Cases a person resolves an hour, by the measure and the prior together."""
        return (self.resolved + PRIOR_RATE * PRIOR_HOURS) / (self.hours + PRIOR_HOURS)

    def one_more(self) -> "Staff":
        """The same with one more person from now on."""
        return replace(self, people=tuple(n + 1 for n in self.people))

    def hours_until(self, minutes: np.ndarray) -> np.ndarray:
        """Person-hours from now until each time; after the last step its people stay."""
        edges = np.arange(len(self.people) + 1) * STEP
        worked = np.concatenate([[0.0], np.cumsum(self.people)]) * STEP / 60
        beyond = np.maximum(minutes - edges[-1], 0) / 60 * (self.people[-1] if self.people else 0)
        hours: np.ndarray = np.interp(np.maximum(minutes, 0), edges, worked) + beyond
        return hours


@dataclass(frozen=True, slots=True)
class Coming:
    """Cases that a tier gets: how many an hour, how long they have, how far their severity moves them ahead."""

    tier: int
    per_hour: float
    minutes: float
    ahead: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Chances by reference; per tier how many breaches are to be expected, and how many one more person saves."""

    chances: Mapping[str, float]
    expected: Mapping[int, float]
    saves: Mapping[int, float]

    @property
    def late(self) -> float:
        """Breaches to be expected in all."""
        return sum(self.expected.values())


def forecast(cases: Sequence[Waiting], staff: Mapping[int, Staff], coming: Sequence[Coming] = ()) -> Forecast:
    """The chance of each case to be late, from the order they wait in. A case late already has no chance left: it
    is not counted among the breaches to come, but it is ahead of others.
    """
    chances: dict[str, float] = {}
    expected: dict[int, float] = {}
    saves: dict[int, float] = {}
    for tier in sorted({case.tier for case in cases}):
        here = sorted((case for case in cases if case.tier == tier), key=lambda case: (case.rank, case.ref))
        team = staff.get(tier, Staff((0.0,), 0, 0))
        flow = [one for one in coming if one.tier == tier]
        now = _chances(here, team, flow)
        more = _chances(here, team.one_more(), flow)
        open_ = np.array([case.due > 0 for case in here])
        chances |= {case.ref: float(chance) for case, chance in zip(here, now, strict=True)}
        expected[tier] = float(now[open_].sum())
        saves[tier] = max(float((now - more)[open_].sum()), 0.0)
    return Forecast(chances, expected, saves)


def _chances(here: Sequence[Waiting], team: Staff, flow: Sequence[Coming]) -> np.ndarray:
    """The chance of each case in order; 1 for those late already."""
    due = np.array([case.due for case in here])
    rank = np.array([case.rank for case in here])
    held = np.array([case.after is not None for case in here])
    before = np.where(held, [case.after or 0 for case in here], np.cumsum(~held) - (~held) + held.sum())
    late = np.zeros(len(here))
    for share in OWN:
        start_by = np.maximum(due - share * 60 / team.rate, 0)
        waits = np.ones(len(here))
        for part in LOOKS:  # whoever has begun earlier need not begin in time again
            at = start_by * part
            # a free person is there at once: so many need not be done first
            past = np.where(held, 0.0, overtaking(rank, at, flow))
            line = np.where(held, before, np.maximum(before + past + 1 - team.people[0], 0))
            hours = np.where(held, at / 60, team.hours_until(at))
            waits = np.minimum(waits, _fewer(line, hours, team, past))
        late += np.where(start_by <= 0, 1.0, waits) / len(OWN)
    return np.where(due <= 0, 1.0, late)


def _fewer(wanted: np.ndarray, hours: np.ndarray, team: Staff, past: np.ndarray) -> np.ndarray:
    """The chance that fewer than `wanted` cases are done in so many person-hours: P(N <= wanted - 1) of a
    negative binomial N, which is the incomplete beta function I_p(r, wanted). Of the wanted, `past` are themselves
    a Poisson count: its variance widens that of N, by a smaller r.
    """
    shape = team.resolved + PRIOR_RATE * PRIOR_HOURS
    mean = np.maximum(shape / (team.hours + PRIOR_HOURS) * hours, 1e-9)
    r = mean**2 / (mean**2 / shape + past)
    from scipy.special import betainc  # slow to import, and most processes never need it

    return np.where(wanted <= 0, 0.0, betainc(r, np.maximum(wanted, 1e-9), r / (r + mean)))


def overtaking(rank: np.ndarray, until: np.ndarray, flow: Sequence[Coming]) -> np.ndarray:
    """How many cases still to come each one will have let past by some time: one that comes at a has rank
    a + minutes - ahead.
    """
    past = np.zeros(len(rank))
    for one in flow:
        past += one.per_hour / 60 * np.clip(rank + one.ahead - one.minutes, 0, until)
    return past


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The stretch in which most is due over what the people there resolve: steps from and to, and by how much."""

    first: int
    last: int
    due: float
    over: float


def shortfall(due: Sequence[float], capacity: Sequence[float]) -> Shortfall | None:
    """The worst stretch of consecutive steps (the maximal sum of due - capacity); None when no step is over."""
    best: Shortfall | None = None
    sums = [0.0, *np.cumsum(np.array(due) - np.array(capacity)).tolist()]
    low = 0
    for last in range(len(due)):
        low = last if sums[last] < sums[low] else low
        over = sums[last + 1] - sums[low]
        if over > 0.5 and (best is None or over > best.over + 1e-9):
            best = Shortfall(low, last, sum(due[low : last + 1]), over)
    return best


def capacity(staff: Sequence[Staff], steps: int) -> list[float]:
    """Cases that all tiers' people resolve in each step."""
    found = [0.0] * steps
    for team in staff:
        for step, (begin, end) in enumerate(pairwise(range(0, (steps + 1) * STEP, STEP))):
            hours = team.hours_until(np.array([begin, end], dtype=float))
            found[step] += float(hours[1] - hours[0]) * team.rate
    return found
