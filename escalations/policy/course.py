"""The course of a case: what the tables make of its signals. All of an outcome but the words that people read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from escalations.policy.document import PolicyDocument
from escalations.policy.reasons import reasons_given
from escalations.policy.tables import TableError
from escalations.policy.types import Cell, Facts
from escalations.policy.vocabulary import ALLOCATIONS, MATRIX, TABLES

Signals = Mapping[str, Any]
Hits = Sequence[Mapping[str, Any]]
Run = Callable[[str, Signals], Hits]
"""The rows of a table that match, as `Tables.run` answers them."""

BROKEN = "TOOL_FAILURE"
"""The reason's code where a table could not be evaluated."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a case goes and why. `codes` are the reasons' codes, each once, in order; `hits` the rows that matched, by
    table; `signals` what the last table could read; `error` names the table that broke, empty where none did.
    """

    settle: bool
    allocation: str
    cells: tuple[Cell, ...]
    codes: tuple[str, ...]
    queue: str
    tier: int
    severity: int
    oversee: bool
    sla_minutes: int
    experienced_only: bool
    held_by: list[str]
    hits: Mapping[str, Hits]
    signals: Signals
    error: str = ""


def course_of(signals: Signals, facts: Facts, policy: PolicyDocument, run: Run) -> Course:
    """What policy makes of a case that was measured. Where a table breaks, a person gets it: `_broken`."""
    try:
        return _course(signals, facts, policy, run)
    except TableError as error:
        return _broken(signals, facts, policy, error)


def _course(signals: Signals, facts: Facts, policy: PolicyDocument, run: Run) -> Course:
    fired = run("reasons", signals)
    codes = _with_given(facts, tuple(dict.fromkeys(hit["code"] for hit in fired)))
    matrix = run("allocation", signals)
    cells = _cells(matrix, signals)
    known = sorted(codes)
    tiers = run("tiers", {**signals, "reasons": known})
    entry = max((int(hit["tier"]) for hit in tiers), default=1)
    everything = {**signals, "reasons": known, "tier": entry}
    queues = run("queues", everything)
    tier = max(entry, *(_least_tier(policy, hit["queue"]) for hit in queues), 1)
    severity = min((int(hit["severity"]) for hit in tiers), default=3)
    allocation = max((cell.allocation for cell in cells), key=ALLOCATIONS.index)
    held_by = _held_by(signals, codes, allocation)
    return Course(
        settle=not held_by,
        allocation=allocation,
        cells=cells,
        codes=codes,
        queue=_queue(queues, tier, facts, policy),
        tier=tier,
        severity=severity,
        oversee=any(hit["oversee"] is True for hit in queues),
        sla_minutes=policy.sla_minutes(severity, facts.rules),
        experienced_only=any(hit["experienced"] is True for hit in tiers),
        held_by=held_by,
        hits={"reasons": fired, "allocation": matrix, "tiers": tiers, "queues": queues},
        signals=everything,
    )


def _broken(signals: Signals, facts: Facts, policy: PolicyDocument, error: TableError) -> Course:
    """A table broke: the case goes to a person at high severity and the second tier, nothing is settled."""
    tier, severity = 2, 2
    return Course(
        settle=False,
        allocation="human",
        cells=tuple(Cell(row, signals[row], "human") for row in MATRIX),
        codes=_with_given(facts, (BROKEN,)),
        queue=_queue((), tier, facts, policy),
        tier=tier,
        severity=severity,
        oversee=True,
        sla_minutes=policy.sla_minutes(severity, facts.rules),
        experienced_only=False,
        held_by=["tables"],
        hits=dict.fromkeys(TABLES, ()),
        signals=signals,
        error=str(error),
    )


def _with_given(facts: Facts, fired: tuple[str, ...]) -> tuple[str, ...]:
    return (*fired, *(reason.code for reason in reasons_given(facts, set(fired))))


def _cells(hits: Hits, signals: Signals) -> tuple[Cell, ...]:
    """The matrix's four cells; of two answers the stricter holds, a value without a row is for a person."""
    by_row: dict[str, list[str]] = {row: [] for row in MATRIX}
    for hit in hits:
        by_row.setdefault(hit["row"], []).append(hit["allocation"])
    return tuple(
        Cell(row, signals[row], max(by_row[row], key=ALLOCATIONS.index, default="human")) for row in MATRIX
    )


def _least_tier(policy: PolicyDocument, queue: str | None) -> int:
    return policy.queues.get(queue or "", (1, 3))[0]


def _queue(hits: Hits, tier: int, facts: Facts, policy: PolicyDocument) -> str:
    """The first matching row's queue that exists and takes cases of this tier, else the ladder's."""
    known = {*policy.queues, *facts.rules.tool_teams.values(), facts.rules.default_queue}
    for queue in (*(hit["queue"] for hit in hits), facts.rules.default_queue):
        least, most = policy.queues.get(queue or "", (1, 3))
        if queue and queue in known and least <= tier <= most:
            return str(queue)
    return policy.ladder[tier]


def _held_by(s: Signals, codes: tuple[str, ...], allocation: str) -> list[str]:
    """Every test that keeps the AI from settling the case, by name; empty means it may.

    These hold beside the tables: no document can settle what fails one (R006, R009, R014, R017, R033).
    """
    n = s["n"]
    tests = {
        "triage": not s["has_triage"],
        "reasons": bool(codes),
        "allocation": allocation != "ai",
        "autonomy": s["autonomy"] != "autonomous",
        "mode": s["mode"] != "normal",
        "final_decision": s["human_final_decision"],
        "risk": s["risk"] == "high",
        "confidence": not s["confidence"] >= s["threshold"],
        "ungrounded": s["ungrounded"] >= n["signal_floor"],
        "human_requested": s["human_requested"] >= n["signal_floor"],
        "distress": s["distress"] >= n["distress_limit"],
        "permission": s["beyond_grants"],
        "taken_over": s["was_human"],
    }
    return [name for name, holds in tests.items() if holds]
