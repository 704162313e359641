"""TF-IDF of words (1 and 2) and of characters inside words (2 to 5), the input of the second expert.

Weights: (1 + ln tf) · idf with idf = ln((1 + n) / (1 + df)) + 1, each of the two blocks scaled to length 1
(the usual smoothed form, as scikit-learn computes it). A text becomes a few hundred (column, value) pairs;
nothing here ever builds a dense row.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

LONGEST_TEXT = 20_000
"""Characters looked at; more than any message that a person wrote."""

TOKEN = re.compile(r"\w+")
CHAR_SIZES = range(2, 6)

Columns = NDArray[np.int64]
Floats = NDArray[np.float32]


def word_grams(text: str) -> list[str]:
    """Single words and pairs of neighbours; a pair is joined by a space."""
    found = TOKEN.findall(text)
    return found + [f"{a} {b}" for a, b in pairwise(found)]


def char_grams(word: str) -> list[str]:
    """Every run of 2 to 5 characters of a word with one space on each side."""
    padded = f" {word} "
    return [padded[n : n + size] for size in CHAR_SIZES for n in range(len(padded) - size + 1)]


def normalised(text: str) -> str:
    """The text as both blocks read it: cut, lower case."""
    return text[:LONGEST_TEXT].lower()


def count_documents(documents: Iterable[Iterable[str]], least: int) -> dict[str, int]:
    """In how many documents each gram occurs, for grams in at least `least` of them, in sorted order."""
    seen: Counter[str] = Counter()
    for grams in documents:
        seen.update(set(grams))
    return {gram: seen[gram] for gram in sorted(seen) if seen[gram] >= least}


@dataclass(frozen=True, slots=True)
class Block:
    """One vocabulary: gram to column (from 0) and the idf of each column."""

    columns: dict[str, int]
    idf: Floats

    @classmethod
    def fit(cls, documents: Sequence[Sequence[str]], least: int) -> "Block":
        """Learn the vocabulary and the idf of grams found in at least `least` documents."""
        counts = count_documents(documents, least)
        frequency = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
        idf = np.log((1 + len(documents)) / (1 + frequency)) + 1
        return cls({gram: n for n, gram in enumerate(counts)}, idf.astype(np.float32))

    def weigh(self, counts: Counter[int]) -> tuple[Columns, Floats]:
        """Columns and unit-length weights of a text whose known grams were counted."""
        columns = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        values = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(values)) * self.idf[columns]
        length = float(np.linalg.norm(values))
        return columns, values / np.float32(length or 1.0)


class Features:
    """Both blocks side by side: word columns first, then character columns."""

    def __init__(self, word: Block, char: Block) -> None:
        self.word, self.char = word, char
        self.size = len(word.idf) + len(char.idf)
        self.seen: dict[str, tuple[int, ...]] = {}

    @classmethod
    def fit(cls, texts: Sequence[str]) -> "Features":
        """Learn both vocabularies; character runs must occur twice unless there are few texts."""
        lowered = [normalised(text) for text in texts]
        word = Block.fit([word_grams(text) for text in lowered], 1)
        chars = [[gram for part in text.split() for gram in char_grams(part)] for text in lowered]
        return cls(word, Block.fit(chars, 2 if len(texts) >= 100 else 1))

    def char_columns(self, part: str) -> tuple[int, ...]:
        """Columns of one word's character runs; frequent words are remembered."""
        known = self.seen.get(part)
        if known is None:
            columns = self.char.columns
            known = tuple(columns[gram] for gram in char_grams(part) if gram in columns)
            if len(self.seen) < 50_000:
                self.seen[part] = known
        return known

    def row(self, text: str) -> tuple[Columns, Floats]:
        """Columns and values of one text."""
        lowered = normalised(text)
        columns = self.word.columns
        words = Counter(columns[gram] for gram in word_grams(lowered) if gram in columns)
        chars = Counter(chain.from_iterable(self.char_columns(part[:100]) for part in lowered.split()))
        left, right = self.word.weigh(words), self.char.weigh(chars)
        return np.concatenate([left[0], right[0] + len(self.word.idf)]), np.concatenate([left[1], right[1]])

    def matrix(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Rows of many texts as one sparse matrix [texts, size], for fitting."""
        rows = [self.row(text) for text in texts]
        ends = np.cumsum([0] + [len(columns) for columns, _ in rows])
        columns = np.concatenate([c for c, _ in rows])
        values = np.concatenate([v for _, v in rows])
        return sparse.csr_matrix((values, columns, ends), shape=(len(texts), self.size))
