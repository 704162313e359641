"""Where a judged case stands: queue, tier, urgency; and what the ledger is told of the judgement."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from escalations.choices import AWAITING_HUMAN, Allocation, RiskLevel
from escalations.clocks import rank_at
from escalations.models import Case, PolicyVersion, Routing, TriageRecord
from escalations.policy.types import Outcome
from escalations.services.entering import Entry

_WORD = re.compile(r"[a-z0-9_.<>=%-]+( [a-z0-9_.<>=%-]+){0,5}")
_STRICT = list(Allocation.values)
_GRAVE = list(RiskLevel.values)


def place(case: Case, outcome: Outcome, entry: Entry, now: datetime, *, first: bool) -> dict[str, Any]:
    """The columns of `case` after `outcome`. Unless it is the `first`, none of them falls behind what it is now:
    severity, tier, risk, allocation, seniority and due time only get stricter, and reasons are added.
    """
    begun = case.created_at if first or case.state in AWAITING_HUMAN else now
    due_at = begun + timedelta(minutes=outcome.sla_minutes)
    severity, tier, queue = outcome.severity, entry.tier, entry.queue
    placed: dict[str, Any] = {
        "category": outcome.category, "confidence": outcome.confidence, "threshold": outcome.threshold,
    }  # fmt: skip
    if not first:
        severity = min(severity, case.severity)
        queue = case.queue if case.queue is not None and tier <= case.tier else queue
        tier = max(tier, case.tier)
        due_at = min(due_at, case.due_at) if case.due_at and case.state in AWAITING_HUMAN else due_at
    weight = case.client.weight + case.case_type.weight - 1
    return placed | {
        "queue": queue,
        "tier": tier,
        "severity": severity,
        "due_at": due_at,
        "rank_at": rank_at(severity=severity, due_at=due_at, weight=weight),
        "senior_only": outcome.experienced_only or (case.senior_only and not first),
        "autonomy": str((outcome.trace.get("signals") or {}).get("autonomy") or ""),
        "oversee": entry.overseer_id is not None or (case.oversee and not first),
        "overseer_id": entry.overseer_id or (None if first else case.overseer_id),
        "allocation": _stricter(outcome.allocation, case.allocation, _STRICT, first),
        "risk": _stricter(outcome.risk, case.risk, _GRAVE, first),
        "reason_codes": _codes(case, outcome, first),
    }


def told(
    case: Case,
    outcome: Outcome,
    policy: PolicyVersion,
    triage: TriageRecord | None,
    routing: Routing,
    placed: Mapping[str, Any],
) -> dict[str, Any]:
    """The judgement for the ledger: codes, numbers and ids, nothing anybody wrote (R080, R085)."""
    queue = placed.get("queue") or case.queue
    return {
        "from": {"state": case.state, "queue": case.queue_slug, "tier": case.tier, "severity": case.severity},
        "to": {
            "queue": queue.slug if queue else "",
            "tier": placed.get("tier", case.tier),
            "severity": placed.get("severity", case.severity),
        },
        "reasons": [
            {"code": r.code, "score": _code(r.score), "limit": _code(r.limit)} for r in outcome.reasons
        ],
        "held_by": list(outcome.trace.get("held_by", ())),
        "settle": outcome.settle,
        "allocation": outcome.allocation,
        "confidence": outcome.confidence,
        "threshold": outcome.threshold,
        "category": outcome.category,
        "risk": outcome.risk,
        "policy": policy.number,
        "policy_digest": policy.digest,
        "engine": triage.engine if triage else "",
        "model": triage.model_version if triage else "",
        "inputs": triage.inputs_hash if triage else "",
        "triage": triage.pk if triage else None,
        "routing": routing.pk,
    }


def _code(measured: float | str | None) -> float | str | None:
    """A number, or a word that is a code; anything else may be somebody's words, and those stay out of the chain."""
    if isinstance(measured, str) and not _WORD.fullmatch(measured):
        return "text"
    return measured


def _stricter(new: str, old: str, order: list[str], first: bool) -> str:
    return new if first or old not in order else max(new, old, key=order.index)


def _codes(case: Case, outcome: Outcome, first: bool) -> list[str]:
    """Every reason in the order of gravity that policy gave; those of a waiting case stay."""
    new = [reason.code for reason in outcome.reasons]
    kept = case.reason_codes if not first and case.state in AWAITING_HUMAN else []
    return list(dict.fromkeys([*new, *kept]))
