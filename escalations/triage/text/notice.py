"""Finds the lexicon's patterns in messages and adds them up to signals with the words that show them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod

from escalations.triage.text.lexicon import ENTRIES, Entry
from escalations.triage.text.spans import LONGEST_MESSAGE, lowered, sentences
from escalations.triage.types import Signal, Span

_NEGATION = re.compile(
    r"(?:\b(?:not|no|never|without|isn'?t|wasn'?t|aren'?t|don'?t|doesn'?t|didn'?t|won'?t|wouldn'?t|nothing)\b)"
    r"(?:[ \t]+[\w']+){0,3}[ \t]*$",
    re.IGNORECASE,
)
_ONLY_SO = re.compile(r"\bnot (?:only|just)\b[^.!?]*$", re.IGNORECASE)
_LOUD = re.compile(r"!{2,}|[?!]*(?:\?!|!\?)[?!]*")
_WORD = re.compile(r"[^\W\d_]{2,}")

_UNCASED = tuple(entry for entry in ENTRIES if not entry.cased)
_CASED = tuple(entry for entry in ENTRIES if entry.cased)
_ANY = re.compile("(?=" + "|".join(entry.pattern.pattern for entry in _UNCASED) + ")")

MOST_WORDS = 8
"""Evidence words of one signal shown in its summary; all spans are kept."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that shows a code, and how strongly."""

    code: str
    strength: float
    span: Span
    words: str


def is_negated(text: str, start: int) -> bool:
    """Whether "not" or the like stands up to three words before, in the same sentence."""
    before = re.split(r"[.!?;,\n]", text[max(0, start - 60) : start])[-1]
    return bool(_NEGATION.search(before)) and not _ONLY_SO.search(before)


def matches(text: str) -> Iterator[tuple[Entry, int, int]]:
    """Every entry of the lexicon wherever it begins. One pattern for all finds the places."""
    low = lowered(text)
    for place in (match.start() for match in _ANY.finditer(low)):
        for entry in _UNCASED:
            found = entry.pattern.match(low, place)
            if found:
                yield entry, place, found.end()
    for entry in _CASED:
        for found in entry.pattern.finditer(text):
            yield entry, found.start(), found.end()


def lexicon_hits(text: str, message: int) -> list[Hit]:
    """Every pattern of the lexicon in one message, unless taken back by a negation."""
    head = text[:LONGEST_MESSAGE].replace("\u2019", "'")
    return [
        Hit(entry.code, entry.strength, Span(message, start, end), text[start:end])
        for entry, start, end in matches(head)
        if not (entry.negatable and is_negated(head, start))
    ]


def loud_hits(text: str, message: int) -> list[Hit]:
    """Shouting: sentences in capitals, and runs of exclamation marks."""
    found = []
    for start, end in sentences(text):
        words = _WORD.findall(text[start:end])
        capitals = sum(word.isupper() for word in words)
        if len(words) >= 4 and capitals >= 0.7 * len(words) and any(len(w) > 4 for w in words if w.isupper()):
            found.append(Hit("distress", 0.55, Span(message, start, end), text[start:end]))
    for match in _LOUD.finditer(text[:LONGEST_MESSAGE]):
        strength = 0.45 if len(match.group()) >= 3 else 0.3 if "?" not in match.group() else 0.2
        found.append(Hit("distress", strength, Span(message, match.start(), match.end()), match.group()))
    return found


def combined(strengths: Iterable[float]) -> float:
    """1 - Π(1 - s): independent hints add up without passing 1 (noisy-or)."""
    return 1 - prod(1 - strength for strength in strengths)


def without_overlap(hits: Sequence[Hit]) -> list[Hit]:
    """Of hits on the same characters the strongest one, in reading order."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: -h.strength):
        span = hit.span
        if all(
            span.message != k.span.message or span.end <= k.span.start or span.start >= k.span.end
            for k in kept
        ):
            kept.append(hit)
    return sorted(kept, key=lambda h: (h.span.message, h.span.start))


def signals_of(hits: Iterable[Hit]) -> list[Signal]:
    """One signal a code; each distinct wording counts once, however often it is said."""
    by_code: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_code[hit.code].append(hit)
    found = []
    for code, group in by_code.items():
        kept = without_overlap(group)
        strongest: dict[str, float] = {}
        for hit in kept:
            key = "!" if hit.words.startswith(("!", "?")) else hit.words.casefold()
            strongest[key] = max(hit.strength, strongest.get(key, 0.0))
        words = list(dict.fromkeys(hit.words for hit in kept))[:MOST_WORDS]
        score = round(combined(strongest.values()), 4)
        found.append(Signal(code, score, ", ".join(words), tuple(hit.span for hit in kept)))
    return found
