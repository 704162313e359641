"""How good and how honest a classifier is. All take arrays over the test texts."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Truth = NDArray[np.bool_]


def expected_calibration_error(confidence: Doubles, right: Truth, bins: int = 15) -> float:
    """Mean gap between stated and real accuracy over equal-width bins (Guo et al. 2017)."""
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    total = 0.0
    for number in range(bins):
        inside = place == number
        if inside.any():
            total += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return float(total)


def selective_risk(confidence: Doubles, right: Truth) -> Doubles:
    """Error rate among the k surest answers, for k = 1 to n."""
    order = np.argsort(-confidence, kind="stable")
    return np.asarray(np.cumsum(~right[order]) / np.arange(1, len(right) + 1))


def area_under_risk(confidence: Doubles, right: Truth) -> float:
    """Mean of `selective_risk` over all coverages (AURC, Geifman and El-Yaniv 2017)."""
    return float(selective_risk(confidence, right).mean())


def coverage_at(confidence: Doubles, right: Truth, accuracy: float) -> float:
    """Largest share of answers, surest first, that is at least this accurate."""
    good = np.flatnonzero(selective_risk(confidence, right) <= 1 - accuracy + 1e-12)
    return float(good[-1] + 1) / len(right) if len(good) else 0.0


def macro_f1(truth: NDArray[np.str_], said: NDArray[np.str_]) -> float:
    """Mean over the labels that occur in the truth of 2·hits / (said + true)."""
    scores = []
    for label in np.unique(truth):
        hits = ((truth == label) & (said == label)).sum()
        scores.append(2 * hits / ((truth == label).sum() + (said == label).sum()))
    return float(np.mean(scores))


def auroc(score: Doubles, positive: Truth) -> float:
    """Chance that a positive scores above a negative, ties counting half; needs both kinds."""
    values, place = np.unique(score, return_inverse=True)
    counts = np.bincount(place, minlength=len(values))
    ranks = (np.cumsum(counts) - counts / 2 + 0.5)[place]
    n, m = int(positive.sum()), int((~positive).sum())
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * m))
