"""Durations that add up: histograms of them (buckets 5 % apart, so a quantile is within 2.5 %), and minutes. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

MINUTE = timedelta(minutes=1)

RATIO = 1.05
"""Each bucket ends 5 % after the one before; bucket 0 is everything up to a second."""


def bucket(seconds: float) -> int:
    """The bucket that a duration falls into. `SQL` says the same."""
    return math.floor(math.log(max(seconds, 1.0)) / math.log(RATIO))


SQL = "floor(ln(greatest(extract(epoch FROM {}), 1)) / ln(1.05))::int"
"""`bucket` of an interval, for the database; fill in the interval."""


def merged(histograms: Iterable[Mapping[str, int]]) -> Counter[int]:
    """The sum of stored histograms; JSON makes their keys text."""
    total: Counter[int] = Counter()
    for histogram in histograms:
        for key, n in histogram.items():
            total[int(key)] += n
    return total


def quantile(histogram: Mapping[int, int], share: float) -> float | None:
    """Seconds within which `share` (0 to 1) of the durations lie: the middle of their bucket; None without any."""
    whole = sum(histogram.values())
    if not whole:
        return None
    wanted, seen = share * (whole - 1) + 1, 0
    for key in sorted(histogram):
        seen += histogram[key]
        if seen >= wanted - 1e-9:
            break
    return float(RATIO ** (key + 0.5))


def total(histogram: Mapping[int, int]) -> float:
    """Seconds of all durations together, each taken as the middle of its bucket."""
    return float(sum(n * RATIO ** (key + 0.5) for key, n in histogram.items()))


def whole_minutes(parts: Sequence[timedelta]) -> list[int]:
    """Each part in whole minutes, so that they sum to the whole in whole minutes: what rounding leaves over goes to
    the parts with the largest remainders.
    """
    down = [part // MINUTE for part in parts]
    left = round(sum(parts, timedelta(0)) / MINUTE) - sum(down)
    first = sorted(range(len(parts)), key=lambda n: parts[n] % MINUTE, reverse=True)[:left]
    return [minutes + (n in first) for n, minutes in enumerate(down)]
