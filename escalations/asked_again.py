"""Did a person ask for something that was already known? Found by rules, each finding explained (R068). Pure.

A reply is read sentence by sentence. A sentence asks when it ends in a question mark or begins like a request. What it
asks for are the nouns below, or the names of the case's own fields. It asks again when that very thing stands in the
fields the AI read, in the known facts of the package, or in what the customer wrote before. A sentence that holds the
known value confirms it ("Is 4471 still right?") and does not count; nor does a field that two sources give
differently, or that the AI read with less than SURE: there a question is right.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SURE = 0.5
"""A value the AI is less sure of is no known value; an unscored one is."""

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_REQUEST = re.compile(
    r"\b(?:please|kindly|could you|can you|would you|will you|may we|may i|we need|i need|we require|"
    r"let (?:us|me) know|tell (?:us|me)|send (?:us|me)|give (?:us|me)|provide|confirm|share|"
    r"what is|what's|which|when did|where do)\b"
)
_WORD = re.compile(r"[a-z0-9]+")
_ID = r"[A-Z]{0,5}[-#]?\d[\w-]{2,}"
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DAY = rf"\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\w*"

NUMBERED = (
    "order",
    "invoice",
    "account",
    "booking",
    "tracking",
    "ticket",
    "customer",
    "policy",
    "contract",
    "claim",
)
"""Things with a number of their own: "order 4471", "invoice no. INV-12"."""

KINDS: Mapping[str, tuple[str, str]] = {
    **{
        f"{one} number": (
            rf"\b{one}(?:'s)? (?:number|no\b|id\b|reference|ref\b)",
            rf"\b{one}s?(?: (?:number|no\.?|id|reference|ref\.?))?(?: is)?:? ?#?({_ID})",
        )
        for one in NUMBERED
    },
    "e-mail address": (r"\be-?mail(?: address)?\b", r"([\w.+-]+@[\w-]+\.[\w.]+)"),
    "phone number": (r"\b(?:phone|telephone|mobile)(?: number)?\b", r"(\+?\d[\d ()/-]{7,}\d)"),
    "amount": (
        r"\b(?:amount|how much|what sum)\b",
        r"((?:[$€£] ?\d[\d.,]*)|\d[\d,]*\.\d\d\b|\d[\d.,]* ?(?:eur|usd|gbp|euros?|dollars?))",
    ),
    "date": (r"\b(?:what date|which date|date of|what day|which day|when did)\b", rf"({_DAY})"),
    "postcode": (
        r"\b(?:post ?code|zip(?: code)?)\b",
        r"\b(?:post ?code|zip)(?: code)?(?: is)?:? ([A-Z0-9][A-Z0-9 ]{2,8})",
    ),
    "address": (
        r"\b(?:delivery |postal |home |shipping )address\b",
        r"\baddress(?: is)?:? (\d+ \w+|\w+ \d+)",
    ),
}  # fmt: skip
"""What people ask for: how a question names it, and how a text that holds it looks (the value in a group)."""

_ASKS = {what: re.compile(ask, re.I) for what, (ask, _) in KINDS.items()}
_HOLDS = {what: re.compile(held, re.I) for what, (_, held) in KINDS.items()}
_EMPTY = frozenset(("the", "of", "a", "an", "number", "no", "id", "value", "date", "name", "code"))
"""Words of a field's name that say nothing alone: "order_number" is asked for as "order number", not as "number"."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was there to read. `fields` are (name, value, confidence or None); `facts` the package's known facts;
    `said` what the customer wrote before, oldest first.
    """

    fields: Sequence[tuple[str, str, float | None]] = ()
    facts: Sequence[str] = ()
    said: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """One thing that was asked for again: what, and where it stood: field, fact, or message; `nth` counts from 1."""

    what: str
    where: str
    nth: int = 1


def asked_again(text: str, known: Known) -> tuple[Again, ...]:
    """What `text` asks for although it was known; each thing once, in the order of the text."""
    found: dict[str, Again] = {}
    for sentence in requests(text):
        for again in (*_fields(sentence, known.fields), *_kinds(sentence, known)):
            found.setdefault(again.what, again)
    return tuple(found.values())


def requests(text: str) -> list[str]:
    """The sentences that ask for something."""
    sentences = [match.group().strip() for match in _SENTENCE.finditer(text)]
    return [one for one in sentences if one.endswith("?") or _REQUEST.search(one.lower())]


def _fields(sentence: str, fields: Sequence[tuple[str, str, float | None]]) -> Iterable[Again]:
    """The case's own fields that the sentence names."""
    words = set(_WORD.findall(sentence.lower()))
    values: dict[str, set[str]] = {}
    for name, value, confidence in fields:
        if value.strip() and (confidence is None or confidence >= SURE):
            values.setdefault(name, set()).add(" ".join(value.split()).lower())
    for nth, (name, known) in enumerate(values.items(), 1):
        parts = _WORD.findall(name.lower())
        named = bool(parts) and set(parts) <= words and not set(parts) <= _EMPTY
        if named and len(known) == 1 and not _says(sentence, next(iter(known))):
            yield Again(" ".join(parts), "field", nth)


def _kinds(sentence: str, known: Known) -> Iterable[Again]:
    """Things with a usual look that the sentence asks for and that stand in the facts or the conversation."""
    for what, asks in _ASKS.items():
        if asks.search(sentence):
            for where, texts in (("fact", known.facts), ("message", known.said)):
                held = next(
                    ((nth, m.group(1)) for nth, t in enumerate(texts, 1) if (m := _HOLDS[what].search(t))), None
                )  # fmt: skip
                if held is not None and not _says(sentence, held[1]):
                    yield Again(what, where, held[0])
                    break


def _says(sentence: str, value: str) -> bool:
    """Does the sentence hold the value itself? Then it confirms."""
    return " ".join(value.split()).lower() in " ".join(sentence.split()).lower()
