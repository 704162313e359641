"""Other ways to choose a threshold, to compare with: two that keep the promise, and the usual one that breaks it."""

import numpy as np
import numpy.typing as npt

from escalations.autonomy import bounds
from escalations.autonomy.grid import Grid
from tests.bench.guarantee_world import Floats

Counts = npt.NDArray[np.int64]


def counts(grid: Grid, scores: Floats, wrong: Floats) -> tuple[Counts, Counts]:
    """Labels and errors at or above each threshold of the grid."""
    places = np.searchsorted(-np.asarray(grid.thresholds), -scores)
    size = len(grid.thresholds) + 1
    return (
        np.bincount(places, minlength=size)[:-1].cumsum(),
        np.bincount(places, weights=wrong, minlength=size)[:-1].astype(np.int64).cumsum(),
    )


def naive(grid: Grid, labels: Counts, errors: Counts, target: float) -> int | None:
    """The laxest threshold whose observed error is within the target: breaks the promise."""
    fine = np.flatnonzero((labels > 0) & (errors <= target * labels))
    return int(fine[-1]) if len(fine) else None


def ltt_three(
    grid: Grid, labels: Counts, errors: Counts, target: float, size: int, delta: float
) -> int | None:
    """Three starts at the thresholds expected to hold 1.25, 2.2 and 4 times the least number, at delta/3 each."""
    least = np.log(delta / 3) / np.log(1 - target)
    shares = np.asarray(grid.shares) * size
    starts = {
        int(np.argmax(shares >= times * least)) for times in (1.25, 2.2, 4) if shares[-1] >= times * least
    }
    return max((at for start in starts or {len(shares) - 1}
                if (at := _walk(labels, errors, target, start, delta / 3)) is not None), default=None)  # fmt: skip


def ltt_single(
    grid: Grid, labels: Counts, errors: Counts, target: float, size: int, delta: float
) -> int | None:
    """One start, where the predicted p-value is smallest."""
    return _walk(labels, errors, target, smallest_p(grid, size, target), delta)


def smallest_p(grid: Grid, size: int, target: float) -> int:
    """Where the p-value that is predicted for so many labels is smallest."""
    accepted = np.maximum(1, np.round(np.asarray(grid.shares) * size))
    return int(np.argmin(bounds.tail(np.round(accepted * np.asarray(grid.errors)), accepted, target)))


def too_many(size: int, target: float, delta: float) -> Counts:
    """The errors with which n labels no longer refute "the error rate is `target` or more" at `delta`, for n from 0 to
    `size`; 0 where none would.
    """
    labels, errors = np.arange(size + 1), np.arange(int(size * target) + 2)
    refuted: Counts = (bounds.tail(errors[:, None], labels[None, :], target) <= delta).sum(axis=0)
    return refuted


def _walk(labels: Counts, errors: Counts, target: float, start: int, delta: float) -> int | None:
    refuted = bounds.tail(errors[start:].astype(np.float64), labels[start:], target) <= delta
    steps = int(np.argmin(refuted)) if not refuted.all() else len(refuted)
    return start + steps - 1 if steps else None
