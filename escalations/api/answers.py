"""What the API answers. The shapes are in escalations.api.shapes."""

from typing import Any

from accounts.models import Event
from escalations.choices import Verb
from escalations.handoff import missing_parts
from escalations.models import Case, Decision, Feedback
from escalations.selectors.known import Known

SCORES = ("confidence", "out_of_scope", "sentiment", "distress", "anomaly", "risk", "complexity")


def case_ref(case: Case, url: str) -> dict[str, Any]:
    """The shape `CaseRef`."""
    return {"id": case.pk, "ref": case.ref, "state": case.state, "url": url}


def case_out(case: Case, decision: Decision | None, url: str) -> dict[str, Any]:
    """The shape `CaseOut`; `case` has its type, queue, policy, triage, routing and handoff loaded."""
    outcome = case.routing.outcome if case.routing else {}
    return case_ref(case, url) | {
        "external_id": case.external_id,
        "case_type": case.case_type.slug,
        "allocation": case.allocation,
        "tier": case.tier,
        "queue": case.queue_slug,
        "severity": case.severity,
        "category": case.category,
        "confidence": case.confidence,
        "threshold": case.threshold,
        "reasons": [
            {k: r[k] for k in ("code", "text", "score", "limit", "field")} for r in outcome.get("reasons", ())
        ],
        "triage": _triage(case),
        "decision": _decision(decision) if decision else None,
        "policy_version": case.policy.number if case.policy else None,
        "handoff": {
            "completeness": case.handoff.completeness if case.handoff else 0.0,
            "missing": case.handoff.missing if case.handoff else list(missing_parts(None)),
        },
        "created_at": case.created_at,
        "due_at": case.due_at,
    }


def _triage(case: Case) -> dict[str, Any] | None:
    if case.triage is None:
        return None
    result = case.triage.result or {}
    return {
        "engine": case.triage.engine,
        "model_version": case.triage.model_version,
        "error": case.triage.error,
        "scores": {name: result[name] for name in SCORES if name in result},
    }


def _decision(decision: Decision) -> dict[str, Any]:
    final = decision.standing == Decision.Standing.FINAL
    returned = decision.verb == Verb.RETURN_TO_AI
    return {
        "id": decision.pk,
        "verb": decision.verb,
        "by": decision.actor_kind,
        "standing": decision.standing,
        "undo_until": decision.undo_until,
        "disposition": decision.disposition,
        "values": decision.values if final else None,
        "action": decision.action if final and not returned else None,
        "reply": decision.reply if final else None,
        "instructions": decision.action.get("instructions", "") if final and returned else None,
    }


def events_out(events: list[Event], more: bool) -> dict[str, Any]:
    """The shape `EventsOut`."""
    lines = [
        {
            "seq": event.seq,
            "at": event.at,
            "kind": event.kind,
            "actor_kind": event.actor_kind,
            "hash": bytes(event.hash).hex(),
            "data": event.data,
        }
        for event in events
    ]
    return {"events": lines, "next": events[-1].seq if more else None}


def policy_out(known: Known) -> dict[str, Any]:
    """The shape `PolicyOut`."""
    return {
        "policy_version": known.live.number,
        "digest": known.live.digest,
        "live_from": known.live.live_from,
        "acknowledged": known.acknowledged,
        "since_version": known.since.number if known.since else None,
        "changes": [str(change) for change in known.changes],
    }


def feedback_out(feedback: Feedback) -> dict[str, Any]:
    """The shape `FeedbackOut`."""
    return {
        "id": feedback.pk,
        "case": feedback.case_id,
        "decision": feedback.decision_id,
        "score": feedback.score,
        "model_version": feedback.model_version,
        "policy_version": feedback.policy.number if feedback.policy else None,
    }
