"""What an engine reads of a case, and the hash that says which input was judged."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from escalations.triage.types import CaseView, Span, Utterance

DEEPEST = 12
"""Levels of nested data that are read."""

LONGEST = 20_000
"""Characters of one message that are read."""

SUBJECT = -1

MOST_TEXT, MOST_DATA, LONGEST_DATA = 60_000, 300, 2_000
"""Characters of all messages together; values in fields, steps and arguments, and characters of each."""


def shortened(case: CaseView, most: int = MOST_TEXT, longest: int = LONGEST) -> CaseView:
    """The case with no more text than can be read in time: every cut keeps the beginning of a text.

    Messages have `longest` characters each and `most` together; where that is too little the oldest
    become empty, because what the customer says now counts more.
    """
    left = most
    kept: list[Utterance] = []
    for message in reversed(case.messages):
        text = message.text[: min(longest, left)]
        left -= len(text)
        kept.append(message if text == message.text else replace(message, text=text))
    steps = tuple(
        replace(step, arguments=cut(step.arguments), result=cut(step.result))
        for step in case.steps[:MOST_DATA]
    )
    return replace(
        case,
        subject=case.subject[:LONGEST_DATA],
        messages=tuple(reversed(kept)),
        fields=tuple(replace(f, value=f.value[:LONGEST_DATA]) for f in case.fields[:MOST_DATA]),
        steps=steps,
        proposed_arguments=cut(case.proposed_arguments),
    )


def cut(value: Any) -> Any:
    """Nested data with at most MOST_DATA scalars, texts cut, and nothing nested deeper than DEEPEST."""
    return _cut(value, [MOST_DATA], 0)


def _cut(value: Any, left: list[int], depth: int) -> Any:
    if isinstance(value, Mapping | list | tuple):
        if depth >= DEEPEST:
            return None
        if isinstance(value, Mapping):
            return {str(k)[:200]: _cut(v, left, depth + 1) for k, v in value.items() if left[0] > 0}
        return [_cut(inner, left, depth + 1) for inner in value if left[0] > 0]
    left[0] -= 1
    return value[:LONGEST_DATA] if isinstance(value, str) else value


def customer_text(case: CaseView) -> tuple[str, list[tuple[int, int, int]]]:
    """Subject and the customer's messages as one text, and (message, start, end) of each in it.

    A case without customer messages is read from its subject, its other messages, its fields and the
    proposed action instead.
    """
    spoken = [n for n, message in enumerate(case.messages) if message.author == "customer"]
    chosen = spoken or list(range(len(case.messages)))
    pieces = [(SUBJECT, case.subject[:500])] + [(n, case.messages[n].text[:LONGEST]) for n in chosen]
    if not chosen and (case.fields or case.proposed_action):
        pieces.append((SUBJECT - 1, as_sentence(case)))
    text, places = "", []
    for number, piece in pieces:
        if piece.strip():
            start = len(text) + (1 if text else 0)
            text = f"{text}\n{piece}" if text else piece
            places.append((number, start, start + len(piece)))
    return text, places


def as_sentence(case: CaseView) -> str:
    """A case that is all data, in words."""
    read = [f"{field.name.replace('_', ' ')} {field.value}" for field in case.fields[:30]]
    action = case.proposed_action.replace("_", " ")
    arguments = ", ".join(f"{name} {value}" for name, value in list(case.proposed_arguments.items())[:20])
    parts = [f"Action requested: {action}" if action else "", arguments, ", ".join(read)]
    return ". ".join(part for part in parts if part)[:LONGEST]


def span_at(places: list[tuple[int, int, int]], start: int, end: int) -> Span | None:
    """The span in its message of [start, end) of the joined text; None where that is no message."""
    for number, first, last in places:
        if first <= start < last and number >= SUBJECT:
            return Span(number, start - first, min(end, last) - first)
    return None


def plain_value(value: Any) -> Any:
    """JSON-ready form of anything a case holds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain_value(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def inputs_hash(case: CaseView) -> str:
    """SHA-256, hex, over everything the engine was given, as JSON with sorted keys."""
    content = json.dumps(plain_value(case), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(content.encode("ascii")).hexdigest()
