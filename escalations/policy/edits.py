"""Changes of a document as an editor makes them: each gives a new document and leaves the old one as it was."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from escalations.policy import jdm
from escalations.policy.conditions import Condition
from escalations.policy.jdm import quoted

Document = dict[str, Any]

_EVIDENCE = {"margin_gap": "margin", "amount_unreadable": "unreadable"}
_SHOWN = frozenset(
    {
        "conflicts",
        "mismatches",
        "unknown_fields",
        "missing_fields",
        "deviations",
        "distress",
        "unclear",
        "anomaly",
    }
    | {"complaint", "dispute", "negotiate", "human_requested", "regulatory", "sensitive", "ethical", "threat"}
    | {"injection", "ungrounded"}
)
"""Signals with findings of their own: what supports a reason, shown to the reviewer."""


def rules_of(document: Mapping[str, Any], table: str) -> list[dict[str, str]]:
    """The rows of a table as they are stored; changing them changes the document."""
    rules: list[dict[str, str]] = jdm.content(document["tables"][table])["rules"]
    return rules


def with_row(document: Mapping[str, Any], table: str, row: Mapping[str, str]) -> Document:
    """The row in the place of the one with its id, or after all others."""
    changed = deepcopy(dict(document))
    rules = rules_of(changed, table)
    at = next((n for n, rule in enumerate(rules) if rule["_id"] == row["_id"]), None)
    if at is None:
        rules.append(dict(row))
    else:
        rules[at] = {**rules[at], **row}
    return changed


def without_row(document: Mapping[str, Any], table: str, row: str) -> Document:
    """The document without that row."""
    changed = deepcopy(dict(document))
    rules = rules_of(changed, table)
    rules[:] = [rule for rule in rules if rule["_id"] != row]
    return changed


def with_row_earlier(document: Mapping[str, Any], table: str, row: str) -> Document:
    """The row before the one that was before it."""
    changed = deepcopy(dict(document))
    rules = rules_of(changed, table)
    at = next((n for n, rule in enumerate(rules) if rule["_id"] == row), 0)
    if at > 0:
        rules[at - 1 : at + 1] = [rules[at], rules[at - 1]]
    return changed


def with_parts(document: Mapping[str, Any], parts: Mapping[str, Any]) -> Document:
    """The document with these of its parts in place of its own."""
    return {**deepcopy(dict(document)), **deepcopy(dict(parts))}


def new_id(text: str, taken: Sequence[str]) -> str:
    """An id made of the words of a row, not taken yet."""
    stem = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "row"
    found, n = stem, 2
    while found in taken:
        found, n = f"{stem}-{n}", n + 1
    return found


def shown_by(condition: Condition) -> dict[str, str]:
    """What a reason shows for this condition: what was measured, against what, and which findings support it.

    Of the first clause that measures something; for conditions of words alone, that it holds.
    """
    clauses = [clause for group in condition for clause in group]
    measured = next((c for c in clauses if c.op in (">=", "<=", ">", "<")), clauses[0] if clauses else None)
    if measured is None:
        return {"score": '"always"', "limit": '"never"', "evidence": ""}
    evidence = _EVIDENCE.get(measured.signal, measured.signal if measured.signal in _SHOWN else "")
    match measured.op:
        case "yes" | "no" | "any":
            score, limit = quoted(measured.op), quoted("no" if measured.op != "no" else "yes")
        case "has" | "lacks":
            score, limit = quoted(measured.value), quoted("any other")
        case _ if measured.op in (">=", "<=", ">", "<", "==", "!=") and _numeric(measured.value):
            score, limit = measured.signal, measured.value
        case _:
            score, limit = measured.signal, quoted(measured.value)
    return {"score": score, "limit": limit, "evidence": quoted(evidence) if evidence else ""}


def _numeric(value: str) -> bool:
    return value.startswith("n.") or re.fullmatch(r"-?\d+(\.\d+)?", value) is not None or value.isidentifier()
