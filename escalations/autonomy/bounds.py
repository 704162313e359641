"""Exact tests and bounds of an error rate, for even and for weighted labels. Pure.

Even labels (each case equally likely to be drawn): the binomial tail, and Clopper & Pearson (1934), Biometrika 26, for
the bound. Weighted labels, or labels that are looked at again and again: betting. A gambler who bets against "the
error is above the target" with fixed fractions holds a test supermartingale, and by Ville's inequality it exceeds 1/p
at any time with probability at most p: Waudby-Smith & Ramdas (2024), JRSS-B 86(1), sections 4 and 5.1, here with the
average over a grid of fractions. Weights 1/probability enter the bets as in Waudby-Smith, Wu, Ramdas, Karampatziakis &
Mineiro (2024), Anytime-valid off-policy inference, section 2: the bet stays fair because the expectation of
(wrong - target)/probability over the draw is that of (wrong - target) over all cases. Hoeffding-Bentkus (Bates et al.,
2021) is valid too, but pays for the range of the weights instead of their variance.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from escalations.autonomy.labels import Columns, Floats

# Bets, as shares of the boldest, which loses everything at one error. Betting the share f against "at least m" is best
# when the truth is m(1 - f); against "at most m", when it is m + f(1 - m).
BELOW = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0])
ABOVE = np.geomspace(1 / 400, 1 / 2, 16)
_FULL = 700.0  # the largest exponent that a float holds; nothing asks for more evidence


def tail(errors: npt.ArrayLike, labels: npt.ArrayLike, target: float) -> Floats:
    """P(Binomial(labels, target) <= errors): the p-value of "the error rate is `target` or more"; 1 without labels."""
    from scipy import special  # slow to import, and most processes never need it

    count, size = np.asarray(errors, dtype=np.float64), np.asarray(labels).astype(np.int64)
    return np.asarray(np.where(size > 0, special.bdtr(count, np.maximum(size, 1), target), 1.0))


def upper(errors: int, labels: int, delta: float) -> float:
    """Clopper-Pearson: the error rate is at most this, with probability 1 - delta."""
    if errors >= labels:
        return 1.0
    from scipy import special

    return float(special.betaincinv(errors + 1, labels - errors, 1 - delta))


def lower(errors: int, labels: int, delta: float) -> float:
    """Clopper-Pearson: the error rate is at least this, with probability 1 - delta."""
    from scipy import special

    return float(special.betaincinv(errors, labels - errors + 1, delta)) if errors else 0.0


def evidence_below(labels: Columns, target: float, floor: float) -> Floats:
    """The e-value after each label against "the error rate is `target` or more". `floor`: the least probability.

    Shape (labels,); the expectation of each is at most 1 while that is true, whatever the order and the design.
    """
    gains = (target - labels.wrong) * (floor / labels.probabilities)
    return wealth(gains, BELOW / (1 - target))


def upper_by_betting(labels: Columns, delta: float, floor: float) -> float:
    """The least error rate that the bets refute; 1 without labels. Holds at every look."""

    def refuted(rate: float) -> bool:
        return bool(evidence_below(labels, rate, floor).max() >= 1 / delta)

    return bisect(refuted) if len(labels) else 1.0


def wealth(gains: Floats, bets: Floats) -> Floats:
    """Average over `bets` of the running product of 1 + bet x gain; shape (gains,)."""
    factors = np.maximum(1 + np.outer(bets, gains), 0.0)
    if (
        np.log(factors.max(initial=1.0)) * len(gains) < _FULL
    ):  # no product can overflow; one that vanishes is lost
        return np.asarray(factors.cumprod(axis=1).mean(axis=0))
    with np.errstate(divide="ignore"):
        logs = np.log(factors).cumsum(axis=1)
    most = np.maximum(logs.max(axis=0), -_FULL)
    return np.asarray(np.exp(logs - most).mean(axis=0) * np.exp(np.minimum(most, _FULL)))


def average(logs: Floats) -> float:
    """The mean of e-values of which the logarithms are given."""
    most = max(float(logs.max()), -_FULL)
    return float(np.exp(logs - most).mean() * np.exp(min(most, _FULL)))


def bisect(refuted: Callable[[float], bool]) -> float:
    """The least rate from which on `refuted` is true, from above; 1 when it never is."""
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        if refuted(middle):
            high = middle
        else:
            low = middle
    return high
