"""What in a policy is no fault and still not what its author meant: rows that never hold or are never reached, gaps,
contradictions. Warnings, each beside its row; `lint` adds them when a document has no errors.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from escalations.policy import jdm
from escalations.policy.conditions import Condition, parse
from escalations.policy.ranges import implies, impossible
from escalations.policy.words import literal, plain

ORDERED = (
    ("risk_medium", "risk_high", "medium risk begins above high risk"),
    ("distress_minimal", "distress_limit", "distress worth a look lies above the distress limit"),
    ("anomaly_limit", "anomaly_critical", "an anomaly is critical before it needs a person"),
    ("sla_fast_minutes", "sla_slow_minutes", "fast takes longer than slow"),
    ("sentiment_limit", "sentiment_minimal", "clearly negative is milder than slightly negative"),
)
"""Numbers of which the first may not be above the second, and what it would mean."""

Found = tuple[str, str, str]
"""Table, row, sentence; the first two empty where it is about the whole."""


def scrutinise(document: Mapping[str, Any]) -> Iterator[Found]:
    """Everything odd about a document that has no errors."""
    words = _words(document)
    numbers = document["numbers"]
    for name, graph in document["tables"].items():
        rows = jdm.rows(graph)
        for row in rows:
            condition = _condition(row)
            why = impossible(condition, numbers, words) if condition is not None else ""
            if why:
                yield name, row.id, f"can never match: {why}"
        if name == "queues":
            yield from _unreached(rows, document)
        if name == "allocation":
            yield from _contradicted(rows)
    yield from _gaps(document)
    for low, high, why in ORDERED:
        if numbers[low] > numbers[high]:
            yield "numbers", low, why
    minutes = document["sla_minutes"]
    for grave, mild in ("12", "23", "34"):
        if minutes[grave] > minutes[mild]:
            yield "sla_minutes", grave, f"severity {grave} has more time than severity {mild}"


def _condition(row: jdm.Row) -> Condition | None:
    return None if row.unary else parse(row.cells.get("when", ""))


def _words(document: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    topics = sorted({*document["topics"].values()})
    return {"topics": topics, "topic": [*topics, ""]}


def _unreached(rows: Sequence[jdm.Row], document: Mapping[str, Any]) -> Iterator[Found]:
    """Queue rows after one that always takes what they would: there the first that fits wins."""
    for at, row in enumerate(rows):
        condition = _condition(row)
        if any(row.condition == earlier.condition for earlier in rows[:at]):
            continue  # told already: it repeats another
        for earlier in rows[:at]:
            before = _condition(earlier)
            if condition is None or before is None or not implies(condition, before, document["numbers"]):
                continue
            if _takes(earlier, document) is None:
                if not before:
                    yield (
                        "queues",
                        row.id,
                        f"is hardly ever reached: “{earlier.text}” comes before it and always holds",
                    )
                    break
            elif _covers(_takes(earlier, document), _takes(row, document)):
                yield (
                    "queues",
                    row.id,
                    f"is never reached: “{earlier.text}” comes before it and holds wherever it does",
                )
                break


def _takes(row: jdm.Row, document: Mapping[str, Any]) -> tuple[int, int] | None:
    """The tiers that a row's queue takes; None where that depends on the case."""
    queue = row.outputs.get("queue", "")
    if queue in ("team", "default_queue"):
        return None
    found = document["queues"].get(literal(queue))
    return (found["least"], found["most"]) if found else None


def _covers(wide: tuple[int, int] | None, narrow: tuple[int, int] | None) -> bool:
    return wide is not None and (
        wide == (1, 3) or (narrow is not None and wide[0] <= narrow[0] and narrow[1] <= wide[1])
    )


def _contradicted(rows: Sequence[jdm.Row]) -> Iterator[Found]:
    said: dict[tuple[str, str], jdm.Row] = {}
    for row in rows:
        key = (row.condition, row.outputs.get("row", ""))
        first = said.setdefault(key, row)
        if first is not row and first.outputs.get("allocation") != row.outputs.get("allocation"):
            yield (
                "allocation",
                row.id,
                f"contradicts “{first.text or first.id}”: of two answers the stricter holds",
            )


def _gaps(document: Mapping[str, Any]) -> Iterator[Found]:
    tiers = [(_condition(row), row) for row in jdm.rows(document["tables"]["tiers"])]
    if not any(condition == () for condition, _ in tiers):
        yield "tiers", "", "gap: no row always holds, so a case that none fits has severity 3 on tier 1"
    queues = [_condition(row) for row in jdm.rows(document["tables"]["queues"])]
    if not any(condition == () for condition in queues):
        yield "queues", "", "gap: no row always holds, so a case that none fits goes up the ladder"
    text = " ".join(
        cell
        for graph in document["tables"].values()
        for row in jdm.rows(graph)
        for cell in row.cells.values()
    )
    for topic in sorted({*document["topics"].values()} - {"unclear", "regulatory"}):
        if f'"{topic}"' not in text:
            yield "topics", topic, f"gap: no row asks for the topic {plain(topic)}, its labels change nothing"
