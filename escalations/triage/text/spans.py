"""Cuts messages into sentences and clauses, as character ranges."""

import re
from collections.abc import Iterator

Range = tuple[int, int]

LONGEST_MESSAGE = 20_000
"""Characters of a message that are looked at."""

MOST_SENTENCES = 200

_END = re.compile(r"[.!?…]+[\"')\]]*(?=\s|$)|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|no|nr|st|inc|ltd|co|e\.g|i\.e|approx|ref)|\b[A-Za-z])$", re.I
)
_LINK = re.compile(
    r"[;]\s+"
    r"|,?\s+(?:and\s+)?(?:also|additionally|furthermore|secondly|besides)\b,?\s*"
    r"|,?\s+as well as\s+|,?\s+plus\s+|,\s+but\s+"
    r"|,?\s+and\s+(?=(?:i|we|can|could|would|please|how|what|why|when|where|my|our|is|are|do|does|tell|help|then)\b)",
    re.I,
)


def lowered(text: str) -> str:
    """Lower case, every character in its place (a few capitals have lower forms of two characters)."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def trimmed(text: str, start: int, end: int) -> Range | None:
    """The range without white space at its ends; None when nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if end > start else None


def sentences(text: str) -> list[Range]:
    """Ranges of at most 200 sentences; a line break ends one too."""
    found: list[Range] = []
    start = 0
    for match in _END.finditer(text[:LONGEST_MESSAGE]):
        if match.group().startswith(".") and _ABBREVIATION.search(
            text[max(start, match.start() - 8) : match.start()]
        ):
            continue
        part = trimmed(text, start, match.end())
        if part:
            found.append(part)
        start = match.end()
        if len(found) == MOST_SENTENCES:
            return found
    last = trimmed(text, start, min(len(text), LONGEST_MESSAGE))
    return [*found, last] if last else found


def clauses(text: str) -> Iterator[Range]:
    """Sentences, cut again at words that join two requests ("and also", "as well as", "; ")."""
    for start, end in sentences(text):
        begin = start
        for link in _LINK.finditer(text, start, end):
            part = trimmed(text, begin, link.start())
            if part:
                yield part
            begin = link.end()
        part = trimmed(text, begin, end)
        if part:
            yield part
