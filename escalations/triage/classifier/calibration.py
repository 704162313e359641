"""From logits to probabilities that can be believed."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]


def log_softmax(logits: NDArray[np.floating]) -> Doubles:
    """Log-probabilities along the last axis."""
    wide = np.asarray(logits, dtype=np.float64)
    shifted = wide - wide.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def energy(logits: NDArray[np.floating]) -> Doubles:
    """log Σ exp(logit): high where the model has seen the like (Liu et al. 2020, sign turned)."""
    wide = np.asarray(logits, dtype=np.float64)
    peak = wide.max(axis=-1, keepdims=True)
    return np.asarray((peak + np.log(np.exp(wide - peak).sum(axis=-1, keepdims=True)))[..., 0])


def log_loss(log_probabilities: Doubles, classes: Integers) -> float:
    """Mean of -log p(true class)."""
    return float(-log_probabilities[np.arange(len(classes)), classes].mean())


def fit_temperature(logits: NDArray[np.floating], classes: Integers) -> float:
    """The factor on the logits with the least log loss (temperature scaling, Guo et al. 2017), .02 to 50."""

    def loss(exponent: float) -> float:
        return log_loss(log_softmax(logits * np.exp(exponent)), classes)

    from scipy.optimize import minimize_scalar  # slow to import, and only training needs it

    found = minimize_scalar(loss, bounds=(np.log(0.02), np.log(50.0)), method="bounded")
    return float(np.exp(found.x))


def blend(meaning: NDArray[np.floating], wording: NDArray[np.floating], share: float) -> Doubles:
    """Weighted mean of two experts' log-probabilities from their scaled logits; `share` is the first's."""
    return share * log_softmax(meaning) + (1 - share) * log_softmax(wording)


def sigmoid(value: NDArray[np.floating] | float) -> Doubles:
    """1 / (1 + exp(-value)), safe for any size."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(value, dtype=np.float64))))
