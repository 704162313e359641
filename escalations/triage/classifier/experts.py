"""The two linear experts, fitted by scikit-learn and kept as plain arrays."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Linear:
    """Logits = x @ weights + bias, `weights` [inputs, classes] with rows next to each other in memory.

    A sparse text picks its few rows out of `weights`; scikit-learn's own predict would copy all of them.
    """

    weights: Floats
    bias: Floats

    def dense(self, rows: Floats) -> Floats:
        """Logits [n, classes] of dense rows [n, inputs]."""
        return rows @ self.weights + self.bias

    def gathered(self, columns: Integers, values: Floats) -> Floats:
        """Logits [classes] of one sparse row."""
        return values @ self.weights[columns] + self.bias

    def sparse(self, rows: sparse.csr_matrix) -> Floats:
        """Logits [n, classes] of many sparse rows."""
        return np.asarray(rows @ self.weights + self.bias, dtype=np.float32)


def linear(fitted: Any) -> Linear:
    """The arrays of a fitted scikit-learn classifier; two classes get a column each, ±half the margin."""
    weights, bias = fitted.coef_.T, fitted.intercept_
    if weights.shape[1] == 1:
        weights = np.hstack([-weights / 2, weights / 2])
        bias = np.array([-bias[0] / 2, bias[0] / 2])
    return Linear(np.ascontiguousarray(weights, dtype=np.float32), np.asarray(bias, dtype=np.float32))


def fit_meaning(vectors: Floats, classes: Integers) -> Linear:
    """Multinomial logistic regression on sentence vectors [n, 384]."""
    from sklearn.linear_model import LogisticRegression  # slow to import, and only training needs it

    strength = 30.0 if len(classes) < 2_000 else 10.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an early stop costs nothing that calibration would not see
        return linear(LogisticRegression(C=strength, max_iter=300).fit(vectors, classes))


def fit_wording(rows: sparse.csr_matrix, classes: Integers) -> Linear:
    """One-against-rest linear support vector machine on TF-IDF rows."""
    from sklearn.svm import LinearSVC

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return linear(LinearSVC(C=1.0, tol=0.1, random_state=0).fit(rows, classes))
