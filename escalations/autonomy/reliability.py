"""Is the AI as right as it says it is sure? The reliability curve over blind labels. Pure.

Niculescu-Mizil & Caruana (2005), ICML: bins of equal width over the confidence, and in each the share that was right.
Labels weigh by the inverse of their sampling probability; the interval is Wilson's for Kish's effective sample size
(Kish, 1965, Survey Sampling, section 8.2), which is the plain one where all labels were drawn alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from escalations.autonomy.intervals import wilson
from escalations.autonomy.labels import Label, columns

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Confidences from `low` up to `high`: the mean of them (`said`), the share that was right (`right`) with a 95 %
    interval, and from how many labels, of them how many wrong.
    """

    low: float
    high: float
    labels: int
    wrong: int
    said: float
    right: float
    least: float
    most: float


def reliability(
    labels: Sequence[Label], *, begin: float = 0.0, bins: int = BINS, least: int = 1
) -> tuple[Bin, ...]:
    """The bins between `begin` and 1 that hold a label, from low to high. Neighbours that hold fewer than `least` make
    one bin together.
    """
    data = columns(labels)
    edges = np.linspace(begin, 1.0, bins + 1)
    place = np.clip(np.searchsorted(edges, data.scores, side="right") - 1, 0, bins - 1)
    place[data.scores < begin] = -1
    found = []
    for first, last in _together([int((place == at).sum()) for at in range(bins)], least):
        kept = (place >= first) & (place <= last)
        weights, wrong = 1 / data.probabilities[kept], data.wrong[kept]
        share = float((weights * (1 - wrong)).sum() / weights.sum())
        size = float(weights.sum() ** 2 / (weights**2).sum())
        range_ = wilson(round(share * size), round(size)) if round(size) else None
        found.append(
            Bin(
                low=float(edges[first]),
                high=float(edges[last + 1]),
                labels=int(kept.sum()),
                wrong=int(wrong.sum()),
                said=float((weights * data.scores[kept]).sum() / weights.sum()),
                right=share,
                least=range_.low if range_ else 0.0,
                most=range_.high if range_ else 1.0,
            )
        )
    return tuple(found)


def _together(counts: Sequence[int], least: int) -> list[tuple[int, int]]:
    """The first and the last of the bins that make one, each with `least` labels; a rest goes to the one before it."""
    found: list[tuple[int, int]] = []
    begun, held = -1, 0
    for at, count in enumerate(counts):
        if not count:
            continue
        begun, held = (at if begun < 0 else begun), held + count
        if held >= least:
            found.append((begun, at))
            begun, held = -1, 0
    if begun >= 0:
        last = max(at for at, count in enumerate(counts) if count)
        begun = found.pop()[0] if found else begun
        found.append((begun, last))
    return found
