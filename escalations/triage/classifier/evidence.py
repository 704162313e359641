"""What the two experts and the remembered examples say about a text, as eight numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from escalations.triage.classifier.calibration import Doubles, blend, energy, log_softmax

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

SIGNALS = (
    "log_p1",
    "margin",
    "energy_meaning",
    "energy_wording",
    "nearest_in_class",
    "nearest",
    "agreement",
    "entropy",
)
REMEMBERED = 8_000
"""At most about this many training vectors are kept for the nearest-neighbour signals."""


@dataclass(frozen=True, slots=True)
class Scales:
    """Temperatures (factors on logits) of both experts and of their blend, and the first expert's share."""

    meaning: float
    wording: float
    blend: float
    share: float

    def log_probabilities(self, meaning: NDArray[np.floating], wording: NDArray[np.floating]) -> Doubles:
        """Calibrated log-probabilities from raw logits of both experts."""
        mixed = blend(meaning * self.meaning, wording * self.wording, self.share)
        return log_softmax(self.blend * mixed)


@dataclass(frozen=True, slots=True)
class Memory:
    """Unit vectors [n, 384] of training texts, by class: class c owns rows bounds[c] to bounds[c + 1]."""

    vectors: Floats
    bounds: Integers

    @classmethod
    def of(cls, vectors: Floats, classes: Integers, count: int) -> "Memory":
        """Remember all texts, or an equal number a class when they are many (a fixed random choice)."""
        most = max(20, REMEMBERED // max(count, 1))
        random = np.random.default_rng(0)
        kept: list[Integers] = []
        for number in range(count):
            rows = np.flatnonzero(classes == number)
            kept.append(np.sort(random.permutation(rows)[:most]) if len(rows) > most else rows)
        bounds = np.cumsum([0] + [len(rows) for rows in kept])
        return cls(np.ascontiguousarray(vectors[np.concatenate(kept)]), bounds)

    def only(self, classes: Integers) -> "Memory":
        """The part that belongs to the given classes, renumbered in their order."""
        slices = [self.vectors[self.bounds[n] : self.bounds[n + 1]] for n in classes]
        return Memory(np.concatenate(slices), np.cumsum([0] + [len(part) for part in slices]))

    def similarity(self, rows: Floats, classes: Integers) -> tuple[Floats, Floats]:
        """Cosine with the nearest text of the given class and with the nearest of all, for each row."""
        return self.within(rows, classes), (rows @ self.vectors.T).max(axis=1)

    def within(self, rows: Floats, classes: Integers) -> Floats:
        """Cosine with the nearest text of the given class, for each row; -1 for a class without any."""
        inside = np.full(len(rows), -1.0, dtype=np.float32)
        for row, number in enumerate(classes):
            own = self.vectors[self.bounds[number] : self.bounds[number + 1]]
            if len(own):
                inside[row] = (own @ rows[row]).max()
        return inside


def signals(
    log_probabilities: Doubles, meaning: Floats, wording: Floats, vectors: Floats, memory: Memory
) -> Doubles:
    """The eight numbers of SIGNALS for each row: [n, 8]."""
    best = log_probabilities.argmax(axis=1)
    top = np.sort(log_probabilities, axis=1)
    inside, nearest = memory.similarity(vectors, best)
    columns = (
        top[:, -1],
        np.minimum(top[:, -1] - top[:, -2], 20.0),
        energy(meaning),
        energy(wording),
        inside,
        nearest,
        meaning.argmax(axis=1) == wording.argmax(axis=1),
        -(np.exp(log_probabilities) * log_probabilities).sum(axis=1),
    )
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)
