"""The tokeniser, against ids from the published vocabulary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.triage.encoder.weights import load_vocabulary
from escalations.triage.encoder.wordpiece import CLS, SEP, UNKNOWN, WordPiece

VOCABULARY = load_vocabulary()
PIECES = WordPiece(VOCABULARY)


def spelled(text: str) -> list[str]:
    return [VOCABULARY[number] for number in PIECES.encode(text).ids[1:-1]]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Where is my order?", ["where", "is", "my", "order", "?"]),
        ("unaffable", ["una", "##ffa", "##ble"]),
        ("Café", ["cafe"]),
        ("don't", ["don", "'", "t"]),
        ("a\tb\nc", ["a", "b", "c"]),
        ("wh\x00er\ufffde", ["where"]),
        ("wh\x07ere", ["where"]),
        ("银行", ["[UNK]", "行"]),
        ("£5.00", ["£5", ".", "00"]),
        ("", []),
    ],
)
def test_words_split_as_the_reference_splits_them(text: str, pieces: list[str]) -> None:
    assert spelled(text) == pieces


def test_ids_are_those_of_bert_uncased() -> None:
    assert PIECES.encode("Where is my order?").ids == [CLS, 2073, 2003, 2026, 2344, 1029, SEP]


def test_a_word_of_more_than_a_hundred_letters_is_unknown() -> None:
    assert PIECES.encode("a" * 101).ids == [CLS, UNKNOWN, SEP]


def test_no_more_pieces_than_asked_for() -> None:
    found = PIECES.encode("word " * 1000, limit=16)
    assert len(found.ids) == len(found.offsets) == 16
    assert found.ids[-1] == SEP


@given(st.text(max_size=200))
def test_every_piece_knows_where_it_came_from(text: str) -> None:
    found = PIECES.encode(text)
    assert len(found.ids) == len(found.offsets) <= 128
    assert all(0 <= start < end <= len(text) for start, end in found.offsets[1:-1])
    starts = [start for start, _ in found.offsets[1:-1]]
    assert starts == sorted(starts)
