"""What the past's decisions teach: the AI's output beside the person's, and what a person said it is instead."""

from typing import Any

from django.db import models

from accounts.models import AIAgent
from config.demo.past.judged import Answered
from escalations.choices import ErrorType, Verb
from escalations.models import Decision
from reviews.models import Correction, TrainingExample

NAMES = ("verb", "disposition", "reason", "values", "reply")


def example(one: Answered, made: Decision, agent: AIAgent, *, hidden: bool) -> models.Model:
    """What a model learns from. `hidden`: the person had answered before they saw the AI's answer."""
    package: dict[str, Any] = dict(one.script.body["handoff"])
    said = {name: package.get(name) for name in ("proposed", "intent", "confidence")}
    return TrainingExample(
        decision=made, case_id=made.case_id, ai_output=said | {"fields": made.values, "scores": made.scores},
        human_output={name: getattr(made, name) for name in NAMES}, agrees=made.verb == Verb.APPROVE,
        shown=not hidden, model_version=made.model_version, policy_id=made.policy_id, agent_version=agent.version,
        created_at=made.created_at,
    )  # fmt: skip


def corrections(one: Answered, made: Decision) -> list[models.Model]:
    """Whoever found the AI wrong said what the customer wanted."""
    if not (one.wrong and one.truth and made.verb == Verb.OVERRIDE):
        return []
    change = Correction(
        decision=made, field="category", before=one.triage.category, after=one.truth,
        error_type=ErrorType.WRONG_CATEGORY, confidence=one.score,
    )  # fmt: skip
    return [change]
