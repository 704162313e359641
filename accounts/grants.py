"""Reading people and AI agents with what they may do."""

import json
from typing import Any, TypeVar, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject, Now

from accounts.models import AIAgent, Grant, User
from accounts.models.rows import columns, made
from accounts.models.sql import keeping_plans

P = TypeVar("P", bound=Model)

GRANT_ROWS = """(
  SELECT coalesce(json_agg(json_build_object(
           'role', r.slug, 'capabilities', r.capabilities, 'client', g.client_id, 'queues', g.queues,
           'max_tier', g.max_tier, 'role_tier', r.max_tier, 'cells', r.cells)), '[]')
  FROM accounts_grant g JOIN accounts_role r ON r.id = g.role_id
  WHERE g.user_id = u.id AND g.valid_from <= statement_timestamp()
    AND (g.valid_to IS NULL OR g.valid_to > statement_timestamp())
)::text"""
"""The grants in force of the row `u` of accounts_user, as JSON."""

_PERSON = f"""
SELECT {columns(User, "u")}, {GRANT_ROWS} FROM accounts_user u WHERE u.is_active AND u.id = %s
"""  # noqa: S608 - columns of ours
"""`with_grants` of one active person, ready-made."""


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
                cells="role__cells",
            )
        )
    )


def with_grants(people: QuerySet[P, P]) -> QuerySet[P, P]:
    """Annotate users or agents with `grant_rows`: a list of JSON objects, read by accounts.permissions."""
    outer = "agent" if people.model is AIAgent else "user"
    annotated: Any = people.annotate(grant_rows=ArraySubquery(_live_grants(outer)))
    return cast("QuerySet[P, P]", annotated)


def person_with_grants(pk: Any) -> User | None:
    """An active person with `grant_rows`, by the statement that every request begins with; made once, not each time."""
    with keeping_plans() as cursor:
        cursor.execute(_PERSON, [User._meta.pk.to_python(pk)])
        row = cursor.fetchone()
    if row is None:
        return None
    person: Any = made(User, row)
    person.grant_rows = json.loads(row[-1])
    return cast(User, person)


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
