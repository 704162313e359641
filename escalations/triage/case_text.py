"""What an engine reads of a case, and the hash that says which input was judged."""

import dataclasses
import hashlib
import json
from typing import Any

from escalations.triage.types import CaseView, Span

LONGEST = 20_000
"""Characters of one message that are read."""

SUBJECT = -1


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
