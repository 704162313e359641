"""The shapes of what the API answers, for its schema."""

from typing import Any

from rest_framework import serializers

from escalations.choices import Allocation, CaseState, Verb
from escalations.models import Decision


class Problem(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.ListField(  # type: ignore[assignment]  # a declared field, not DRF's
        child=serializers.DictField(child=serializers.CharField()), required=False,
        help_text="Each with `pointer`, a JSON pointer into the body, and `detail`.",
    )  # fmt: skip


class CaseRef(serializers.Serializer[Any]):
    """A case in short."""

    id = serializers.UUIDField()
    ref = serializers.CharField()
    state = serializers.ChoiceField(CaseState.choices)
    url = serializers.URLField()


class ReasonOut(serializers.Serializer[Any]):
    """Why a person is needed."""

    code = serializers.CharField()
    text = serializers.CharField()
    score = serializers.JSONField(allow_null=True, help_text="What was measured: a number or a word.")
    limit = serializers.JSONField(allow_null=True, help_text="Against what: a number or a word.")
    field = serializers.CharField(allow_blank=True)


class TriageOut(serializers.Serializer[Any]):
    """What triage made of the case; every score is 0 to 1 but `sentiment`, -1 to 1."""

    engine = serializers.CharField()
    model_version = serializers.CharField()
    error = serializers.CharField(allow_blank=True)
    scores = serializers.DictField(child=serializers.FloatField())


class DecisionOut(serializers.Serializer[Any]):
    """The decision in force. Until it is final it can be undone, and what it says is not shown: do not act on it."""

    id = serializers.UUIDField()
    verb = serializers.ChoiceField(Verb.choices)
    by = serializers.ChoiceField(["human", "ai"])
    standing = serializers.ChoiceField(Decision.Standing.choices)
    undo_until = serializers.DateTimeField(allow_null=True)
    disposition = serializers.CharField(allow_blank=True)
    values = serializers.DictField(allow_null=True, help_text="Field name to final value, once final.")
    action = serializers.DictField(allow_null=True, help_text="The action approved, once final; {} is none.")
    reply = serializers.CharField(allow_null=True, help_text="What to tell the customer, once final.")
    instructions = serializers.CharField(allow_null=True, help_text="For the AI, once returned to it.")


class HandoffOut(serializers.Serializer[Any]):
    """How complete the handed-over package is."""

    completeness = serializers.FloatField()
    missing = serializers.ListField(child=serializers.CharField())


class CaseOut(CaseRef):
    """Everything an agent may know of its case."""

    external_id = serializers.CharField()
    case_type = serializers.CharField()
    allocation = serializers.ChoiceField([*Allocation.choices, ""])
    tier = serializers.IntegerField()
    queue = serializers.CharField(allow_blank=True)
    severity = serializers.IntegerField()
    category = serializers.CharField(allow_blank=True)
    confidence = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField(allow_null=True)
    reasons = ReasonOut(many=True)
    triage = TriageOut(allow_null=True)
    decision = DecisionOut(allow_null=True)
    policy_version = serializers.IntegerField(allow_null=True)
    handoff = HandoffOut()
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)


class EventOut(serializers.Serializer[Any]):
    """One line of the case's trail."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    actor_kind = serializers.CharField()
    hash = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]  # a declared field, not DRF's


class FeedbackOut(serializers.Serializer[Any]):
    """Feedback as it is kept, and the decision it is about."""

    id = serializers.IntegerField()
    case = serializers.UUIDField()
    decision = serializers.UUIDField()
    score = serializers.IntegerField()
    model_version = serializers.CharField()
    policy_version = serializers.IntegerField(allow_null=True)


class EventsOut(serializers.Serializer[Any]):
    """Lines in order; `next` is the `after` of the following page, or null."""

    events = EventOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class PolicyOut(serializers.Serializer[Any]):
    """The policy in force, as an agent needs it."""

    policy_version = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 of the canonical document.")
    live_from = serializers.DateTimeField()
    acknowledged = serializers.BooleanField(help_text="Until it is, a person decides what this agent posts.")
    since_version = serializers.IntegerField(
        allow_null=True, help_text="What `changes` are told against: the last version that the agent knows."
    )
    changes = serializers.ListField(child=serializers.CharField())
