"""How a message sounds, -1 to 1: word-based VADER and a small model of tone taught by our own sentences.

VADER (Hutto and Gilbert 2014) knows emotional words but calls "dispute" angry and "still no answer" calm; the
model of tone knows such sentences but not every word. Their mean was better than either on comments with
emotion labels (average precision for negative ones .52 against .49 and .41), so the mean is used.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from escalations.triage.classifier.calibration import log_softmax
from escalations.triage.encoder.session import Encoder
from escalations.triage.text.mood_examples import EXAMPLES

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

TONES = tuple(EXAMPLES)
WORTH = {"calm": 0.0, "distressed": -1.0, "pleased": 0.8, "upset": -0.8}
SHORTEST = 3
"""Sentences of fewer words ("Regards, Anna") have words but no tone."""

LONGEST_SENTENCE = 400
"""Characters that VADER is given: its time grows with the square of the words."""

UNFELT = 0.1
"""A sentence as calm as this is not asked for its words: they could move its mood by a tenth at most."""

_PENALTY = 0.05


def fit_softmax(rows: Floats, classes: NDArray[np.int64], count: int) -> Doubles:
    """Weights [inputs + 1, classes] of multinomial logistic regression, classes balanced."""
    inputs = np.hstack([rows, np.ones((len(rows), 1))]).astype(np.float64)
    truth = np.eye(count)[classes]
    share = (1 / np.bincount(classes, minlength=count))[classes][:, None] / count

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        weights = flat.reshape(-1, count)
        logp = log_softmax(inputs @ weights)
        penalty = weights.copy()
        penalty[-1] = 0
        value = -(share * truth * logp).sum() + _PENALTY / len(rows) * (penalty**2).sum() / 2
        return float(value), (
            inputs.T @ (share * (np.exp(logp) - truth)) + _PENALTY / len(rows) * penalty
        ).ravel()

    from scipy.optimize import minimize  # slow to import, and only fitting needs it

    start = np.zeros(inputs.shape[1] * count)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x.reshape(-1, count))


class Mood:
    """Learns tone from `mood_examples` when made (half a second), then reads it off sentence vectors."""

    def __init__(self, encoder: Encoder) -> None:
        texts = [text for tone in TONES for text in EXAMPLES[tone]]
        classes = np.array([n for n, tone in enumerate(TONES) for _ in EXAMPLES[tone]], dtype=np.int64)
        self.weights = fit_softmax(encoder.vectors(texts), classes, len(TONES))
        self.words = SentimentIntensityAnalyzer()

    def tones(self, vector: Floats) -> dict[str, float]:
        """Probability of each tone."""
        shares = np.exp(log_softmax(vector @ self.weights[:-1] + self.weights[-1]))
        return dict(zip(TONES, shares.tolist(), strict=True))

    def of_sentence(self, text: str, tones: dict[str, float] | None) -> float:
        """Mood of one sentence; what the words say counts less, the calmer its tone."""
        if tones is None:
            return self.by_words(text) / 2
        felt, meant = 1 - tones["calm"], sum(WORTH[tone] * share for tone, share in tones.items())
        words = self.by_words(text) if felt > UNFELT else 0.0
        return float((meant + words * felt) / (1 + felt))

    def by_words(self, text: str) -> float:
        """VADER's compound score, -1 to 1."""
        return float(self.words.polarity_scores(text[:LONGEST_SENTENCE])["compound"])


def overall(moods: Sequence[float]) -> float:
    """Mood of a message from those of its sentences: strong feelings weigh more than polite phrases."""
    weights = [0.1 + abs(mood) for mood in moods]
    return round(float(np.average(moods, weights=weights)), 4) if moods else 0.0
