"""Uncased BERT tokenisation (Devlin et al. 2018; WordPiece of Wu et al. 2016), in plain Python."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CLS, SEP, UNKNOWN = 101, 102, 100
LONGEST_WORD = 100
"""Words with more characters than this become one unknown piece, as in the reference."""

CJK = "".join(
    f"{chr(first)}-{chr(last)}"
    for first, last in (
        (0x4E00, 0x9FFF),
        (0x3400, 0x4DBF),
        (0x20000, 0x2A6DF),
        (0x2A700, 0x2B73F),
        (0x2B740, 0x2B81F),
        (0x2B920, 0x2CEAF),
        (0xF900, 0xFAFF),
        (0x2F800, 0x2FA1F),
    )
)
ASCII_WORD = re.compile(r"[0-9A-Za-z]+|[!-/:-@\[-`{-~]")
IDEOGRAPH = re.compile(f"[{CJK}]")

_CONTROL = {code: " " if chr(code) in "\t\n\r" else "\x00" for code in (*range(32), 127)}


@dataclass(frozen=True, slots=True)
class Pieces:
    """Piece ids of a text (with CLS and SEP) and, for each, the characters [start, end) it came from."""

    ids: list[int]
    offsets: list[tuple[int, int]]


def is_dropped(char: str) -> bool:
    """Characters that the reference removes: NUL, the replacement character and everything in category C."""
    if char in "\t\n\r":
        return False
    return char in "\x00\ufffd" or unicodedata.category(char).startswith("C")


def is_punctuation(char: str) -> bool:
    """Unicode punctuation plus every ASCII character that is neither letter, digit nor space."""
    if char < "\x80":
        return char in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    return unicodedata.category(char).startswith("P")


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Lower-case words without accents and single punctuation marks, each with its place in the text."""
    if text.isascii():
        if not text.isprintable():
            text = text.translate(_CONTROL)
        if "\x00" not in text:
            lowered = text.lower()
            for match in ASCII_WORD.finditer(lowered):
                yield match.group(), match.start(), match.end()
            return
    yield from unicode_words(text)


def unicode_words(text: str) -> Iterator[tuple[str, int, int]]:
    """`words` for any text, one character at a time."""
    word, start, end = "", 0, 0
    for place, char in enumerate(text):
        if is_dropped(char):
            continue
        plain = unaccented(char)
        single = plain and (is_punctuation(char) or IDEOGRAPH.match(char))
        if single or char.isspace():
            if word:
                yield word, start, end
                word = ""
            if single:
                yield plain, place, place + 1
            continue
        start = start if word else place
        word, end = word + plain, place + 1
    if word:
        yield word, start, end


def unaccented(char: str) -> str:
    """Lower case, decomposed, without combining marks (empty when nothing is left)."""
    if char < "\x80":
        return char.lower()
    decomposed = unicodedata.normalize("NFD", char)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").lower()


class WordPiece:
    """Greedy longest-match-first splitting of words into the pieces of a vocabulary."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.ids = {piece: number for number, piece in enumerate(vocabulary)}
        self.seen: dict[str, tuple[int, ...]] = {}

    def split(self, word: str) -> tuple[int, ...]:
        """Piece ids of one word; frequent words are remembered."""
        known = self.seen.get(word)
        if known is None:
            known = self.split_anew(word)
            if len(self.seen) < 50_000:
                self.seen[word] = known
        return known

    def split_anew(self, word: str) -> tuple[int, ...]:
        if len(word) > LONGEST_WORD:
            return (UNKNOWN,)
        found: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                piece = self.ids.get(prefix + word[start:end])
                if piece is not None:
                    break
            else:
                return (UNKNOWN,)
            found.append(piece)
            start = end
        return tuple(found)

    def encode(self, text: str, limit: int = 128) -> Pieces:
        """At most `limit` pieces, CLS and SEP included; the rest of the text is not looked at."""
        ids, offsets = [CLS], [(0, 0)]
        for word, start, end in words(text):
            pieces = self.split(word)
            ids.extend(pieces)
            offsets.extend([(start, end)] * len(pieces))
            if len(ids) >= limit:
                break
        del ids[limit - 1 :], offsets[limit - 1 :]
        ids.append(SEP)
        offsets.append((0, 0))
        return Pieces(ids, offsets)
