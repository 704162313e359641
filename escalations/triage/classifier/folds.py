"""Out-of-fold predictions: what the experts say about texts they did not learn from."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from escalations.triage.classifier.evidence import Floats, Integers, Memory
from escalations.triage.classifier.experts import fit_meaning, fit_wording

FOLDS = 5


def assign_folds(classes: Integers, folds: int) -> Integers:
    """A fold for each row, every class spread evenly; -1 (never held out) for a class with a single row."""
    random = np.random.default_rng(0)
    placed = np.full(len(classes), -1, dtype=np.int64)
    start = 0
    for number in np.unique(classes):
        rows = random.permutation(np.flatnonzero(classes == number))
        if len(rows) > 1:
            placed[rows] = (start + np.arange(len(rows))) % folds
            start += len(rows)
    return placed


@dataclass(frozen=True, slots=True)
class Held:
    """Logits of both experts for held-out rows, with their vectors and the memory each was compared with."""

    rows: Integers
    meaning: Floats
    wording: Floats
    memory: Memory


def held_out(
    vectors: Floats,
    words: sparse.csr_matrix,
    classes: Integers,
    count: int,
    folds: int = FOLDS,
) -> list[Held]:
    """One `Held` a fold; rows whose class is -1 are never learned from, only scored."""
    known, extra = np.flatnonzero(classes >= 0), np.flatnonzero(classes < 0)
    placed = np.full(len(classes), -1, dtype=np.int64)
    placed[known] = assign_folds(classes[known], folds)
    placed[extra] = np.arange(len(extra)) % folds
    found = []
    for fold in range(folds):
        rows = np.flatnonzero(placed == fold)
        rest = np.flatnonzero((placed != fold) & (classes >= 0))
        if not len(rows):
            continue
        learned = classes[rest]
        meaning = fit_meaning(vectors[rest], learned).dense(vectors[rows])
        wording = fit_wording(words[rest], learned).sparse(words[rows])
        found.append(Held(rows, meaning, wording, Memory.of(vectors[rest], learned, count)))
    return found
