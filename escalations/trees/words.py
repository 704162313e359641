"""What a tree can ask, in which words, and which answers fit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA = "handrail-tree-1"
POLICY = "policy"
NODE, QUEUE = "node:", "queue:"
MOST_NODES = 60


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to ask about. `kind` is number, word or words (a case has several of them at once).

    `ops` maps an operator to how people say it; `least` and `most` bound a number; `of` names the list on the desk
    that a word must stand in, "" for any word; `fact` is the field of `TreeFacts`, "" where it has the same name.
    """

    label: str
    kind: str
    ops: Mapping[str, str]
    least: float = 0
    most: float = 1e12
    whole: bool = True
    of: str = ""
    fact: str = ""


_IS = {"is": "is", "is_not": "is not", "one_of": "is one of"}
_HAS = {"has": "include", "has_not": "do not include"}
_COUNT = {"at_least": "is at least", "at_most": "is at most", "is": "is exactly"}
_GRAVITY = {"at_most": "is this or graver:", "is": "is", "at_least": "is this or milder:"}
_SIZE = {"at_least": "is at least", "below": "is below"}

ASKS: dict[str, Ask] = {
    "severity": Ask("Severity", "number", _GRAVITY, 1, 4),
    "type": Ask("Case type", "word", _IS, of="types"),
    "department_count": Ask("Number of departments", "number", _COUNT, 0, 20),
    "department": Ask("Departments", "words", _HAS, of="departments", fact="departments"),
    "queue": Ask("Policy's queue", "word", _IS, of="queues"),
    "risk": Ask("Risk", "word", {"at_least": "is at least", "is": "is"}, of="risks"),
    "category": Ask("Category", "word", _IS),
    "reason": Ask("Reasons", "words", _HAS, of="reasons", fact="reasons"),
    "amount": Ask("Amount", "number", _SIZE, 0, 1e12, whole=False),
    "tier": Ask("Tier", "number", {"at_least": "has reached", "is": "is exactly"}, 1, 3),
    "client": Ask("Client", "word", _IS, of="clients"),
    "channel": Ask("Channel", "word", _IS, of="channels"),
    "confidence": Ask("Confidence in per cent", "number", _SIZE, 0, 100, whole=False),
    "repeated_errors": Ask("Same error lately", "number", {"at_least": "is at least"}, 1, 1000),
}  # fmt: skip
"""Severity counts downwards: 1 is the gravest, so "at most 2" is critical and high."""

RISKS = ("low", "medium", "high")


def readable(ask: str, op: str, value: Any) -> str:
    """The question as a person reads it: "Severity is this or graver: 2"."""
    known = ASKS.get(ask)
    label, how = (known.label, known.ops.get(op, op)) if known else (ask, op)
    return f"{label} {how} {shown(value)}"


def shown(value: Any) -> str:
    """A value in a sentence."""
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)


def parsed(ask: str, op: str, text: str) -> Any:
    """A form's text as the value it means; text that means none stays as it is, for `check` to name."""
    known = ASKS.get(ask)
    if known is None:
        return text
    if known.kind == "number":
        try:
            number = float(text.replace("\u00a0", "").replace(" ", ""))
        except ValueError:
            return text
        return int(number) if math.isfinite(number) and number == int(number) else number
    words = [word.strip() for word in text.split(",") if word.strip()]
    return words if op == "one_of" else text.strip()
