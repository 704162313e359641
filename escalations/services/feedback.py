"""What a customer thought of how their case ended, passed on by the AI agent that posted it (R099)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from accounts.choices import Capability, EventKind
from accounts.ledger import commitment, new_salt, record
from accounts.models import AIAgent
from accounts.permissions import can
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Case, Feedback
from escalations.selectors.trail import decision_in_force
from escalations.services.intake import digest_of


@dataclass(frozen=True, slots=True)
class Given:
    """The feedback of a request, and whether this request gave it."""

    feedback: Feedback
    created: bool


def give_feedback(*, case: Case, agent: AIAgent, body: Mapping[str, Any], key: str = "") -> Given:
    """Keep a score of 1 to 5 and a text about `case`, with the decision in force, its model and its policy.

    The same `key` and body again change nothing (without a key: the same body); the same key with another body:
    Invalid. NotAllowed for an agent that may not add to the case; Conflict while nothing is decided.
    """
    if not can(agent, Capability.CASE_APPEND, case):
        raise NotAllowed("This AI agent may not pass on feedback.")
    digest = digest_of({"case": str(case.pk), **body})
    key = key or digest
    if known := _known(agent, key, digest):
        return known
    decision = decision_in_force(case)
    if decision is None:
        raise Conflict("Nothing is decided yet that a customer could speak of.", state=case.state)
    salt, text = new_salt(), str(body.get("text") or "")
    feedback = Feedback(
        case=case, agent=agent, decision=decision, policy_id=decision.policy_id, model_version=decision.model_version,
        agent_version=agent.version, score=body["score"], text=text, salt=salt, key=key, body_hash=digest,
    )  # fmt: skip
    try:
        with transaction.atomic():
            feedback.save(force_insert=True)
            record(
                case.pk, kind=EventKind.FEEDBACK_GIVEN, actor=agent, version=case.version, score=feedback.score,
                decision=decision.pk, model=decision.model_version, text=commitment(salt, text) if text else "",
            )  # fmt: skip
    except IntegrityError:  # the same at the same moment
        if known := _known(agent, key, digest):
            return known
        raise
    return Given(feedback, created=True)


def _known(agent: AIAgent, key: str, digest: str) -> Given | None:
    first = Feedback.objects.filter(agent=agent, key=key).first()
    if first is None:
        return None
    if first.body_hash != digest:
        raise Invalid("This Idempotency-Key was used with another body.", {"Idempotency-Key": "used before"})
    return Given(first, created=False)
