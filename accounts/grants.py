"""Reading people and AI agents with what they may do."""

from typing import Any, TypeVar, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject, Now

from accounts.models import AIAgent, Grant, User

P = TypeVar("P", bound=Model)


def _live_grants(outer: str) -> QuerySet[Grant, Any]:
    """Grants in force now, as JSON; the clock is the database's."""
    return (
        Grant.objects.filter(**{outer: OuterRef("pk")}, valid_from__lte=Now())
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=Now()))
        .values(
            row=JSONObject(
                role="role__slug",
                capabilities="role__capabilities",
                client="client_id",
                queues="queues",
                max_tier=F("max_tier"),
                role_tier="role__max_tier",
            )
        )
    )


def with_grants(people: QuerySet[P, P]) -> QuerySet[P, P]:
    """Annotate users or agents with `grant_rows`: a list of JSON objects, read by accounts.permissions."""
    outer = "agent" if people.model is AIAgent else "user"
    annotated: Any = people.annotate(grant_rows=ArraySubquery(_live_grants(outer)))
    return cast("QuerySet[P, P]", annotated)


def grant_rows_of(actor: User | AIAgent) -> list[dict[str, Any]]:
    """The actor's grants in force, from the annotation or, failing that, one query."""
    rows = getattr(actor, "grant_rows", None)  # not __dict__: a request's user is wrapped, to be loaded late
    if rows is None:
        rows = actor.grant_rows = _live_grants_of(actor)  # type: ignore[union-attr]
    return list(rows)


def _live_grants_of(actor: User | AIAgent) -> list[dict[str, Any]]:
    model: Any = actor.__class__
    found = with_grants(model.objects.filter(pk=actor.pk)).values_list("grant_rows", flat=True).first()
    return list(found or [])
