"""`decide`: one case, one policy, one outcome. Same facts and document, equal outcome."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from escalations.policy.document import PolicyDocument
from escalations.policy.jdm import ROW
from escalations.policy.reasons import reasons_by_rule, reasons_given
from escalations.policy.signals import Measured, measure
from escalations.policy.tables import TableError
from escalations.policy.types import Cell, Facts, Outcome, Reason, RowHit
from escalations.policy.vocabulary import ALLOCATIONS, MATRIX, TABLES

Hits = Sequence[Mapping[str, Any]]


def decide(facts: Facts, policy: PolicyDocument) -> Outcome:
    """Decide who settles the case, why a person is needed if one is, where it goes and how urgent it is.

    The AI may settle only when every test of `_held_by` passes. Whatever a machine or the agent says can add
    a reason or raise tier and severity, never take one away.
    """
    measured = measure(facts, policy)
    try:
        return _decided(facts, policy, measured)
    except TableError as error:
        return _undecided(facts, policy, measured.signals, error)


def _decided(facts: Facts, policy: PolicyDocument, measured: Measured) -> Outcome:
    signals = measured.signals
    fired = policy.tables.run("reasons", signals)
    by_rule = reasons_by_rule(fired, measured, policy)
    reasons = (*by_rule, *reasons_given(facts, {reason.code for reason in by_rule}))
    codes = sorted({reason.code for reason in reasons})
    matrix = policy.tables.run("allocation", signals)
    cells = _cells(matrix, signals)
    tiers = policy.tables.run("tiers", {**signals, "reasons": codes})
    entry = max((int(hit["tier"]) for hit in tiers), default=1)
    queues = policy.tables.run("queues", {**signals, "reasons": codes, "tier": entry})
    tier = max(entry, *(_least_tier(policy, hit["queue"]) for hit in queues), 1)
    severity = min((int(hit["severity"]) for hit in tiers), default=3)
    allocation = max((cell.allocation for cell in cells), key=ALLOCATIONS.index)
    held_by = _held_by(facts, signals, reasons, allocation)
    hits = {"reasons": fired, "allocation": matrix, "tiers": tiers, "queues": queues}
    return Outcome(
        settle=not held_by,
        allocation=allocation,
        cells=cells,
        reasons=reasons,
        rows=tuple(_row_hits(hits, policy)),
        queue=_queue(queues, tier, facts, policy),
        tier=tier,
        severity=severity,
        oversee=any(hit["oversee"] is True for hit in queues),
        sla_minutes=policy.sla_minutes(severity, facts.rules),
        confidence=signals["confidence"] if facts.triage else None,
        threshold=signals["threshold"],
        category=signals["category"],
        risk=signals["risk"],
        experienced_only=any(hit["experienced"] is True for hit in tiers),
        trace={
            "policy": policy.version_hash,
            "signals": {**signals, "reasons": codes, "tier": entry},
            "matched": {table: [hit[ROW] for hit in found] for table, found in hits.items()},
            "held_by": held_by,
        },
    )


def _undecided(
    facts: Facts, policy: PolicyDocument, signals: Mapping[str, Any], error: TableError
) -> Outcome:
    """A table broke: the case goes to a person at high severity and the second tier, nothing is settled."""
    tier, severity = 2, 2
    broken = Reason("TOOL_FAILURE", "A policy table could not be evaluated", "error", "an answer")
    return Outcome(
        settle=False,
        allocation="human",
        cells=tuple(Cell(row, signals[row], "human") for row in MATRIX),
        reasons=(broken, *reasons_given(facts, {broken.code})),
        rows=(),
        queue=_queue((), tier, facts, policy),
        tier=tier,
        severity=severity,
        oversee=True,
        sla_minutes=policy.sla_minutes(severity, facts.rules),
        confidence=signals["confidence"] if facts.triage else None,
        threshold=signals["threshold"],
        category=signals["category"],
        risk=signals["risk"],
        trace={
            "policy": policy.version_hash,
            "signals": signals,
            "matched": {table: [] for table in TABLES},
            "held_by": ["tables"],
            "error": str(error),
        },
    )


def _cells(hits: Hits, signals: Mapping[str, Any]) -> tuple[Cell, ...]:
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


def _held_by(facts: Facts, s: Mapping[str, Any], reasons: tuple[Reason, ...], allocation: str) -> list[str]:
    """Every test that keeps the AI from settling the case, by name; empty means it may.

    These hold beside the tables: no document can settle what fails one (R006, R009, R014, R017, R033).
    """
    n = s["n"]
    tests = {
        "triage": facts.triage is None,
        "reasons": bool(reasons),
        "allocation": allocation != "ai",
        "autonomy": facts.rules.autonomy != "autonomous",
        "mode": facts.rules.mode != "normal",
        "final_decision": facts.rules.human_final_decision,
        "risk": s["risk"] == "high",
        "confidence": not s["confidence"] >= s["threshold"],
        "ungrounded": s["ungrounded"] >= n["signal_floor"],
        "human_requested": s["human_requested"] >= n["signal_floor"],
        "distress": s["distress"] >= n["distress_limit"],
        "permission": s["beyond_grants"],
        "taken_over": facts.was_human,
    }
    return [name for name, holds in tests.items() if holds]


def _row_hits(hits: Mapping[str, Hits], policy: PolicyDocument) -> Iterator[RowHit]:
    for table, found in hits.items():
        for hit in found:
            yield RowHit(table, hit[ROW], policy.tables.rows[table][hit[ROW]].text)
