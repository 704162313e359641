"""TF-IDF rows, against scikit-learn as the oracle."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from escalations.triage.classifier.experts import fit_wording
from escalations.triage.classifier.features import Features
from tests.escalations.triage.cases import LABELS, TEXTS


def test_rows_are_those_of_scikit_learn() -> None:
    ours = Features.fit(TEXTS)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+")
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    left, right = words.fit_transform(TEXTS).toarray(), chars.fit_transform(TEXTS).toarray()
    found = ours.matrix(TEXTS).toarray()
    split = len(ours.word.idf)
    assert list(ours.word.columns) == list(words.get_feature_names_out())
    assert np.allclose(found[:, :split], left, atol=1e-6)
    theirs = dict(zip(chars.get_feature_names_out(), right.T, strict=True))
    for gram in (" wh", "arcel", "twice"[:4], "ou", "y "):
        column = split + ours.char.columns[gram]
        assert np.allclose(found[:, column], theirs[gram], atol=1e-6)


def test_picking_rows_equals_multiplying_the_whole_matrix() -> None:
    features = Features.fit(TEXTS)
    rows = features.matrix(TEXTS)
    expert = fit_wording(rows, np.unique(LABELS, return_inverse=True)[1])
    everything = expert.sparse(rows)
    for number, text in enumerate(TEXTS):
        assert np.allclose(expert.gathered(*features.row(text)), everything[number], atol=1e-5)


def test_unknown_words_and_empty_texts_make_an_empty_row() -> None:
    features = Features.fit(TEXTS)
    for text in ("", "  \n", "ŁŁŁŁ"):
        columns, values = features.row(text)
        assert len(columns) == len(values) == 0
