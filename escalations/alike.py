"""Texts that are alike, put together: TF-IDF, average linkage; the same for the same texts in any order. Pure (R095).

Salton & Buckley (1988), Information Processing & Management 24: weights; cosine distance, and clusters that are joined
while their mean distance stays below APART. Few hundred texts at a time: the work grows with their square.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

APART = 0.85
"""Cosine distance at which two groups of short texts speak of different things; ours, tried on invented cases."""

MOST = 400
TERMS = 5
_WORD = re.compile(r"[a-z]{3,}")
_STOP = frozenset(  # one word a line would bury the code
    [
        "about",
        "after",
        "again",
        "all",
        "also",
        "and",
        "any",
        "are",
        "been",
        "before",
        "but",
        "can",
        "cannot",
        "could",
        "did",
        "does",
        "don",
        "for",
        "from",
        "get",
        "had",
        "has",
        "have",
        "hello",
        "her",
        "here",
        "him",
        "his",
        "how",
        "into",
        "its",
        "just",
        "know",
        "let",
        "like",
        "made",
        "make",
        "may",
        "more",
        "most",
        "much",
        "must",
        "not",
        "now",
        "off",
        "one",
        "only",
        "other",
        "our",
        "out",
        "over",
        "please",
        "said",
        "same",
        "see",
        "she",
        "should",
        "since",
        "some",
        "still",
        "such",
        "tell",
        "than",
        "thank",
        "thanks",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "too",
        "two",
        "until",
        "very",
        "want",
        "was",
        "way",
        "well",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "why",
        "will",
        "with",
        "would",
        "yet",
        "you",
        "your",
        "dear",
        "regards",
        "kind",
        "best",
        "help",
        "need",
    ]
)


@dataclass(frozen=True, slots=True)
class Group:
    """Texts that are alike: their keys, the most typical first, each with its nearness (0 to 1), and shared terms."""

    members: tuple[tuple[str, float], ...]
    terms: tuple[str, ...]


def grouped(texts: Mapping[str, str], *, least: int) -> list[Group]:
    """Groups of at least `least` texts, the largest first; what belongs to none of these is one group at the end,
    without terms. At most MOST texts, the first by key, are compared.
    """
    keys = sorted(texts)[:MOST]
    weights, vocabulary = weighed([texts[key] for key in keys])
    rest = [(key, 0.0) for key in sorted(texts)[MOST:]]
    found: list[Group] = []
    if len(keys) > 1 and vocabulary:
        for rows in _clusters(weights):
            if len(rows) < least:
                rest += [(keys[row], 0.0) for row in rows]
            else:
                found.append(_group(keys, rows, weights, vocabulary))
    else:
        rest = [(key, 0.0) for key in sorted(texts)]
    found.sort(key=lambda group: (-len(group.members), group.members[0][0]))
    return [*found, Group(tuple(sorted(rest)), ())] if rest else found


def words_in(text: str) -> set[str]:
    """The words of `text` that say something; never a number, so that nothing of a person is a term."""
    return {word for word in _WORD.findall(text.lower()) if word not in _STOP}


def weighed(texts: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """Rows of TF-IDF weights of length 1 (0 for a text without words), and the words of their columns: those that at
    least two texts hold.
    """
    held = [words_in(text) for text in texts]
    counts: dict[str, int] = {}
    for words in held:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    vocabulary = sorted(word for word, n in counts.items() if n > 1)
    column = {word: at for at, word in enumerate(vocabulary)}
    weights = np.zeros((len(texts), len(vocabulary)))
    for row, words in enumerate(held):
        for word in words & column.keys():
            weights[row, column[word]] = np.log((1 + len(texts)) / (1 + counts[word])) + 1
    lengths = np.linalg.norm(weights, axis=1, keepdims=True)
    return np.divide(weights, lengths, out=np.zeros_like(weights), where=lengths > 0), vocabulary


def _clusters(weights: np.ndarray) -> list[list[int]]:
    distances = np.clip(1 - weights @ weights.T, 0.0, 1.0)
    np.fill_diagonal(distances, 0.0)
    from scipy.cluster.hierarchy import (  # slow to import, and only the weekly review needs them
        fcluster,
        linkage,
    )
    from scipy.spatial.distance import squareform

    labels = fcluster(linkage(squareform(distances, checks=False), "average"), APART, "distance")
    found: dict[int, list[int]] = {}
    for row, label in enumerate(labels):
        found.setdefault(int(label), []).append(row)
    return list(found.values())


def _group(keys: Sequence[str], rows: list[int], weights: np.ndarray, vocabulary: list[str]) -> Group:
    middle = weights[rows].mean(axis=0)
    nearness = weights[rows] @ middle / (np.linalg.norm(middle) or 1.0)
    order = sorted(range(len(rows)), key=lambda at: (-round(float(nearness[at]), 6), keys[rows[at]]))
    best = sorted(range(len(vocabulary)), key=lambda at: (-round(float(middle[at]), 9), vocabulary[at]))[
        :TERMS
    ]
    terms = tuple(vocabulary[at] for at in best if middle[at] > 0)
    return Group(tuple((keys[rows[at]], min(1.0, float(nearness[at]))) for at in order), terms)
