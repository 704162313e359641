"""From the eight signals to two probabilities: the category is right, and the text is foreign."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from escalations.triage.classifier.calibration import Doubles, sigmoid

FOREIGN_SHARE = 0.1
"""Assumed share of out-of-scope messages in live traffic when examples of them are given. Those examples are
few by chance of collection; live chat traffic was measured at 36 to 69 % (HINT3), so this is a low guess."""

KEPT_IN_SCOPE = 0.95
"""A foreignness of one half is where this share of known-good training texts lies below."""

FEWEST_FAILURES = 20
"""With fewer wrong predictions to learn from, the calibrated probability itself is the confidence."""

ENERGY_MEANING, NEAREST_IN_CLASS = 2, 4


@dataclass(frozen=True, slots=True)
class Logistic:
    """sigmoid(((x - mean) / scale) · weights + bias)."""

    mean: Doubles
    scale: Doubles
    weights: Doubles
    bias: float

    def score(self, rows: Doubles) -> Doubles:
        """Log-odds of each row."""
        return np.asarray((rows - self.mean) / self.scale @ self.weights + self.bias)

    def array(self) -> Doubles:
        """All numbers in one row, for storing."""
        return np.concatenate([self.mean, self.scale, self.weights, [self.bias]])

    @classmethod
    def from_array(cls, numbers: Doubles) -> "Logistic":
        """The inverse of `array`."""
        size = (len(numbers) - 1) // 3
        mean, scale, weights = (numbers[n * size : (n + 1) * size] for n in range(3))
        return cls(mean, scale, weights, float(numbers[-1]))


def fit_logistic(rows: Doubles, truth: NDArray[np.bool_], weights: Doubles) -> Logistic:
    """Logistic regression on standardised columns, lightly penalised; `weights` counts each row."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-9] = 1.0
    fitted = LogisticRegression(C=1.0, max_iter=500).fit((rows - mean) / scale, truth, sample_weight=weights)
    return Logistic(mean, scale, fitted.coef_[0], float(fitted.intercept_[0]))


def fit_confidence(rows: Doubles, right: NDArray[np.bool_], foreign: Doubles) -> Logistic | None:
    """P(category right), foreign texts counting as wrong; None with too little failure to learn from."""
    truth = np.concatenate([right, np.zeros(len(foreign), dtype=bool)])
    if (~truth).sum() < FEWEST_FAILURES or truth.sum() < FEWEST_FAILURES:
        return None
    weights = np.ones(len(truth))
    if len(foreign):
        share = FOREIGN_SHARE / (1 - FOREIGN_SHARE) * len(right) / len(foreign)
        weights[len(right) :] = max(share, 1.0)
    return fit_logistic(np.vstack([rows, foreign]), truth, weights)


def foreignness(rows: Doubles) -> Logistic:
    """Without foreign examples: minus the mean z-score of energy and of the nearest neighbour in the class.

    The odds are even where KEPT_IN_SCOPE of the in-scope rows lie below.
    """
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-9] = 1.0
    weights = np.zeros(rows.shape[1])
    weights[[ENERGY_MEANING, NEAREST_IN_CLASS]] = -1.0
    return centred(Logistic(mean, scale, weights, 0.0), rows)


def can_learn_foreign(rows: Doubles, foreign: Doubles) -> bool:
    """Whether there are enough examples of both kinds."""
    return min(len(rows), len(foreign)) >= FEWEST_FAILURES


def fit_foreignness(rows: Doubles, foreign: Doubles) -> Logistic:
    """P(out of scope) from in-scope rows and, where there are enough, examples of foreign ones."""
    if not can_learn_foreign(rows, foreign):
        return foreignness(rows)
    truth = np.concatenate([np.zeros(len(rows), dtype=bool), np.ones(len(foreign), dtype=bool)])
    weights = np.where(truth, 0.5 / len(foreign), 0.5 / len(rows)) * len(truth)
    return centred(fit_logistic(np.vstack([rows, foreign]), truth, weights), rows)


def centred(logistic: Logistic, rows: Doubles) -> Logistic:
    """The same, moved so that KEPT_IN_SCOPE of the rows fall below one half."""
    border = float(np.quantile(logistic.score(rows), KEPT_IN_SCOPE))
    return Logistic(logistic.mean, logistic.scale, logistic.weights, logistic.bias - border)


def probability(logistic: Logistic, rows: Doubles) -> Doubles:
    """Probabilities of rows, 0 to 1."""
    return sigmoid(logistic.score(rows))
