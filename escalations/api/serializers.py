"""What an AI agent sends."""

from typing import Any

from rest_framework import serializers

from escalations.api.fields import Confidence, Flag, Flat, Moment, Plain, Text, Whole, Word
from escalations.api.strict import Strict, several
from escalations.choices import Author, Channel
from escalations.handoff import SCHEMAS
from escalations.spans import span_fault

LONGEST_TEXT = 100_000
MOST_MESSAGES = 500
MOST_FIELDS = 200
MOST_STEPS = 200


class MessageIn(Strict):
    """One message of the conversation."""

    author = serializers.ChoiceField(Author.choices)
    text = Text(max_length=LONGEST_TEXT)
    at = Moment(required=False, help_text="When it was written; now unless given.")


class SourceIn(Strict):
    """Where a value stands: characters [start, end) of the message at that index."""

    message = Whole(min_value=0)
    start = Whole(min_value=0)
    end = Whole(min_value=1)


class FieldIn(Strict):
    """One value that the agent read, and how sure it is."""

    name = Word(max_length=80)
    value = Plain(max_length=2000, allow_null=True)
    confidence = Confidence(required=False, allow_null=True)
    source = SourceIn(required=False, allow_null=True)  # type: ignore[assignment]  # a declared field, not DRF's


class ProposedIn(Strict):
    """The action the agent wants; a blank action means none."""

    action = Word(max_length=80, allow_blank=True)
    arguments = serializers.DictField(required=False)


class StepIn(Strict):
    """One tool call."""

    tool = Word(max_length=80)
    arguments = serializers.DictField(required=False)
    result = serializers.JSONField(required=False, allow_null=True)
    ok = Flag()
    at = Moment(required=False, allow_null=True)


class HandoffIn(Strict):
    """What the agent hands over. Every part may be left out; what is missing is counted and shown (R069, R070)."""

    schema = serializers.ChoiceField([(s, s) for s in SCHEMAS], required=False)
    summary = Text(max_length=5000, allow_blank=True, required=False)
    intent = Text(max_length=200, allow_blank=True, required=False)
    confidence = Confidence(required=False, allow_null=True)
    proposed = ProposedIn(required=False)
    steps = several(StepIn, MOST_STEPS, required=False)
    told_customer = serializers.ListField(child=Text(max_length=5000), required=False, max_length=100)
    known_facts = serializers.ListField(child=Text(max_length=2000), required=False, max_length=100)
    open_question = Text(max_length=2000, allow_blank=True, required=False)
    reasons = serializers.ListField(child=Word(max_length=80), required=False, max_length=30)
    agent_version = Word(max_length=80, allow_blank=True, required=False)
    policy_version = Word(max_length=40, allow_blank=True, required=False)


class CaseIn(Strict):
    """One case with everything the agent knows of it."""

    external_id = Word(max_length=120)
    case_type = Word(max_length=50)
    channel = serializers.ChoiceField(Channel.choices)
    subject = Text(max_length=300, allow_blank=True, required=False, default="")
    messages = several(MessageIn, MOST_MESSAGES, required=False, default=list)
    customer = Flat(required=False, default=dict)
    fields = several(FieldIn, MOST_FIELDS, required=False, default=list)
    handoff = HandoffIn(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["messages"] and "handoff" not in attrs:
            raise serializers.ValidationError(
                "A case needs messages or a handoff: there is nothing to review."
            )
        texts = [message["text"] for message in attrs["messages"]]
        wrong = [_span_errors(field.get("source"), texts) for field in attrs["fields"]]
        if any(wrong):
            raise serializers.ValidationError({"fields": wrong})
        return attrs


class MessageMore(MessageIn):
    """One more message. A case that was returned to the AI takes the agent's new handoff and fields with it;
    their spans count messages from the case's first.
    """

    author = serializers.ChoiceField([(a.value, a.label) for a in (Author.CUSTOMER, Author.AI)])
    fields = several(FieldIn, MOST_FIELDS, required=False)
    handoff = HandoffIn(required=False)


class FeedbackIn(Strict):
    """What the customer thought of how the case ended."""

    score = Whole(min_value=1, max_value=5, help_text="1 (worst) to 5 (best).")
    text = Text(max_length=5000, allow_blank=True, required=False, default="")


def _span_errors(span: dict[str, int] | None, texts: list[str]) -> dict[str, Any]:
    wrong = span_fault(span, texts)
    return {"source": {wrong[0]: [wrong[1]]}} if wrong else {}


class AcknowledgeIn(Strict):
    """The version that the agent has read."""

    policy_version = Whole(min_value=1, max_value=2_000_000_000)
