"""What the data look like: amounts, missing and unknown fields, how structured the case is (R005, R092)."""

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from escalations.policy.document import PolicyDocument
from escalations.policy.evidence import Evidence, span_of
from escalations.policy.readings import MOST, amount_in, clip, score, slug
from escalations.policy.types import Facts
from escalations.triage.types import CaseView, Extracted

_DEEPEST = 6


def amounts(case: CaseView, names: frozenset[str]) -> tuple[tuple[float, ...], tuple[Evidence, ...]]:
    """All amounts of the case's fields and proposed arguments, and the fields whose amount cannot be read.

    `names` are the names of fields that hold money.
    """
    found: list[float] = []
    unreadable: list[Evidence] = []
    for value in case.fields:
        if is_amount(value.name, names):
            amount, readable = amount_in(value.value)
            found += [] if amount is None else [amount]
            unreadable += (
                [] if readable else [Evidence(clip(value.name), "unreadable", "a number", span_of(value))]
            )
    action, readable = action_amounts(case.proposed_arguments, names)
    return (*found, *action), tuple(unreadable) if readable else (
        *unreadable,
        Evidence("", "unreadable", "a number"),
    )


def action_amounts(arguments: Mapping[str, Any], names: frozenset[str]) -> tuple[tuple[float, ...], bool]:
    """(amounts among the arguments of an action at any depth, whether all of them could be read)."""
    found: list[float] = []
    readable = True
    for name, value in _leaves(arguments):
        if not is_amount(name, names) or value is None or isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            amount, ok = score(abs(min(value, MOST)), MOST, 0.0, MOST), not math.isnan(min(value, MOST))
        else:
            text_amount, ok = amount_in(str(value))
            amount = 0.0 if text_amount is None else text_amount
        found.append(amount)
        readable = readable and ok
    return tuple(found), readable


@lru_cache(maxsize=4096)
def is_amount(name: str, names: frozenset[str]) -> bool:
    """Whether a field of this name holds money: `total`, `refund_amount`. Remembered: fields come again and again."""
    word = slug(name)
    return word in names or any(word.endswith(f"_{name}") for name in names)


def _leaves(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and depth < _DEEPEST:
        for key, inner in value.items():
            yield from _leaves(inner, str(key), depth + 1)
    elif isinstance(value, list | tuple) and depth < _DEEPEST:
        for inner in value:
            yield from _leaves(inner, name, depth + 1)
    else:
        yield name, value


def missing_fields(facts: Facts, policy: PolicyDocument) -> tuple[Evidence, ...]:
    """Required fields that an incoming document does not have; other channels are judged by the matrix."""
    if facts.case.channel not in policy.data["document_channels"]:
        return ()
    there = {value.name for value in facts.case.fields if value.value.strip()}
    return tuple(
        Evidence(name, "missing", "required") for name in facts.rules.required_fields if name not in there
    )


def unknown_fields(facts: Facts, policy: PolicyDocument) -> tuple[Evidence, ...]:
    """Fields of an incoming document that neither its type nor the policy knows (R092).

    A type knows its required fields and those with a threshold; a type that names none knows any.
    """
    rules = facts.rules
    known = {*rules.required_fields, *rules.field_thresholds}
    if facts.case.channel not in policy.data["document_channels"] or not known:
        return ()
    known |= set(policy.data["common_fields"])
    new = dict.fromkeys(value.name for value in facts.case.fields if value.name not in known)
    return tuple(Evidence(clip(name), "unknown", "known fields") for name in new)


def data_structure(facts: Facts, policy: PolicyDocument, numbers: Mapping[str, float], unclear: bool) -> str:
    """The matrix's first row, judged on what could be extracted: structured, semi_structured or unstructured.

    All required fields above their thresholds is structured; some missing or below, or a case too complex, is
    semi-structured; free text in which no request was found is unstructured. A type that requires no field is
    structured once its intent is certain.
    """
    if facts.triage is None:
        return "unstructured"
    required = facts.rules.required_fields
    good = [name for name in required if _is_good(facts, policy, name, numbers["field_threshold"])]
    if unclear and not good:
        return "unstructured"
    certain = bool(required) or score(facts.triage.confidence, 0.0) >= policy.threshold_for(facts.rules)
    simple = score(facts.triage.complexity, 1.0) < numbers["complexity_limit"]
    return (
        "structured"
        if len(good) == len(required) and certain and simple and not unclear
        else "semi_structured"
    )


def _is_good(facts: Facts, policy: PolicyDocument, name: str, default: float) -> bool:
    """Whether every reading of a field reaches its threshold. Values that came as data need no confidence."""
    limit = facts.rules.field_thresholds.get(name, default)
    as_data = facts.case.channel in policy.data["data_channels"]

    def sure(value: Extracted) -> bool:
        return as_data if value.confidence is None else value.confidence >= limit

    stated = [value for value in facts.case.fields if value.name == name and value.value.strip()]
    return bool(stated) and all(sure(value) for value in stated)
