"""A trained classifier: text in, category, calibrated confidence and foreignness out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from escalations.triage.classifier.calibration import Doubles, log_softmax
from escalations.triage.classifier.evidence import Memory, Scales, signals
from escalations.triage.classifier.experts import Linear
from escalations.triage.classifier.features import Features
from escalations.triage.classifier.head import Logistic, probability
from escalations.triage.encoder.session import Encoder

Floats = NDArray[np.float32]

FOREIGN_DOUBT = 0.8
"""Foreignness from which an untaught head is no longer believed; about 1 % of in-scope texts lie above."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """`confidence` is P(category is right); `ranked` holds every (category, probability), best first."""

    category: str
    confidence: float
    out_of_scope: float
    ranked: tuple[tuple[str, float], ...]

    @property
    def margin(self) -> float:
        """Probability of the best category minus that of the second."""
        return self.ranked[0][1] - self.ranked[1][1]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that was learned; see `store` for how it lies on disk."""

    labels: tuple[str, ...]
    features: Features
    meaning: Linear
    wording: Linear
    scales: Scales
    memory: Memory
    confidence: Logistic | None
    foreign: Logistic
    knows_foreign: bool


class Classifier:
    """Judges one text at a time, on one thread; safe to share between threads."""

    def __init__(self, parts: Parts, encoder: Encoder, version: str) -> None:
        self.parts, self.encoder, self.version = parts, encoder, version
        self.labels = parts.labels

    def logits(self, vector: Floats, text: str) -> tuple[Floats, Floats]:
        """Raw logits [1, classes] of both experts for a text and its vector."""
        meaning = self.parts.meaning.dense(vector[None, :])
        return meaning, self.parts.wording.gathered(*self.parts.features.row(text))[None, :]

    def judge(self, text: str, labels: Sequence[str] = ()) -> Judgement:
        """Judge a text; with `labels`, only those of them that the model knows can be its category."""
        return self.judge_vector(self.encoder.encode(text).vector, text, labels)

    def judge_vector(self, vector: Floats, text: str, labels: Sequence[str] = ()) -> Judgement:
        """`judge` for a text whose vector is at hand."""
        meaning, wording = self.logits(vector, text)
        allowed = self.allowed(labels)
        if allowed is not None:
            meaning, wording = meaning[:, allowed], wording[:, allowed]
        logp = self.parts.scales.log_probabilities(meaning, wording)
        names = self.labels if allowed is None else [self.labels[n] for n in allowed]
        memory = self.parts.memory if allowed is None else self.parts.memory.only(allowed)
        rows = signals(logp, meaning, wording, vector[None, :], memory)
        order = np.argsort(-logp[0], kind="stable")
        ranked = tuple((names[n], float(np.exp(logp[0, n]))) for n in order)
        foreign = float(probability(self.parts.foreign, rows)[0])
        return Judgement(ranked[0][0], self.confidence(rows, foreign), foreign, ranked)

    def confidence(self, rows: Doubles, foreign: float) -> float:
        """P(right) from the signals.

        A head that never saw foreign texts may trust one of them: there, texts far more foreign than nearly
        all known ones cannot be sure (from FOREIGN_DOUBT on, falling to 0).
        """
        head = self.parts.confidence
        sure = float(np.exp(rows[0, 0])) if head is None else float(probability(head, rows)[0])
        return sure if self.parts.knows_foreign else min(sure, (1 - foreign) / (1 - FOREIGN_DOUBT))

    def allowed(self, labels: Sequence[str]) -> NDArray[np.int64] | None:
        """Places of the given labels among the model's, or None for all (fewer than two are no choice)."""
        wanted = set(labels)
        places = np.array([n for n, label in enumerate(self.labels) if label in wanted], dtype=np.int64)
        return None if len(places) < 2 or len(places) == len(self.labels) else places

    def guess_by_words(self, text: str) -> tuple[str, float]:
        """Category and probability by the wording expert alone, where no vector is at hand."""
        logits = self.parts.wording.gathered(*self.parts.features.row(text))
        shares = np.exp(log_softmax(logits * self.parts.scales.wording))
        best = int(shares.argmax())
        return self.labels[best], float(shares[best])

    def guess(self, vectors: Sequence[Floats], texts: Sequence[str]) -> list[tuple[str, float, float]]:
        """For each part of a text its category, the probability, and the cosine with its nearest known text."""
        if not texts:
            return []
        rows = np.stack(vectors)
        wording = np.stack([self.parts.wording.gathered(*self.parts.features.row(text)) for text in texts])
        logp = self.parts.scales.log_probabilities(self.parts.meaning.dense(rows), wording)
        best = logp.argmax(axis=1)
        cosines = self.parts.memory.within(rows, best)
        shares = np.exp(logp[np.arange(len(rows)), best])
        return [
            (self.labels[n], float(share), float(cosine))
            for n, share, cosine in zip(best, shares, cosines, strict=True)
        ]
