"""A quiet case that the AI may settle, and everything a test may change about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from escalations.policy.default import default_document
from escalations.policy.engine import decide
from escalations.policy.types import Facts, Outcome, TypeRules
from escalations.triage.types import CaseView, Extracted, Signal, Span, Step, Triage, Utterance

NOW = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)

TRIAGE = Triage(
    engine="embedded",
    model_version="demo-1",
    inputs_hash="0" * 64,
    category="order_status",
    confidence=0.97,
    alternatives=(("order_status", 0.96), ("faq_general", 0.02)),
    out_of_scope=0.02,
    sentiment=0.1,
    distress=0.02,
    anomaly=0.1,
    risk=0.1,
    complexity=0.2,
    intents=("order_status",),
)

CASE = CaseView(
    client="harbour",
    case_type="order_status",
    channel="chat",
    subject="Where is my order",
    messages=(Utterance("customer", "Where is order 55102?", NOW),),
    fields=(Extracted("order_number", "55102", 0.99, 0, 15, 20),),
    proposed_action="answer_customer",
)

RULES = TypeRules(
    slug="order_status",
    client="harbour",
    autonomy="autonomous",
    sla_minutes=10,
    threshold=0.9,
    required_fields=("order_number",),
    field_thresholds={"order_number": 0.85},
    grants=("answer_customer", "send_reminder", "refund_payment"),
    default_queue="operations",
)

QUIET = Facts(case=CASE, rules=RULES, triage=TRIAGE)
"""Nothing is wrong with it: the AI may settle it."""


def but(
    *,
    case: dict[str, Any] | None = None,
    rules: dict[str, Any] | None = None,
    triage: dict[str, Any] | None = None,
    **facts: Any,
) -> Facts:
    """The quiet case with some things changed."""
    return replace(
        QUIET,
        case=replace(CASE, **case or {}),
        rules=replace(RULES, **rules or {}),
        triage=replace(TRIAGE, **triage or {}),
        **facts,
    )


def outcome(facts: Facts | None = None, /, **changes: Any) -> Outcome:
    """What the shipped policy makes of the quiet case with some things changed."""
    return decide(facts or but(**changes), default_document())


def codes(found: Outcome) -> set[str]:
    return {reason.code for reason in found.reasons}


def noticed(code: str, score: float = 0.9) -> Signal:
    return Signal(code, score, "the words", (Span(0, 0, 5),))


def steps(*tools: str, minutes_apart: float = 1, last_ok: bool = True) -> tuple[Step, ...]:
    """Tool calls in that order, evenly spaced."""
    gap = timedelta(minutes=minutes_apart)
    return tuple(
        Step(tool, ok=last_ok or i < len(tools) - 1, at=NOW + i * gap) for i, tool in enumerate(tools)
    )
