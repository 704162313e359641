"""The case as `decide_case` needs it, in one statement."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import User
from escalations.models import Case, Decision, ExtractedField, Queue
from escalations.selectors.cases import case_for
from reviews.selectors.related import attach, with_related

RELATED = {
    "agent": ("version",),
    "policy": ("digest",),
    "triage": ("model_version", "inputs_hash"),
    "handoff": ("package",),
}


def case_to_decide(actor: User, ref: str | UUID, key: str = "") -> Case:
    """The case, authorised, with its fields, handoff, standing decision, and what `key` already did.

    Attributes: `field_rows` (name, value, confidence), `standing_id`, `keyed_id` and `keyed_case_id` of the
    decision that this person made under `key`, `target_slugs`. NotVisible when it is not for their eyes.
    """
    return attach(case_for(actor, ref, among=with_related(_with_everything(actor, key), RELATED)), RELATED)


def escalation_queues(queue: Any, tier: Any) -> QuerySet[Queue]:
    """Where a case of a tier may be sent from a queue: up, or across to another of its tier (R030)."""
    return Queue.objects.filter(tier__gte=tier).exclude(pk=queue).order_by("tier", "name")


def _with_everything(actor: User, key: str) -> QuerySet[Case]:
    fields = ExtractedField.objects.filter(case=OuterRef("pk")).order_by("position")
    standing = Decision.objects.filter(case=OuterRef("pk")).exclude(standing=Decision.Standing.UNDONE)
    keyed = Decision.objects.filter(user=actor, key=key) if key else Decision.objects.none()
    return (
        Case.objects.select_related("case_type", "queue")
        .defer("customer")
        .annotate(
            field_rows=ArraySubquery(
                fields.values(row=JSONObject(name="name", value="value", confidence="confidence"))
            ),
            target_slugs=ArraySubquery(escalation_queues(OuterRef("queue"), OuterRef("tier")).values("slug")),
            standing_id=Subquery(standing.order_by("-created_at").values("pk")[:1]),
            keyed_id=Subquery(keyed.values("pk")[:1]),
            keyed_case_id=Subquery(keyed.values("case")[:1]),
        )
    )
