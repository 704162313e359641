"""The rows of one decision: the decision, its corrections, the example to learn from, and what the ledger
is told.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import uuid6
from django.db.models.functions import Now

from accounts.choices import ActorKind
from accounts.ledger import canonical, commitment, new_salt
from accounts.models import User
from escalations.choices import FINAL_VERBS, Verb
from escalations.models import Case, Decision, Job
from escalations.transitions import Write, inserting
from reviews.choices import EscalateReason, WhatWasWrong
from reviews.models import Correction, TrainingExample
from reviews.services.outcomes import Outcome
from reviews.services.rules import Change, Submission, readings

CODES = {*WhatWasWrong.values, *EscalateReason.values}


def decision_of(
    case: Case,
    actor: User,
    given: Submission,
    changed: Sequence[Change],
    *,
    key: str,
    after: Mapping[str, Any],
) -> Decision:
    """The decision, unsaved: what was said, and in `seen` what was on the screen and what followed."""
    final = given.verb in FINAL_VERBS
    return Decision(
        id=uuid6.uuid7(), case=case, verb=given.verb, actor_kind=ActorKind.HUMAN, user=actor,
        claim_token=given.claim_token, key=key, disposition=given.disposition if final else "",
        reason=given.reason, note=given.note, reply=given.reply,
        values=_values(case, changed) if final else {}, action=_action(case, given), salt=new_salt(),
        seen=_seen(case, given) | dict(after), policy=case.policy,
        model_version=_model_version(case),
        inputs_hash=case.triage.inputs_hash if case.triage else "", scores=_scores(case),
        overrides_id=case.standing_id,  # type: ignore[attr-defined]
        standing=Decision.Standing.PENDING,
        undo_until=Now() + timedelta(seconds=case.case_type.undo_seconds),
    )  # fmt: skip


def rows(case: Case, decision: Decision, given: Submission, changed: Sequence[Change]) -> list[Write]:
    """Everything that is written with the decision, in the statement that moves the case.

    Only a final verb corrects and teaches; its draft has served. After any other the draft stays.
    """
    written = [inserting(decision), inserting(_closing(case, decision))]
    if given.verb not in FINAL_VERBS:
        return written
    written += [inserting(_correction(decision, change)) for change in changed]
    written.append(inserting(_example(case, decision)))
    drafts = "DELETE FROM reviews_draft d USING moved WHERE d.case_id = moved.id AND d.user_id = %s"
    return [*written, Write(drafts, (decision.user_id,))]


def told(
    case: Case, decision: Decision, given: Submission, changed: Sequence[Change], outcome: Outcome
) -> dict[str, Any]:
    """What the ledger is told: ids, codes and numbers; every text and value only as a commitment."""
    texts = {
        "note": given.note, "reply": given.reply, "instructions": given.instructions,
        "reason_text": "" if given.reason in CODES else given.reason,
        "values": canonical(decision.values).decode() if decision.values else "",
    }  # fmt: skip
    return {
        "decision": decision.pk, "verb": given.verb, "disposition": decision.disposition,
        "reason": given.reason if given.reason in CODES or not given.reason else "other",
        "policy": case.policy.digest if case.policy else "", "model": decision.model_version,
        "inputs": decision.inputs_hash, "scores": decision.scores, "overrides": decision.overrides_id,
        "corrections": [change.error_type for change in changed] if decision.values else [],
        "seen": {name: decision.seen[name] for name in ("version", "triage", "routing", "handoff")},
        "commitments": {name: commitment(bytes(decision.salt), text) for name, text in texts.items() if text},
        **outcome.told,
    }  # fmt: skip


def _closing(case: Case, decision: Decision) -> Job:
    """Makes the decision final when nobody took it back in time."""
    return Job(
        kind="close", key=str(decision.pk), case=case, payload={"decision": str(decision.pk)},
        next_at=Now() + timedelta(seconds=case.case_type.undo_seconds),
    )  # fmt: skip


def _seen(case: Case, given: Submission) -> dict[str, Any]:
    """Versions of everything on the screen, so that the decision can be replayed; and where the case lay."""
    return {
        "version": case.version, "triage": case.triage_id, "routing": case.routing_id,
        "handoff": case.handoff_id,
        "policy": case.policy.digest if case.policy else "", "queue": case.queue_id, "tier": case.tier,
        "undo_seconds": case.case_type.undo_seconds,
        "provisional": given.provisional if given.provisional in Verb.values else "",
    }  # fmt: skip


def _values(case: Case, changed: Sequence[Change]) -> dict[str, str]:
    read = {name: one.value for name, one in readings(case.field_rows).items()}  # type: ignore[attr-defined]
    return read | {change.read.name: change.after for change in changed}


def _action(case: Case, given: Submission) -> dict[str, Any]:
    """The AI's proposal as approved, or the instructions it gets back."""
    if given.verb in (Verb.APPROVE, Verb.CORRECT):
        return dict(_package(case).get("proposed") or {})
    return {"instructions": given.instructions} if given.verb == Verb.RETURN_TO_AI else {}


def _scores(case: Case) -> dict[str, Any]:
    return {
        "confidence": case.confidence,
        "threshold": case.threshold,
        "category": case.category,
        "risk": case.risk,
    }


def _correction(decision: Decision, change: Change) -> Correction:
    return Correction(
        decision=decision, field=change.read.name, before=change.read.value, after=change.after,
        error_type=change.error_type, confidence=change.read.confidence,
    )  # fmt: skip


def _example(case: Case, decision: Decision) -> TrainingExample:
    """The AI's output beside the person's, with the versions that made it (R102)."""
    package = _package(case)
    said = {
        "proposed": package.get("proposed"), "intent": package.get("intent"), "reply": package.get("reply"),
        "fields": list(case.field_rows),  # type: ignore[attr-defined]
        **_scores(case),
    }  # fmt: skip
    decided = {
        "verb": decision.verb, "disposition": decision.disposition, "reason": decision.reason,
        "values": decision.values, "reply": decision.reply,
    }  # fmt: skip
    return TrainingExample(
        decision=decision, case=case, ai_output=said, human_output=decided, policy=case.policy,
        agrees=decision.verb == Verb.APPROVE, shown=not decision.seen["provisional"],
        model_version=decision.model_version,
        agent_version=str(package.get("agent_version") or case.agent.version),
    )  # fmt: skip


def _package(case: Case) -> Mapping[str, Any]:
    return case.handoff.package if case.handoff and isinstance(case.handoff.package, dict) else {}


def _model_version(case: Case) -> str:
    return case.triage.model_version if case.triage else ""
