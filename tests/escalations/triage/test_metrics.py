"""Figures of quality, by hand and against scikit-learn."""

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from escalations.triage.classifier import metrics
from escalations.triage.classifier.calibration import energy, fit_temperature, log_softmax


def test_coverage_counts_the_surest_answers_that_are_accurate_enough() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, False, True, True])
    assert metrics.coverage_at(confidence, right, 0.98) == 2 / 5
    assert metrics.coverage_at(confidence, right, 0.8) == 1.0
    assert metrics.coverage_at(confidence, ~np.ones(5, dtype=bool), 0.5) == 0.0


def test_risk_and_its_area() -> None:
    confidence = np.array([0.2, 0.9, 0.5])
    right = np.array([False, True, False])
    assert np.allclose(metrics.selective_risk(confidence, right), [0, 1 / 2, 2 / 3])
    assert np.isclose(metrics.area_under_risk(confidence, right), (0 + 1 / 2 + 2 / 3) / 3)


def test_calibration_error_of_honest_and_of_boastful_answers() -> None:
    random = np.random.default_rng(0)
    confidence = random.random(20_000)
    honest = random.random(20_000) < confidence
    assert metrics.expected_calibration_error(confidence, honest) < 0.02
    assert np.isclose(metrics.expected_calibration_error(np.full(10, 0.9), np.arange(10) < 5), 0.4)


def test_auroc_and_f1_are_those_of_scikit_learn() -> None:
    random = np.random.default_rng(1)
    score, positive = random.integers(0, 9, 500) / 9, random.random(500) < 0.3
    assert np.isclose(metrics.auroc(score, positive), roc_auc_score(positive, score))
    truth, said = random.choice(list("abc"), 300), random.choice(list("abcd"), 300)
    expected = f1_score(truth, said, labels=list("abc"), average="macro")
    assert np.isclose(metrics.macro_f1(truth, said), expected)


def test_temperature_scaling_finds_the_temperature() -> None:
    random = np.random.default_rng(2)
    logits = random.normal(size=(4_000, 5)) * 2
    shares = np.exp(log_softmax(logits))
    truth = np.array([random.choice(5, p=row) for row in shares])
    assert abs(fit_temperature(logits * 4, truth) - 0.25) < 0.02


def test_energy_is_safe_for_large_logits() -> None:
    assert np.isclose(energy(np.array([[1000.0, 1000.0]]))[0], 1000 + np.log(2))
