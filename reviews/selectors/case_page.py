"""A case as the review page needs it, in one statement."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, Left, Now

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import scopes_of
from escalations.models import Case, Decision, ExtractedField, Message
from escalations.selectors.cases import case_for
from reviews.models import Draft
from reviews.selectors.deciding import escalation_queues
from reviews.selectors.evidence import LONGEST
from reviews.selectors.related import attach, with_related

RELATED = {
    "holder": ("name",),
    "agent": ("name", "version", "tools"),
    "policy": ("number", "digest"),
    "triage": ("model_version", "result"),
    "routing": ("outcome",),
    "handoff": ("package", "completeness", "missing"),
}

MESSAGES_SHOWN = 200
"""The newest so many; a longer conversation is read from the API."""


def case_page(actor: User, ref: str | UUID) -> Case:
    """The case, authorised, with its rows as JSON.

    Attributes: `message_rows`, `field_rows`, `target_rows`, `draft_row`, `last_row` (the decision in
    force). NotVisible when it is not for their eyes.
    """
    return attach(case_for(actor, ref, among=with_related(_whole(actor), RELATED)), RELATED)


def _whole(actor: User) -> QuerySet[Case]:
    return Case.objects.select_related("client", "case_type", "queue").annotate(
        message_rows=ArraySubquery(_messages()),
        field_rows=ArraySubquery(_fields()),
        target_rows=ArraySubquery(
            escalation_queues(OuterRef("queue"), OuterRef("tier")).values(
                row=JSONObject(code="slug", label="name")
            )
        ),
        draft_row=Subquery(_drafts(actor)[:1]),
        last_row=Subquery(_decisions()[:1]),
    )


def _messages() -> QuerySet[Message, Any]:
    newest = Message.objects.filter(case=OuterRef("pk")).order_by("-position")
    return newest.values(
        row=JSONObject(position="position", author="author", text=Left("text", LONGEST + 1), at="at")
    )[:MESSAGES_SHOWN]


def _fields() -> QuerySet[ExtractedField, Any]:
    names = ("name", "value", "confidence", "message", "start", "end")
    rows = ExtractedField.objects.filter(case=OuterRef("pk")).order_by("position")
    return rows.values(row=JSONObject(**{name: name for name in names}))


def _drafts(actor: User) -> QuerySet[Draft, Any]:
    """One's own draft; whoever may take cases over also finds what the last holder had typed."""
    mine = Q(user=actor)
    if scopes_of(actor, Capability.CASE_TAKE_OVER):
        mine |= Q(case__holder=actor)
    drafts = Draft.objects.filter(mine, case=OuterRef("pk"))
    own = ExpressionWrapper(Q(user=actor), output_field=BooleanField())
    return drafts.order_by(own.desc(), "-updated_at").values(row=JSONObject(body="body", at="updated_at"))


def _decisions() -> QuerySet[Decision, Any]:
    standing = Decision.objects.filter(case=OuterRef("pk")).exclude(standing=Decision.Standing.UNDONE)
    open_still = Q(standing=Decision.Standing.PENDING, undo_until__gt=Now())
    return standing.order_by("-created_at").values(
        row=JSONObject(
            id="id", verb="verb", disposition="disposition", user="user_id", name="user__name",
            undoable=ExpressionWrapper(open_still, output_field=BooleanField()),
        )
    )  # fmt: skip
