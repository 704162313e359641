"""The AI settles a case under policy; like a person's, its decision can be held until it is final."""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from accounts.choices import ActorKind, EventKind
from accounts.ledger import new_salt
from escalations.choices import Verb
from escalations.models import Case, Decision, ExtractedField, PolicyVersion, Routing, TriageRecord
from escalations.policy.types import Outcome
from escalations.services import due
from escalations.services.entering import Entry
from escalations.services.placing import place, told
from escalations.transitions import move

DISPOSITION = "settled_by_ai"
SCORES = ("confidence", "out_of_scope", "sentiment", "distress", "anomaly", "risk", "complexity")


def settle(case: Case, outcome: Outcome, policy: PolicyVersion, routing: Routing, entry: Entry) -> Decision:
    """Let the AI's proposal stand: a decision that becomes final when the case type's undo window is over.

    `case` is locked and being triaged; the decision names policy, model, inputs and scores (R011, R085).
    """
    triage = _judged(routing)
    window = timedelta(seconds=case.case_type.undo_seconds)
    decision = Decision.objects.create(
        case=case, verb=Verb.AUTO_RESOLVE, actor_kind=ActorKind.AI, claim_token=case.claim_token, salt=new_salt(),
        disposition=DISPOSITION, values=_values(case), action=_action(case), policy=policy,
        model_version=triage.model_version, inputs_hash=triage.inputs_hash, scores=_scores(triage, outcome),
        seen={"version": case.version, "triage": triage.pk, "routing": routing.pk, "handoff": case.handoff_id},
        undo_until=Now() + window,
    )  # fmt: skip
    placed = place(case, outcome, entry, case.created_at, first=True)
    move(
        Case.objects.filter(pk=case.pk), EventKind.CASE_AUTO_RESOLVED, actor=case.agent,
        data={
            **told(case, outcome, policy, triage, routing, placed), "decision": decision.pk, "verb": decision.verb,
            "disposition": DISPOSITION, "scores": decision.scores, "agent_version": case.agent.version,
        },
        triage=triage, routing=routing, policy=policy, resolved_at=Now(), **placed,
    )  # fmt: skip
    due.enqueue(
        "close", key=str(decision.pk), case=case, after=window, payload={"decision": str(decision.pk)}
    )
    return decision


def take_back(case: Case) -> None:
    """Undo what is decided on `case` and not yet final, with the work that would make it so."""
    due.cancel_closing(case)
    Decision.objects.filter(case=case, standing=Decision.Standing.PENDING).update(
        standing=Decision.Standing.UNDONE
    )


def _judged(routing: Routing) -> TriageRecord:
    if routing.triage is None:
        raise ValueError("The AI settles nothing that was not judged.")
    return routing.triage


def _values(case: Case) -> dict[str, str]:
    return dict(ExtractedField.objects.filter(case=case).values_list("name", "value"))


def _action(case: Case) -> dict[str, Any]:
    proposed: dict[str, Any] = (case.handoff.package if case.handoff else {}).get("proposed") or {}
    return proposed if proposed.get("action") else {}


def _scores(triage: TriageRecord, outcome: Outcome) -> dict[str, Any]:
    result = triage.result or {}
    measured = {name: result[name] for name in SCORES if name in result}
    return {**measured, "threshold": outcome.threshold, "category": outcome.category}
