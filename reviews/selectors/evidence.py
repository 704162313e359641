"""Messages cut where the evidence lies, so that a reason points at the words that show it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from reviews.selectors.shapes import MessageView, Piece
from reviews.selectors.words import visible

LONGEST = 20_000
"""Characters of one message that a page shows; the rest is named, not sent."""

MOODS = ((-0.6, "very upset"), (-0.25, "upset"))
PLEASED = 0.4


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters [start, end) of message `message` that show reason `letter`."""

    message: int
    start: int
    end: int
    letter: str


def cut(text: str, marks: Iterable[Mark]) -> tuple[Piece, ...]:
    """`text` in pieces that join to it again; marks may overlap, touch, repeat or lie outside."""
    size = len(text)
    held = [
        (max(m.start, 0), min(m.end, size), m.letter)
        for m in marks
        if m.start < min(m.end, size) and m.end > 0
    ]
    edges = sorted({0, size, *(start for start, _, _ in held), *(end for _, end, _ in held)})
    pieces: list[Piece] = []
    for start, end in pairwise(edges):
        letters = "".join(sorted({letter for low, high, letter in held if low <= start and end <= high}))
        if pieces and pieces[-1].letters == letters:
            pieces[-1] = Piece(pieces[-1].text + text[start:end], letters)
        else:
            pieces.append(Piece(text[start:end], letters))
    return tuple(pieces)


def message_views(
    rows: Sequence[Mapping[str, Any]], marks: Sequence[Mark], names: Mapping[str, str], mood: Sequence[float]
) -> tuple[MessageView, ...]:
    """Messages (position, author, text, at) oldest first. `names` by author; `mood` has one value per
    customer message.
    """
    moods = iter(mood)
    return tuple(
        MessageView(
            position=row["position"], author=row["author"], name=names.get(row["author"], row["author"]),
            at=_time(row["at"]), mood=mood_word(next(moods, 0.0)) if row["author"] == "customer" else "",
            pieces=_pieces(row["text"], [mark for mark in marks if mark.message == row["position"]]),
        )
        for row in rows
    )  # fmt: skip


def mood_word(value: float) -> str:
    """A word for a mood of -1 to 1, or nothing for an even one."""
    for limit, word in MOODS:
        if value <= limit:
            return word
    return "pleased" if value >= PLEASED else ""


def _pieces(text: str, marks: Sequence[Mark]) -> tuple[Piece, ...]:
    pieces = tuple(Piece(visible(piece.text), piece.letters) for piece in cut(text[:LONGEST], marks))
    return (*pieces, Piece(" … cut here, the message is longer")) if len(text) > LONGEST else pieces


def _time(at: str | datetime) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at
