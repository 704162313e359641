"""Cases that wait for a person, made the way the intake and triage make them: rows, then moves."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.choices import EventKind
from accounts.ledger import new_salt, record
from accounts.models import AIAgent
from escalations.choices import Allocation, Channel
from escalations.clocks import rank_at
from escalations.models import (
    Case,
    CaseType,
    ExtractedField,
    Handoff,
    Message,
    PolicyVersion,
    Queue,
    Routing,
    TriageRecord,
)
from escalations.transitions import move

NUMBERS = itertools.count(1000)
SECRET = "Zanzibar-4417"
"""A word that stands only in what customers and reviewers write; it may never reach the ledger."""

PACKAGE = {
    "schema": "handoff/1",
    "summary": "The customer sees two payments and the ledger one.",
    "intent": "billing_dispute",
    "confidence": 0.64,
    "proposed": {"action": "issue_credit", "arguments": {"amount": "84.20", "text": "Credited 84.20."}},
    "steps": [
        {"tool": "lookup_ledger", "arguments": {"day": "3"}, "result": "1 payment", "ok": True,
         "at": "2026-11-20T21:05:00Z"},
        {"tool": "match_invoice", "arguments": {}, "result": "none found", "ok": False, "at": None},
        {"tool": "issue_credit", "arguments": {"amount": "84.20"}, "result": "blocked: not permitted",
         "ok": False, "at": None},
    ],
    "told_customer": ["I see one payment."],
    "known_facts": ["Customer since 2017."],
    "open_question": "Is the second capture a duplicate?",
    "reasons": ["BEYOND_PERMISSION"],
    "agent_version": "acme-bot-1",
    "policy_version": "1",
}  # fmt: skip

REASONS = (
    {"code": "LOW_CONFIDENCE", "text": "below the limit", "score": 0.64, "limit": 0.95, "field": "",
     "spans": [], "values": []},
    {"code": "DISTRESS", "text": "the customer is upset", "score": 0.8, "limit": 0.5, "field": "",
     "spans": [{"message": 0, "start": 3, "end": 11}, {"message": 2, "start": 0, "end": 5}], "values": []},
)  # fmt: skip

MESSAGES = (
    ("customer", f"My bank shows two payments of 84.20, card {SECRET}."),
    ("ai", "I see one payment."),
    ("customer", "Third time I explain it!"),
)

FIELDS = (
    {"name": "amount", "value": "84.20", "confidence": 0.99, "message": 0, "start": 30, "end": 35},
    {"name": "amount", "value": "48.20", "confidence": 0.4},
    {"name": "account_number", "value": SECRET, "confidence": 0.71},
)


@transaction.atomic
def waiting(
    case_type: CaseType,
    agent: AIAgent,
    *,
    queue: Queue | None = None,
    tier: int = 1,
    severity: int = 3,
    risk: str = "low",
    due_in: timedelta = timedelta(hours=2),
    reasons: Sequence[Mapping[str, Any]] = REASONS,
    package: Mapping[str, Any] | None = PACKAGE,
    confidence: float = 0.64,
    fields: Sequence[Mapping[str, Any]] = FIELDS,
    **changes: Any,
) -> Case:
    """One case in `queue` (the type's own unless given), triaged and routed by the live policy."""
    case = received(case_type, agent, package=package, fields=fields)
    move(Case.objects.filter(pk=case.pk), EventKind.CASE_TRIAGING, actor=None, data={})
    triage = TriageRecord.objects.create(
        case=case,
        engine="embedded",
        model_version="embedded-1",
        inputs_hash="ab" * 32,
        result=_triage(confidence),
    )
    policy = PolicyVersion.objects.get(live_from__isnull=False, superseded_at__isnull=True)
    outcome = _outcome(reasons, confidence, case_type, risk)
    routing = Routing.objects.create(
        case=case, triage=triage, policy=policy, settle=False, allocation=Allocation.HUMAN, outcome=outcome
    )
    due_at = timezone.now() + due_in
    codes = [str(reason["code"]) for reason in reasons]
    move(
        Case.objects.filter(pk=case.pk), EventKind.CASE_ROUTED, actor=None, data={"reasons": codes},
        queue=queue or case_type.default_queue, tier=tier, severity=severity, due_at=due_at,
        rank_at=rank_at(severity=severity, due_at=due_at), reason_codes=codes,
        confidence=confidence, threshold=case_type.threshold, category=case_type.labels[0], risk=risk,
        allocation=Allocation.HUMAN, policy=policy, triage=triage, routing=routing, **changes,
    )  # fmt: skip
    return Case.objects.select_related("queue", "client", "case_type").get(pk=case.pk)


def received(
    case_type: CaseType,
    agent: AIAgent,
    *,
    package: Mapping[str, Any] | None = PACKAGE,
    fields: Sequence[Mapping[str, Any]] = FIELDS,
) -> Case:
    """A case as it stands right after intake."""
    number = next(NUMBERS)
    case = Case.objects.create(
        ref=f"{case_type.client.prefix}-{number}", client=case_type.client, case_type=case_type, agent=agent,
        external_id=f"x-{number}", channel=Channel.EMAIL, subject="Charged twice for October",
        customer={"name": f"Kim {SECRET}", "tier": "gold"}, created_at=timezone.now(),
    )  # fmt: skip
    began = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)
    Message.objects.bulk_create(
        Message(
            case=case, position=position, author=author, text=text, at=began + timedelta(minutes=position),
            salt=new_salt(),
        )
        for position, (author, text) in enumerate(MESSAGES)
    )  # fmt: skip
    ExtractedField.objects.bulk_create(
        ExtractedField(case=case, position=position, **field) for position, field in enumerate(fields)
    )
    if package is not None:
        case.handoff = Handoff.objects.create(
            case=case, schema="handoff/1", package=package, completeness=1.0
        )
        Case.objects.filter(pk=case.pk).update(handoff=case.handoff)
    record(case.pk, kind=EventKind.CASE_RECEIVED, actor=agent, version=1, type=case_type.slug)
    return case


def _triage(confidence: float) -> dict[str, Any]:
    return {
        "engine": "embedded",
        "model_version": "embedded-1",
        "inputs_hash": "ab" * 32,
        "category": "billing_dispute",
        "confidence": confidence,
        "alternatives": [["billing_dispute", confidence], ["refund_request", 0.2]],
        "out_of_scope": 0.05,
        "sentiment": -0.5,
        "distress": 0.8,
        "anomaly": 0.1,
        "risk": 0.6,
        "complexity": 0.4,
        "intents": ["billing_dispute"],
        "signals": [
            {
                "code": "distress",
                "score": 0.8,
                "words": "third time",
                "spans": [{"message": 2, "start": 0, "end": 10}],
            }
        ],
        "mood": [-0.2, -0.7],
        "latency_ms": 3.0,
    }


def _outcome(
    reasons: Sequence[Mapping[str, Any]], confidence: float, case_type: CaseType, risk: str
) -> dict[str, Any]:
    return {
        "settle": False,
        "allocation": "human",
        "reasons": [dict(r) for r in reasons],
        "cells": [{"row": "risk", "value": "financial_legal", "allocation": "human"}],
        "rows": [{"table": "reasons", "row": "low-confidence", "text": "Confidence below the threshold"}],
        "queue": case_type.default_queue.slug,
        "tier": 1,
        "severity": 3,
        "oversee": False,
        "sla_minutes": 60,
        "confidence": confidence,
        "threshold": case_type.threshold,
        "category": case_type.labels[0],
        "risk": risk,
        "experienced_only": False,
        "trace": {},
    }
