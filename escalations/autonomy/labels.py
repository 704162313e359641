"""What an audit tells: one blind verdict about one case that the AI settled or would have settled. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Label:
    """A blind verdict. `score`: the AI's confidence in that case, 0 to 1; `wrong`: was its answer wrong;
    `probability`: the chance, known before the draw, with which this case came to be labelled (0 < p <= 1).
    """

    score: float
    wrong: bool
    probability: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.probability <= 1:
            raise ValueError(
                f"a sampling probability lies above 0 and at most at 1, not at {self.probability}"
            )


@dataclass(frozen=True, slots=True)
class Columns:
    """Labels as arrays of one length, in the order in which they were given."""

    scores: Floats
    wrong: Floats  # 0 or 1
    probabilities: Floats

    def above(self, threshold: float) -> "Columns":
        """Only the cases that the AI would settle alone at this threshold."""
        kept = self.scores >= threshold
        return Columns(self.scores[kept], self.wrong[kept], self.probabilities[kept])

    def __len__(self) -> int:
        return len(self.scores)


def columns(labels: Sequence[Label]) -> Columns:
    """Labels as arrays, in their order."""
    return Columns(
        np.array([label.score for label in labels], dtype=np.float64),
        np.array([label.wrong for label in labels], dtype=np.float64),
        np.array([label.probability for label in labels], dtype=np.float64),
    )


def weighted_error(labels: Columns) -> float:
    """The error rate with every label weighted by 1/probability (Hajek's ratio estimate); 0 without labels."""
    if not len(labels):
        return 0.0
    weights = 1 / labels.probabilities
    return float((weights * labels.wrong).sum() / weights.sum())
