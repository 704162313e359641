"""Intervals of shares, of their differences and ratios, for the figures that people are shown. Pure.

Wilson (1927), JASA 22, for one share; Newcombe (1998), Statistics in Medicine 17, 873-890, method 10, for the
difference of two; Katz et al. (1978), Biometrics 34, with half a case added, for their ratio; Bonett & Price (2012),
Journal of Educational and Behavioral Statistics 37, for the difference of two answers about the same cases.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the range that holds the truth with the confidence asked for."""

    estimate: float
    low: float
    high: float


def wilson(hits: int, size: int, confidence: float = 0.95) -> Interval | None:
    """The share hits/size; None of nothing."""
    if not size:
        return None
    z, share = _z(confidence), hits / size
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def difference(first: Interval, second: Interval) -> Interval:
    """First minus second, of two Wilson intervals about different cases."""
    gap = first.estimate - second.estimate
    below = math.hypot(first.estimate - first.low, second.high - second.estimate)
    above = math.hypot(first.high - first.estimate, second.estimate - second.low)
    return Interval(gap, gap - below, gap + above)


def ratio(hits: int, size: int, other_hits: int, other_size: int, confidence: float = 0.95) -> Interval:
    """(hits/size) / (other_hits/other_size), half a case added to each count."""
    a, n, b, m = hits + 0.5, size + 0.5, other_hits + 0.5, other_size + 0.5
    estimate, spread = (a / n) / (b / m), math.sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    factor = math.exp(_z(confidence) * spread)
    return Interval(estimate, estimate / factor, estimate * factor)


def paired(gained: int, lost: int, size: int, confidence: float = 0.95) -> Interval:
    """(gained - lost)/size, of cases that one answer got right and the other did not."""
    up, down = (gained + 1) / (size + 2), (lost + 1) / (size + 2)
    half = _z(confidence) * math.sqrt((up + down - (up - down) ** 2) / (size + 2))
    return Interval((gained - lost) / max(1, size), max(-1.0, up - down - half), min(1.0, up - down + half))


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 2)
