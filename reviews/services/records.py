"""The rows of one decision: the decision, its corrections, the example to learn from, and what the ledger is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import uuid6

from accounts.choices import ActorKind
from accounts.ledger import canonical, commitment, new_salt
from accounts.models import User
from accounts.models.sql import from_now
from escalations.choices import FINAL_VERBS, Autonomy, Verb
from escalations.models import Case, Decision, Job
from escalations.planting import planted
from escalations.transitions import Write, inserting
from reviews.choices import EscalateReason, WhatWasWrong
from reviews.models import Correction, TrainingExample
from reviews.selectors.deciding import ToDecide
from reviews.services.outcomes import Outcome
from reviews.services.rules import Change, Read, Submission, changes, readings, with_category

CODES = {*WhatWasWrong.values, *EscalateReason.values}


@dataclass(frozen=True, slots=True)
class Written:
    """A decision, unsaved, with the fields it corrects. Only a final verb corrects and teaches."""

    asked: ToDecide
    decision: Decision
    corrected: tuple[Change, ...]

    @property
    def final(self) -> bool:
        return self.decision.verb in FINAL_VERBS

    def rows(self) -> list[Write]:
        """Everything that is written in the statement that moves the case.

        A draft has served once the case is decided; after any other verb it stays.
        """
        made = self.decision
        written = [inserting(made), inserting(_closing(self.asked.case, made))]
        if not self.final:
            return written
        written += [inserting(_correction(made, change)) for change in self.corrected]
        if not planted(made.case_id):  # it teaches nothing (R094)
            written.append(inserting(_example(self.asked, made)))
        drafts = "DELETE FROM reviews_draft d USING moved WHERE d.case_id = moved.id AND d.user_id = %s"
        return [*written, Write(drafts, (made.user_id,))]


def read_of(asked: ToDecide) -> dict[str, Read]:
    """What the AI read, and what it takes the case for: each can be corrected where the page shows it."""
    case, read = asked.case, readings(asked.fields)
    if case.autonomy == Autonomy.OFF:
        return read
    return with_category(read, case.category, case.confidence, case.case_type.labels)


def of(asked: ToDecide, actor: User, given: Submission, *, key: str, after: Mapping[str, Any]) -> Written:
    """What was said, and in `seen` what was on the screen and what followed (`after`)."""
    case, read = asked.case, read_of(asked)
    final = given.verb in FINAL_VERBS
    corrected = tuple(changes(given, read)) if final else ()
    values = {name: one.value for name, one in readings(asked.fields).items()}
    values |= {one.read.name: one.after for one in corrected}
    decision = Decision(
        id=uuid6.uuid7(), case=case, verb=given.verb, actor_kind=ActorKind.HUMAN, user=actor,
        claim_token=given.claim_token, key=key, disposition=given.disposition if final else "",
        reason=given.reason, note=given.note, reply=given.reply, values=values if final else {},
        action=_action(case, given), salt=new_salt(), seen=_seen(case, given) | dict(after), policy=case.policy,
        model_version=case.model_version, inputs_hash=case.inputs_hash, scores=_scores(case),
        overrides_id=asked.standing, standing=Decision.Standing.PENDING,
        undo_until=from_now(case.case_type.undo_seconds),
    )  # fmt: skip
    return Written(asked, decision, corrected)


def told(case: Case, written: Written, outcome: Outcome) -> dict[str, Any]:
    """What the ledger is told: ids, codes and numbers; every text and value only as a commitment."""
    made = written.decision
    known = made.reason in CODES or not made.reason
    texts = {
        "note": made.note, "reply": made.reply, "reason": "" if known else made.reason,
        "values": canonical(made.values).decode() if made.values else "",
        "action": canonical(made.action).decode() if made.action else "",
    }  # fmt: skip
    return {
        "decision": made.pk, "verb": made.verb, "disposition": made.disposition,
        "reason": made.reason if known else "other", "policy": case.policy.digest if case.policy else "",
        "model": made.model_version, "inputs": made.inputs_hash, "scores": made.scores,
        "overrides": made.overrides_id, "corrections": [change.error_type for change in written.corrected],
        "seen": {name: made.seen[name] for name in ("version", "triage", "routing", "handoff")},
        "commitments": {name: commitment(bytes(made.salt), text) for name, text in texts.items() if text},
        **outcome.told,
    }  # fmt: skip


def _closing(case: Case, decision: Decision) -> Job:
    """Makes the decision final when nobody took it back in time; then a planted case is told (R094)."""
    return Job(
        kind="reveal" if planted(case.pk) else "close", key=str(decision.pk), case=case,
        payload={"decision": str(decision.pk)}, next_at=from_now(case.case_type.undo_seconds),
    )  # fmt: skip


def _seen(case: Case, given: Submission) -> dict[str, Any]:
    """Versions of everything on the screen, so that the decision can be replayed; and where the case lay."""
    return {
        "version": case.version, "triage": case.triage_id, "routing": case.routing_id,
        "handoff": case.handoff_id, "policy": case.policy.digest if case.policy else "",
        "queue": case.queue_id, "tier": case.tier, "undo_seconds": case.case_type.undo_seconds,
        "level": case.autonomy, "provisional": given.provisional if given.provisional in Verb.values else "",
        "parts": given.subtasks if case.subtasks_open and given.verb in FINAL_VERBS else "",
    }  # fmt: skip


def _action(case: Case, given: Submission) -> dict[str, Any]:
    """The AI's proposal as approved, or the instructions it gets back. What was not shown is not approved."""
    if case.autonomy != Autonomy.OFF and given.verb in (Verb.APPROVE, Verb.CORRECT):
        return dict(_package(case).get("proposed") or {})
    return {"instructions": given.instructions} if given.verb == Verb.RETURN_TO_AI else {}


def _scores(case: Case) -> dict[str, Any]:
    names = ("confidence", "threshold", "category", "risk")
    return {name: getattr(case, name) for name in names}


def _correction(decision: Decision, change: Change) -> Correction:
    return Correction(
        decision=decision, field=change.read.name, before=change.read.value, after=change.after,
        error_type=change.error_type, confidence=change.read.confidence,
    )  # fmt: skip


def _example(asked: ToDecide, decision: Decision) -> TrainingExample:
    """The AI's output beside the person's, with the versions that made it (R102)."""
    case, package = asked.case, _package(asked.case)
    parts = {name: package.get(name) for name in ("proposed", "intent", "confidence")}
    said = parts | {"fields": asked.fields} | {"scores": _scores(case)}
    names = ("verb", "disposition", "reason", "values", "reply")
    return TrainingExample(
        decision=decision, case=case, ai_output=said, human_output={name: getattr(decision, name) for name in names},
        agrees=decision.verb == Verb.APPROVE and case.autonomy != Autonomy.OFF,
        shown=not decision.seen["provisional"] and case.autonomy != Autonomy.OFF,
        model_version=decision.model_version, policy=case.policy,
        agent_version=str(package.get("agent_version") or case.agent.version),
    )  # fmt: skip


def _package(case: Case) -> Mapping[str, Any]:
    return case.handoff.package if case.handoff and isinstance(case.handoff.package, dict) else {}
