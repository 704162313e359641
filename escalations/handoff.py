"""The handoff package: which parts it has, which it lacks, how complete it is (R069, R070). Pure."""

from collections.abc import Mapping
from typing import Any

SCHEMA = "handoff/1"
SCHEMAS = (SCHEMA,)
"""Versions of the package that we read."""

WEIGHTS: dict[str, int] = {
    "summary": 3,
    "steps": 3,
    "intent": 2,
    "proposed": 2,
    "told_customer": 2,
    "known_facts": 2,
    "open_question": 2,
    "reasons": 2,
    "confidence": 1,
    "agent_version": 1,
    "policy_version": 1,
    "schema": 1,
}
"""What each part is worth: 3 what a person cannot start without, 2 what saves them a question, 1 the record's."""

_WORDS = ("summary", "intent", "agent_version", "policy_version", "schema")
_LISTS = ("steps", "told_customer", "known_facts", "reasons")


def missing_parts(package: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The parts that were not handed over, in the order of WEIGHTS; all of them when there is no package.

    An empty list says "none" and counts; an absent one says nothing. An agent either proposes an action or
    states the question it could not answer; with a proposal the question may be blank.
    """
    given = package or {}
    return tuple(part for part in WEIGHTS if not _has(given, part))


def completeness(package: Mapping[str, Any] | None) -> float:
    """The weighted share of the parts that are there, 0 to 1, two decimals."""
    lost = sum(WEIGHTS[part] for part in missing_parts(package))
    return round(1 - lost / sum(WEIGHTS.values()), 2)


def _has(given: Mapping[str, Any], part: str) -> bool:
    value = given.get(part)
    if part in _WORDS:
        return isinstance(value, str) and bool(value.strip())
    if part in _LISTS:
        return isinstance(value, list | tuple)
    if part == "confidence":
        return isinstance(value, int | float)
    if part == "proposed":
        return isinstance(value, Mapping) and "action" in value
    return isinstance(value, str) and bool(value.strip() or _proposes(given))


def _proposes(given: Mapping[str, Any]) -> bool:
    proposed = given.get("proposed")
    return isinstance(proposed, Mapping) and bool(proposed.get("action"))
