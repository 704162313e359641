"""What is wrong with a policy document, said so that its author can put it right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from escalations.policy import jdm
from escalations.policy.expressions import check, quiet
from escalations.policy.schema import checked_shape
from escalations.policy.scrutiny import scrutinise
from escalations.policy.tables import TableError, Tables
from escalations.policy.vocabulary import (
    ALLOCATIONS,
    MATRIX,
    MATRIX_VALUES,
    REASON_CODES,
    TABLES,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. An error keeps the document from being used; a warning does not."""

    message: str
    table: str = ""
    row: str = ""
    is_error: bool = True

    def __str__(self) -> str:
        return ": ".join(part for part in (self.table, self.row, self.message) if part)


def lint(document: Mapping[str, Any]) -> list[Problem]:
    """Every fault of a document, schema first: the rest is looked at only once its shape is right."""
    shape = [Problem(line) for line in checked_shape(document)]
    if shape:
        return shape
    rows = {name: jdm.rows(document["tables"][name]) for name in TABLES}
    problems = [problem for name in TABLES for problem in _table(name, rows[name], document)]
    problems += _places(document)
    if any(p.is_error for p in problems):
        return problems
    odd = (Problem(text, table, row, is_error=False) for table, row, text in scrutinise(document))
    return [*problems, *_floors(document), *odd]


def _table(name: str, rows: list[jdm.Row], document: Mapping[str, Any]) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], str] = {}
    ids: set[str] = set()
    for row in rows:
        if row.id in ids:
            yield Problem("another row has the same id", name, row.id)
        ids.add(row.id)
        yield from (Problem(message, name, row.id) for message in check(name, row))
        yield from (Problem(message, name, row.id) for message in _OUTPUTS[name](row, document))
        key = (row.condition, *row.outputs.values()) if name != "queues" else (row.condition,)
        if key in seen:
            yield Problem(
                f"never adds anything: {seen[key]} has the same condition", name, row.id, is_error=False
            )
        seen.setdefault(key, row.id)


def _word(expression: str) -> str:
    """The word of a string literal, empty for any other expression."""
    is_literal = len(expression) > 1 and expression[0] == expression[-1] and expression[0] in "\"'"
    return expression[1:-1] if is_literal else ""


def _reason_outputs(row: jdm.Row, document: Mapping[str, Any]) -> Iterator[str]:
    code = _word(row.outputs.get("code", ""))
    if code not in REASON_CODES:
        yield f"unknown reason code {code or row.outputs.get('code', '') or 'nothing'}"


def _allocation_outputs(row: jdm.Row, document: Mapping[str, Any]) -> Iterator[str]:
    if _word(row.outputs.get("allocation", "")) not in ALLOCATIONS:
        yield f"allocation must be one of {', '.join(ALLOCATIONS)}"
    if _word(row.outputs.get("row", "")) not in MATRIX:
        yield f"row must be one of {', '.join(MATRIX)}"


def _tier_outputs(row: jdm.Row, document: Mapping[str, Any]) -> Iterator[str]:
    if row.outputs.get("tier") not in ("1", "2", "3"):
        yield "tier must be 1, 2 or 3"
    if row.outputs.get("severity") not in ("1", "2", "3", "4"):
        yield "severity must be 1, 2, 3 or 4"
    if row.outputs.get("experienced") not in ("true", "false"):
        yield "experienced must be true or false"


def _queue_outputs(row: jdm.Row, document: Mapping[str, Any]) -> Iterator[str]:
    queue = row.outputs.get("queue", "")
    if not queue:
        yield "the row names no queue"
    elif queue not in ("team", "default_queue") and _word(queue) not in document["queues"]:
        yield f"unknown queue {queue}; name one of {', '.join(document['queues'])}, team or default_queue"
    if row.outputs.get("oversee") not in ("true", "false"):
        yield "oversee must be true or false"


_OUTPUTS = {
    "reasons": _reason_outputs,
    "allocation": _allocation_outputs,
    "tiers": _tier_outputs,
    "queues": _queue_outputs,
}


def _places(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Queues whose tiers are crossed, and steps of the ladder that no queue stands on."""
    for slug, tiers in document["queues"].items():
        if tiers["least"] > tiers["most"]:
            yield Problem(f"queue {slug}: its least tier is above its highest")
    for tier, slug in document["ladder"].items():
        taken = document["queues"].get(slug)
        if taken is None or not taken["least"] <= int(tier) <= taken["most"]:
            yield Problem(f"ladder: queue {slug} takes no cases of tier {tier}")


FLOORS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"has_triage": False}, "TOOL_FAILURE"),
    ({"last_step_failed": True}, "TOOL_FAILURE"),
    ({"confidence": 0.5, "threshold": 0.51}, "LOW_CONFIDENCE"),
    ({"distress": 1.0}, "DISTRESS"),
    ({"human_requested": 1.0}, "HUMAN_REQUESTED"),
    ({"beyond_grants": True}, "BEYOND_PERMISSION"),
    ({"human_final_decision": True}, "HUMAN_FINAL_DECISION"),
    ({"was_human": True}, "HUMAN_FINAL_DECISION"),
    ({"ungrounded": 1.0}, "UNGROUNDED"),
    ({"policy_superseded": True}, "POLICY_SUPERSEDED"),
)
"""What no document may leave out: with this alone on an otherwise quiet case, that reason must fire."""


def _floors(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Safety rules that the document lost, found by running its tables on cases with one thing wrong."""
    try:
        tables = Tables(document["tables"])
        base = {**quiet(), "n": document["numbers"]}
        for change, code in FLOORS:
            if code not in {hit["code"] for hit in tables.run("reasons", base | change)}:
                yield Problem(f"no row gives {code} when {_said(change)}", "reasons")
        for row, values in MATRIX_VALUES.items():
            for value in values:
                given = {
                    hit["allocation"]
                    for hit in tables.run("allocation", base | {row: value})
                    if hit["row"] == row
                }
                strict = row in ("risk", "emotional_nuance") and value == "high"
                if not given or (strict and "human" not in given):
                    yield Problem(
                        f"{row} {value} must have a row{' that asks for a person' * strict}", "allocation"
                    )
    except TableError as error:
        yield Problem(str(error))


def _said(change: Mapping[str, Any]) -> str:
    return " and ".join(f"{name} is {str(value).lower()}" for name, value in change.items())
