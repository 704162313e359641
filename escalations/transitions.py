"""The one door for a case's state: one conditional UPDATE and one ledger event, in one statement."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.sql import UpdateQuery

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.ledger.write import body_of
from escalations.choices import CaseState as S
from escalations.errors import Stale
from escalations.models import Case

WAITING = (S.QUEUED, S.CLAIMED, S.ON_HOLD, S.SNOOZED)

MOVES: dict[str, tuple[tuple[str, ...], str | None]] = {
    # event: (states it may start from, the state it ends in; None keeps the state)
    EventKind.CASE_TRIAGING: ((S.RECEIVED, S.TRIAGING), S.TRIAGING),
    EventKind.CASE_AUTO_RESOLVED: ((S.TRIAGING,), S.AUTO_RESOLVED),
    EventKind.CASE_ROUTED: ((S.RECEIVED, S.TRIAGING, S.WITH_AI, S.AUTO_RESOLVED), S.QUEUED),
    EventKind.CASE_TRIAGED: ((S.QUEUED, S.CLAIMED, S.ON_HOLD, S.SNOOZED), None),  # scored again while it waits
    EventKind.CASE_MESSAGE: (tuple(S), None),
    EventKind.CASE_CLAIMED: ((S.QUEUED,), S.CLAIMED),
    EventKind.CASE_TAKEN_OVER: ((S.CLAIMED,), S.CLAIMED),
    EventKind.CASE_RELEASED: ((S.CLAIMED,), S.QUEUED),
    EventKind.CASE_SKIPPED: ((S.CLAIMED,), S.QUEUED),
    EventKind.CASE_LEASE_EXPIRED: ((S.CLAIMED,), S.QUEUED),
    EventKind.CASE_DECIDED: ((S.CLAIMED,), S.RESOLVED),
    EventKind.CASE_ESCALATED: ((S.CLAIMED,), S.QUEUED),
    EventKind.CASE_HELD: ((S.CLAIMED,), S.ON_HOLD),
    EventKind.CASE_INFO_REQUESTED: ((S.CLAIMED,), S.ON_HOLD),
    EventKind.CASE_SNOOZED: ((S.CLAIMED,), S.SNOOZED),
    EventKind.CASE_RETURNED_TO_AI: ((S.CLAIMED,), S.WITH_AI),
    EventKind.CASE_WOKEN: ((S.ON_HOLD, S.SNOOZED, S.WITH_AI), S.QUEUED),
    EventKind.CASE_UNDONE: ((S.RESOLVED, S.QUEUED, S.ON_HOLD, S.SNOOZED, S.WITH_AI), S.CLAIMED),
    EventKind.CASE_CLOSED: ((S.RESOLVED, S.AUTO_RESOLVED), S.CLOSED),
    EventKind.CASE_REOPENED: ((S.AUTO_RESOLVED, S.RESOLVED, S.CLOSED), S.QUEUED),
    EventKind.CASE_FLAGGED: ((S.AUTO_RESOLVED, S.CLOSED), S.QUEUED),
}

NOT_HELD: dict[str, Any] = {"holder": None, "lease_until": None, "reserved_by": None, "reserved_until": None}


@dataclass(frozen=True, slots=True)
class Moved:
    """A case that moved: its id, its new version and its claim token."""

    id: uuid.UUID
    version: int
    claim_token: int


def move(
    cases: QuerySet[Case], kind: str, *, actor: Actor, data: Mapping[str, Any], **changes: Any
) -> Moved:
    """Move the one case in `cases` (a queryset that also states what must still hold) and record it.

    Raises Stale when the case is no longer in a state the move starts from, or the condition fails: somebody was
    first. A case that leaves `claimed` loses its holder and lease. Runs inside the caller's transaction.
    """
    moved = move_all(cases, kind, actor=actor, data=data, **changes)
    if not moved:
        raise Stale("The case has changed since you looked at it.")
    return moved[0]


def move_all(
    cases: QuerySet[Case], kind: str, *, actor: Actor, data: Mapping[str, Any], **changes: Any
) -> list[Moved]:
    """The same for every case in `cases` that can make the move; none is no error."""
    sources, target = MOVES[kind]
    if target is not None:
        changes["state"] = target
        if target != S.CLAIMED:
            changes = NOT_HELD | changes
    changes["version"] = F("version") + 1
    update, params = _update_sql(cases.filter(state__in=sources), changes)
    body = body_of(kind=kind, actor=actor, data=data)
    statement = (
        f"WITH moved AS ({update} RETURNING id, version, claim_token), "  # noqa: S608 - built by Django's compiler
        "told AS (INSERT INTO accounts_event (id, stream, version, body) "
        "SELECT gen_random_uuid(), id, version, %s FROM moved ORDER BY id) SELECT id, version, claim_token FROM moved"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, body])
        return [Moved(*row) for row in cursor.fetchall()]


def _update_sql(cases: QuerySet[Case], changes: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
    query = cases.order_by().query.chain(UpdateQuery)
    query.add_update_values(changes)
    sql, params = query.get_compiler(connection=connection).as_sql()
    return sql, tuple(params)
