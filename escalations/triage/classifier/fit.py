"""Learns a classifier from labelled texts."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from escalations.triage.classifier.calibration import Doubles, blend, fit_temperature
from escalations.triage.classifier.errors import DataError
from escalations.triage.classifier.evidence import Floats, Integers, Memory, Scales, signals
from escalations.triage.classifier.experts import fit_meaning, fit_wording
from escalations.triage.classifier.features import Features
from escalations.triage.classifier.folds import FOLDS, Held, held_out
from escalations.triage.classifier.head import can_learn_foreign, fit_confidence, fit_foreignness
from escalations.triage.classifier.model import Parts
from escalations.triage.classifier.store import ModelInfo, save
from escalations.triage.encoder.session import Encoder, open_encoder

FEW_LABELS = 1_500
"""Below this many labels wording has seen too little: the meaning expert weighs more."""


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    oos_label: str | None = None,
    name: str,
    out: Path,
    encoder: Encoder | None = None,
    folds: int = FOLDS,
    threads: int = 1,
) -> ModelInfo:
    """Learn from labelled texts and store the model as `out`/`name`.json and its arrays.

    Texts labelled `oos_label` are no class: they teach only what lies outside. Without `encoder`, the one
    under `out` is used (and built on first use). Fewer `folds` learn faster and calibrate a little worse;
    more `threads` encode faster and change nothing in the result.
    Raises DataError for data that cannot teach.
    """
    encoder = encoder or open_encoder(out)
    parts = fit(texts, labels, oos_label=oos_label, encoder=encoder, folds=folds, threads=threads)
    return save(parts, texts, labels, name=name, out=out, encoder=encoder.name)


def fit(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    oos_label: str | None = None,
    encoder: Encoder,
    folds: int = FOLDS,
    threads: int = 1,
) -> Parts:
    """`train` without storing. A few seconds for a thousand texts, most of it the encoder's."""
    names, classes = numbered(texts, labels, oos_label)
    with threadpool_limits(1):
        return fit_arrays(texts, names, classes, encoder.vectors(texts, threads), folds)


def numbered(
    texts: Sequence[str], labels: Sequence[str], oos_label: str | None
) -> tuple[list[str], Integers]:
    """Class names in order and each row's class, -1 for out of scope."""
    if len(texts) != len(labels):
        raise DataError(f"{len(texts)} texts but {len(labels)} labels")
    names = sorted(set(labels) - {oos_label})
    if len(names) < 2:
        raise DataError(f"at least two different labels are needed, found {len(names)}")
    if all(count == 1 for label, count in Counter(labels).items() if label != oos_label):
        raise DataError("every label occurs only once: nothing to check the model on")
    places = {label: n for n, label in enumerate(names)}
    return names, np.array([places.get(label, -1) for label in labels], dtype=np.int64)


def fit_arrays(
    texts: Sequence[str], names: Sequence[str], classes: Integers, vectors: Floats, folds: int = FOLDS
) -> Parts:
    """Both experts on all rows; scales and heads on what out-of-fold copies of them said."""
    inside = np.flatnonzero(classes >= 0)
    features = Features.fit([texts[int(row)] for row in inside])
    words = features.matrix(texts)
    held = held_out(vectors, words, classes, len(names), folds)
    scales = fit_scales(held, classes, len(inside))
    seen, right, foreign = outcomes(held, scales, vectors, classes)
    return Parts(
        labels=tuple(names),
        features=features,
        meaning=fit_meaning(vectors[inside], classes[inside]),
        wording=fit_wording(words[inside], classes[inside]),
        scales=scales,
        memory=Memory.of(vectors[inside], classes[inside], len(names)),
        confidence=fit_confidence(seen, right, foreign),
        foreign=fit_foreignness(seen, foreign),
        knows_foreign=can_learn_foreign(seen, foreign),
    )


def fit_scales(held: Sequence[Held], classes: Integers, count: int) -> Scales:
    """Temperatures of both experts, then of their blend, on out-of-fold logits."""
    truth = np.concatenate([classes[part.rows] for part in held])
    inside = truth >= 0
    meaning = np.concatenate([part.meaning for part in held])[inside]
    wording = np.concatenate([part.wording for part in held])[inside]
    share = 0.6 if count >= FEW_LABELS else 0.75
    first, second = fit_temperature(meaning, truth[inside]), fit_temperature(wording, truth[inside])
    final = fit_temperature(blend(meaning * first, wording * second, share), truth[inside])
    return Scales(first, second, final, share)


def outcomes(
    held: Sequence[Held], scales: Scales, vectors: Floats, classes: Integers
) -> tuple[Doubles, np.ndarray, Doubles]:
    """Signals of in-scope rows, whether each was judged right, and signals of out-of-scope rows."""
    rows, right, known = [], [], []
    for part in held:
        logp = scales.log_probabilities(part.meaning, part.wording)
        rows.append(signals(logp, part.meaning, part.wording, vectors[part.rows], part.memory))
        right.append(logp.argmax(axis=1) == classes[part.rows])
        known.append(classes[part.rows] >= 0)
    every, correct, inside = np.vstack(rows), np.concatenate(right), np.concatenate(known)
    return every[inside], correct[inside], every[~inside]
