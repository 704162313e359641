"""Measures a stored classifier on labelled texts, one message at a time as in serving."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from escalations.triage.classifier.errors import DataError
from escalations.triage.classifier.metrics import (
    area_under_risk,
    auroc,
    coverage_at,
    expected_calibration_error,
    macro_f1,
)
from escalations.triage.classifier.model import Classifier

FOREIGN = 0.5
"""Foreignness from which a message counts as recognised as out of scope."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the classifier said about each text, and the CPU milliseconds it took."""

    said: NDArray[np.str_]
    confidence: NDArray[np.float64]
    foreign: NDArray[np.float64]
    milliseconds: NDArray[np.float64]


def measure(classifier: Classifier, texts: Sequence[str]) -> Measured:
    """Judge every text by itself on one thread; the clock counts this process's CPU, encoder included."""
    said, confidence, foreign, spent = [], [], [], []
    with threadpool_limits(1):
        for text in texts[:20]:
            classifier.judge(text)  # warm caches: a worker has judged before
        for text in texts:
            begun = time.process_time_ns()
            judged = classifier.judge(text)
            spent.append((time.process_time_ns() - begun) / 1e6)
            said.append(judged.category)
            confidence.append(judged.confidence)
            foreign.append(judged.out_of_scope)
    return Measured(np.array(said), np.array(confidence), np.array(foreign), np.array(spent))


def evaluate(
    classifier: Classifier, texts: Sequence[str], labels: Sequence[str], oos_label: str | None = None
) -> dict[str, float]:
    """The figures of `evaluate_triage`.

    With `oos_label`, accuracy and macro F1 are over in-scope rows; calibration, AURC and coverage are over
    all rows, out-of-scope ones counting as wrong, because that is what `confidence` promises.
    """
    found = measure(classifier, texts)
    truth = np.array(labels)
    right = found.said == truth
    outside = truth == oos_label if oos_label is not None else np.zeros(len(truth), dtype=bool)
    inside = ~outside
    if not inside.any():
        raise DataError("the test file has no row in scope")
    figures = {
        "accuracy": float(right[inside].mean()),
        "macro_f1": macro_f1(truth[inside], found.said[inside]),
        "ece": expected_calibration_error(found.confidence, right),
        "aurc": area_under_risk(found.confidence, right),
        "coverage_at_98": coverage_at(found.confidence, right, 0.98),
        "coverage_at_95": coverage_at(found.confidence, right, 0.95),
        "cpu_ms_p50": float(np.percentile(found.milliseconds, 50)),
        "cpu_ms_p95": float(np.percentile(found.milliseconds, 95)),
    }
    if oos_label is not None:
        figures |= outside_figures(found.foreign, outside, oos_label)
    return figures


def outside_figures(foreign: NDArray[np.float64], outside: NDArray[np.bool_], label: str) -> dict[str, float]:
    """How well foreignness tells out-of-scope rows from the others."""
    if not outside.any():
        raise DataError(f"the test file has no row labelled {label!r}")
    flagged = foreign >= FOREIGN
    hits = int((flagged & outside).sum())
    return {
        "oos_auroc": auroc(foreign, outside),
        "oos_recall": hits / int(outside.sum()),
        "oos_precision": hits / int(flagged.sum()) if flagged.any() else 0.0,
    }
