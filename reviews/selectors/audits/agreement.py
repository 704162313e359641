"""Do two readers agree more than chance? Cohen's kappa with its interval. Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959964
"""The normal quantile of a two-sided 95 % interval."""

NEEDED = 30


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa of `n` cases, its 95 % interval, and the bare share of agreement it corrects for chance."""

    n: int
    kappa: float
    low: float
    high: float
    share: float


def kappa(pairs: Sequence[tuple[str, str]]) -> Kappa | None:
    """Kappa of two answers to each case (Cohen, 1960) with the large-sample variance of Fleiss, Cohen & Everitt (1969,
    Psychological Bulletin 72(5), formula 13). None for fewer than 30 cases, or where only one answer was ever given:
    then there is nothing to correct for.
    """
    n = len(pairs)
    if n < NEEDED:
        return None
    cells = {pair: count / n for pair, count in Counter(pairs).items()}
    rows, cols = _margins(cells, 0), _margins(cells, 1)
    agreed = sum(share for (a, b), share in cells.items() if a == b)
    chance = sum(rows[name] * cols.get(name, 0.0) for name in rows)
    if chance > 1 - 1e-9:
        return None
    found = (agreed - chance) / (1 - chance)
    same = sum(
        share * (1 - (rows.get(a, 0) + cols.get(a, 0)) * (1 - found)) ** 2
        for (a, b), share in cells.items()
        if a == b
    )
    apart = sum(
        share * (cols.get(a, 0.0) + rows.get(b, 0.0)) ** 2 for (a, b), share in cells.items() if a != b
    )
    rest = (found - chance * (1 - found)) ** 2
    spread = Z * sqrt(max(same + (1 - found) ** 2 * apart - rest, 0.0) / n) / (1 - chance)
    return Kappa(n, found, max(found - spread, -1.0), min(found + spread, 1.0), agreed)


def _margins(cells: dict[tuple[str, str], float], side: int) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for pair, share in cells.items():
        found[pair[side]] += share
    return found
