"""More than usual? Detectors that know the daily and weekly shape of each stream of cases. Pure: times come in.

A stream's past is a `Series`: how many cases came in each minute-aligned bucket. What is usual at a moment is read from
the same hours of past weeks (by the wall clock of the client, so that a daylight-saving change moves nothing), and an
excess must be improbable under a negative binomial law with the stream's own dispersion, large as a ratio, and large as
a number. Three windows of different length look at once: the shortest is quick on busy streams, the longest sees what a
quiet one has. Sources: Farrington et al. (1996) and Noufaily et al. (2013) for comparing with the same weeks of the
past and for leaving past outbreaks out of it; here the interquartile mean does that.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

BUCKET = timedelta(minutes=5)
WINDOWS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
WEEKS = 8  # of the past are read
HOUR = timedelta(hours=1)
AROUND = timedelta(
    minutes=30
)  # a past hour is read this wide, before, around and after: an opening time is a step


_CHI2_1, _CHI2_11 = 0.4549, 0.940  # medians of chi-square with 1 and 11 degrees, over the degrees


@dataclass(frozen=True, slots=True)
class Limits:
    """When an excess is a surge. `improbable` is a tail probability for one look; a surge must last below
    `calm_ratio` for the alarm to end (hysteresis), so that one surge is one alarm.
    """

    improbable: float = 1e-6
    ratio: float = 2.0
    count: int = 10
    start_ratio: float = 3.0  # while there are not yet three days to compare with
    start_count: int = 20
    calm_ratio: float = 1.4
    doubt: float = 0.15  # one week is at least so much busier than another, as a share


@dataclass(frozen=True, slots=True)
class Usual:
    """What a stream usually brings in one window: `expected` cases, with `variance`, known from `basis`."""

    expected: float
    variance: float
    basis: str  # weeks, days, start


@dataclass(frozen=True, slots=True)
class Excess:
    """A window in which too much came."""

    window: timedelta
    observed: int
    usual: Usual
    tail: float

    @property
    def ratio(self) -> float:
        """How many times the usual; a tenth of a case at least is usual anywhere."""
        return self.observed / max(self.usual.expected, 0.1)


@dataclass(frozen=True, slots=True)
class Spread:
    """How unevenly a stream comes: `burst` within an hour (1: by chance alone), `sway` from week to week (a share)."""

    burst: float = 1.0
    sway: float = 0.0


class Series:
    """Counts of one stream, in buckets of five minutes from `start` (UTC, on a bucket). Sums are answered at once."""

    def __init__(self, start: datetime, counts: Sequence[int], zone: ZoneInfo) -> None:
        self.start, self.zone = start.astimezone(UTC), zone
        self._sums = [0, *accumulate(counts)]
        self.end = self.start + len(counts) * BUCKET
        self.spread = Spread()

    def between(self, a: datetime, b: datetime) -> float:
        """Cases from `a` to `b`; a bucket that is cut counts by its share."""
        return self._until(b) - self._until(a)

    def _until(self, at: datetime) -> float:
        place = (at - self.start) / BUCKET
        if place <= 0:
            return 0.0
        whole = min(int(place), len(self._sums) - 1)
        below = self._sums[whole]
        above = self._sums[min(whole + 1, len(self._sums) - 1)]
        return below + (above - below) * (place - whole)

    def knows(self, a: datetime) -> bool:
        """Does it reach back to `a`?"""
        return a >= self.start

    def earlier(self, at: datetime, days: int) -> datetime:
        """The same wall-clock time in the stream's zone, `days` before; UTC."""
        local = at.astimezone(self.zone)
        return (local.replace(tzinfo=None) - timedelta(days=days)).replace(tzinfo=self.zone).astimezone(UTC)


def series_of(counts: Mapping[datetime, int], start: datetime, end: datetime, zone: ZoneInfo) -> Series:
    """A series from the buckets that are not empty."""
    size = max(0, round((end - start) / BUCKET))
    row = [0] * size
    for at, count in counts.items():
        place = round((at - start) / BUCKET)
        if 0 <= place < size:
            row[place] += count
    return Series(start, row, zone)


def usual(series: Series, now: datetime, window: timedelta, limits: Limits) -> Usual | None:
    """What `series` usually brings in the `window` that ends at `now`; None when it is younger than an hour."""
    weeks = [series.earlier(now, 7 * n) for n in range(1, WEEKS + 1)]
    weeks = [at for at in weeks if series.knows(at - window - AROUND)]
    if len(weeks) >= 3:
        return _settled(series, [_rates(series, at, window) for at in weeks], window, limits, "weeks")
    days = [series.earlier(now, n) for n in range(1, 8)]
    days = [at for at in days if series.knows(at - window - AROUND)]
    if len(days) >= 3:
        busiest = max(max(_rates(series, at, window)) for at in days)  # a weekend says little of a Monday
        return _of(busiest * (window / BUCKET), series.spread, limits, "days")
    return _young(series, now, window, limits)


def excess(series: Series, observed: Mapping[timedelta, int], now: datetime, limits: Limits) -> Excess | None:
    """The most improbable excess among the windows that end at `now`, or None when all is as usual, or is again."""
    worst: Excess | None = None
    if max(observed.values(), default=0) < limits.count or calm(series, observed, now, limits):
        return None
    for window in sorted(observed):
        known = usual(series, now, window, limits)
        young = known is None or known.basis == "start"
        if (
            known is None
            or observed[window] < (limits.start_ratio if young else limits.ratio) * known.expected
        ):
            break  # it is over already: a longer window only remembers it
        if observed[window] < (limits.start_count if young else limits.count):
            continue
        tail = upper_tail(observed[window], known.expected, known.variance)
        if tail < limits.improbable and (worst is None or tail < worst.tail):
            worst = Excess(window, observed[window], known, tail)
    return worst


def calm(series: Series, observed: Mapping[timedelta, int], now: datetime, limits: Limits) -> bool:
    """Is a surge over? Both shorter windows have come near the usual again, give or take their own chance."""
    for window in WINDOWS[:2]:
        known = usual(series, now, window, limits)
        if known is not None and observed.get(window, 0) > limits.calm_ratio * known.expected + 2 * math.sqrt(
            known.variance
        ):
            return False
    return True


def spread_of(series: Series, now: datetime) -> Spread:
    """How unevenly the last four weeks came, by medians, which a past surge hardly moves.

    `burst`: the variance of an hour's twelve buckets over their mean, 1 when arrivals are independent. `sway`: what is
    left of an hour's deviation from the same hour of other weeks once that is taken off, as a share of the hour.
    """
    bursts: list[float] = []
    swings: list[float] = []
    for back in range(1, 4 * 7 * 24, 3):
        end = now - back * HOUR
        others = [at for at in (series.earlier(end, 7 * n) for n in range(1, 4)) if series.knows(at - HOUR)]
        if len(others) < 2:
            continue
        expected = sum(series.between(at - HOUR, at) for at in others) / len(others)
        if expected >= 6:
            off = series.between(end - HOUR, end) - expected
            chance = expected * (1 + 1 / len(others))
            swings.append((off * off / _CHI2_1 - chance) / (expected * expected * (1 + 1 / len(others))))
            bursts.append(_burst(series, end))
    if len(bursts) < 20:
        return Spread()
    burst = min(10.0, max(1.0, _median(bursts) / _CHI2_11))
    return Spread(burst, math.sqrt(max(0.0, _median(swings))))


def upper_tail(count: int, mean: float, variance: float) -> float:
    """P(X >= count) of a negative binomial with these moments; Poisson where the variance is not above the mean."""
    mean = max(mean, 0.05)
    if count <= 0:
        return 1.0
    if variance <= mean * 1.0001:
        first = count * math.log(mean) - mean - math.lgamma(count + 1)
        return _sum(first, lambda k: mean / (k + 1), count)
    size = mean * mean / (variance - mean)
    odds = mean / (mean + size)
    first = (
        math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
        + size * math.log(1 - odds) + count * math.log(odds)
    )  # fmt: skip
    return _sum(first, lambda k: odds * (k + size) / (k + 1), count)


@dataclass(frozen=True, slots=True)
class Mood:
    """Complaints among judged cases, lately and over the past weeks."""

    complaints: int
    judged: int
    past_complaints: float
    past_judged: float

    @property
    def share(self) -> float:
        return self.complaints / max(self.judged, 1)

    @property
    def usual_share(self) -> float:
        """Of the past, drawn towards 5 % while there is little of it."""
        return (self.past_complaints + 2) / (self.past_judged + 40)


def upset(mood: Mood, limits: Limits, *, least: int = 5) -> bool:
    """Do customers complain more than usual? By share, so that more cases of the usual mood are no alarm (R067).

    The number of complaints is held against the share of the past; a fifth of the mean is its own doubt.
    """
    expected = mood.usual_share * mood.judged
    if mood.complaints < least or mood.complaints < limits.ratio * expected:
        return False
    variance = expected * (1 - mood.usual_share) + (0.2 * expected) ** 2
    return upper_tail(mood.complaints, expected, max(variance, expected)) < 1e-5


def soothed(mood: Mood, limits: Limits) -> bool:
    """Is a surge of complaints over?"""
    expected = mood.usual_share * mood.judged
    return mood.complaints <= limits.calm_ratio * expected + 2


def repeated(
    counts: Mapping[str, int], open_keys: Iterable[str], *, limit: int
) -> tuple[list[str], list[str]]:
    """Which keys came `limit` times or more in the window and are not open yet, and which open ones came less than
    half as often: what to raise, what to end (R039, R065).
    """
    known = set(open_keys)
    new = sorted(key for key, count in counts.items() if count >= limit and key not in known)
    return new, sorted(key for key in known if counts.get(key, 0) * 2 < limit)


def _rates(series: Series, at: datetime, window: timedelta) -> tuple[float, float, float]:
    """Cases per bucket just before, around and after the window that ended `at`."""
    wide = max(window, AROUND)
    begin = at - window
    middle = begin + window / 2
    spans = ((at - wide, at), (middle - wide / 2, middle + wide / 2), (begin, begin + wide))
    return tuple(series.between(a, b) / (wide / BUCKET) for a, b in spans)  # type: ignore[return-value]


def _settled(
    series: Series, rates: list[tuple[float, float, float]], window: timedelta, limits: Limits, basis: str
) -> Usual:
    typical = max(_middle([rate[side] for rate in rates]) for side in range(3))
    return _of(typical * (window / BUCKET), series.spread, limits, basis)


def _young(series: Series, now: datetime, window: timedelta, limits: Limits) -> Usual | None:
    """The busiest hour so far, the window itself left out."""
    end = now - window
    spans = []
    while series.knows(end - HOUR):
        spans.append(series.between(end - HOUR, end))
        end -= HOUR / 2
    if not spans:
        return None
    return _of(
        max(spans) * (window / HOUR),
        Spread(max(2.0, series.spread.burst), max(0.2, series.spread.sway)),
        limits,
        "start",
    )


def _of(expected: float, spread: Spread, limits: Limits, basis: str) -> Usual:
    expected = max(expected, 0.2)
    sway = max(limits.doubt, spread.sway)
    return Usual(expected, expected * spread.burst + (sway * expected) ** 2, basis)


def _burst(series: Series, end: datetime) -> float:
    counts = [series.between(end - (n + 1) * BUCKET, end - n * BUCKET) for n in range(12)]
    mean = sum(counts) / 12
    return sum((count - mean) ** 2 for count in counts) / 11 / mean if mean else 1.0


def _middle(values: list[float]) -> float:
    """Interquartile mean; the median of three."""
    values = sorted(values)
    cut = max(1, len(values) // 4)
    kept = values[cut : len(values) - cut]
    return sum(kept) / len(kept)


def _median(values: list[float]) -> float:
    values = sorted(values)
    return values[len(values) // 2] if values else 0.0


def _sum(log_first: float, step: Callable[[int], float], start: int) -> float:
    """exp(log_first) * (1 + s(start) + s(start) s(start + 1) + ...), until what is left is nothing."""
    total = term = 1.0
    for k in range(start, start + 100_000):
        term *= step(k)
        total += term
        if term < total * 1e-12:
            break
    return min(1.0, math.exp(log_first + math.log(total)))
