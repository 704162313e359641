"""The one door for a case's state: one conditional UPDATE and one ledger event, in one statement."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Model, QuerySet
from django.db.models.sql import UpdateQuery

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.hints import hint
from accounts.ledger.write import body_of
from accounts.models import User
from accounts.models.sql import NONE, Which, assignments, keeping_plans, values_of
from escalations.choices import CaseState as S
from escalations.errors import Stale
from escalations.models import Case
from escalations.planting import shown_id

WAITING = (S.QUEUED, S.CLAIMED, S.ON_HOLD, S.SNOOZED)

MOVES: dict[str, tuple[tuple[str, ...], str | None]] = {
    # event: (states it may start from, the state it ends in; None keeps the state)
    EventKind.CASE_TRIAGING: ((S.RECEIVED, S.TRIAGING), S.TRIAGING),
    EventKind.CASE_AUTO_RESOLVED: ((S.TRIAGING,), S.AUTO_RESOLVED),
    EventKind.CASE_ROUTED: ((S.RECEIVED, S.TRIAGING, S.WITH_AI, S.AUTO_RESOLVED), S.QUEUED),
    EventKind.CASE_TRIAGED: (
        (S.QUEUED, S.CLAIMED, S.ON_HOLD, S.SNOOZED),
        None,
    ),  # scored again while it waits
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
    EventKind.CASE_RAISED: ((S.QUEUED, S.CLAIMED, S.SNOOZED), S.QUEUED),  # R048: its tier's time is over
    EventKind.CASE_MOVED: ((S.QUEUED, S.CLAIMED), S.QUEUED),
    EventKind.CASE_REFILED: ((S.ON_HOLD, S.SNOOZED), None),
    EventKind.CASE_ASSIGNED: ((S.QUEUED, S.CLAIMED), S.QUEUED),  # kept for one person until they open it
    EventKind.CASE_OFFERED: ((S.QUEUED,), None),
    EventKind.CASE_OFFER_LAPSED: ((S.QUEUED,), None),
    EventKind.CASE_UNROUTABLE: ((S.QUEUED,), None),
    EventKind.CASE_ROUTABLE: ((S.QUEUED,), None),
    EventKind.CASE_UNDONE: ((S.RESOLVED, S.QUEUED, S.ON_HOLD, S.SNOOZED, S.WITH_AI), S.CLAIMED),
    EventKind.CASE_CLOSED: ((S.RESOLVED, S.AUTO_RESOLVED), S.CLOSED),
    EventKind.CASE_REOPENED: ((S.AUTO_RESOLVED, S.RESOLVED, S.CLOSED), S.QUEUED),
    EventKind.CASE_FLAGGED: ((S.AUTO_RESOLVED, S.CLOSED), S.QUEUED),
    # R094: a planted case ends for good, wherever it was sent
    EventKind.PLANT_ANSWERED: ((S.RESOLVED, S.QUEUED, S.ON_HOLD, S.SNOOZED, S.WITH_AI), S.CLOSED),
    EventKind.PLANT_WITHDRAWN: ((S.RESOLVED, S.QUEUED, S.ON_HOLD, S.SNOOZED, S.WITH_AI), S.CLOSED),
}

NEXT_VERSION = F("version") + 1
NOT_HELD: dict[str, Any] = {"holder": None, "lease_until": None, "reserved_by": None, "reserved_until": None}


RETURNED = "id, version, claim_token, ref, lease_until"
WHERE_NOW = "queue_id, holder_id, reserved_by_id"
"""Whom a move is hinted to."""
SPOT = "ctid::text AS spot"
FROM_OUTSIDE = (EventKind.CASE_ROUTED, EventKind.CASE_REOPENED, EventKind.CASE_FLAGGED)
"""Moves into a queue that leave none."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A case that moved: its id, new version, claim token, reference, the end of its lease if it is held, and where
    its row lies until it changes again.
    """

    id: uuid.UUID
    version: int
    claim_token: int
    ref: str
    lease_until: datetime | None
    spot: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Write:
    """A statement that travels with a move. Its SQL may read `moved`; it must do nothing when `moved` is
    empty.
    """

    sql: str
    params: tuple[Any, ...] = ()


def inserting(row: Model) -> Write:
    """INSERT of an unsaved `row`, once for the case that moved and not at all when none did."""
    columns, values, params = values_of(row)
    into = f"{row._meta.db_table} ({columns})"
    return Write(f"INSERT INTO {into} SELECT {values} FROM moved", tuple(params))  # noqa: S608 - columns of ours


def move(
    cases: QuerySet[Case] | Which, kind: str, *, actor: Actor, data: Mapping[str, Any], also: Sequence[Write] = (),
    **changes: Any,
) -> Moved:  # fmt: skip
    """Move the one case in `cases` (which also state what must still hold) and record it. `cases` are a queryset, or
    a condition in SQL where a move is made so often that writing its statement anew would cost more than running it.

    Raises Stale when the case is no longer in a state the move starts from, or the condition fails:
    somebody was first. A case that leaves `claimed` loses its holder and lease. Runs inside the caller's
    transaction.
    `also` are writes that belong to the move and spare their own round trips.
    """
    moved = move_all(cases, kind, actor=actor, data=data, also=also, **changes)
    if not moved:
        raise Stale("The case has changed since you looked at it.")
    return moved[0]


def move_all(
    cases: QuerySet[Case] | Which, kind: str, *, actor: Actor, data: Mapping[str, Any], also: Sequence[Write] = (),
    **changes: Any,
) -> list[Moved]:  # fmt: skip
    """The same for every case in `cases` that can make the move; none is no error."""
    sources, target = MOVES[kind]
    if target is not None:
        changes["state"] = target
        if target != S.CLAIMED:
            changes = NOT_HELD | changes
    changes["version"] = NEXT_VERSION
    try:
        update, params = _update_sql(cases, changes, sources)
    except EmptyResultSet:  # the condition can hold for no case at all
        return []
    body = body_of(kind=kind, actor=actor, data=data)
    more = "".join(f", also_{number} AS ({write.sql})" for number, write in enumerate(also))
    statement = (
        f"WITH moved AS ({update} RETURNING {RETURNED}, {WHERE_NOW}, {SPOT}), "  # noqa: S608 - built by Django's compiler
        "told AS (INSERT INTO accounts_event (stream, version, body) "
        "SELECT id, version, %s FROM moved ORDER BY id)"
        f"{more} SELECT {RETURNED}, {WHERE_NOW}, spot FROM moved"
    )
    with keeping_plans() if isinstance(cases, Which) else connection.cursor() as cursor:
        cursor.execute(statement, [*params, body, *(value for write in also for value in write.params)])
        rows = cursor.fetchall()
    if rows:
        _hint(rows, actor, leaves="queue" in changes and kind not in FROM_OUTSIDE)
    return [Moved(*(*row[:5], row[-1])) for row in rows]


def _hint(rows: Sequence[tuple[Any, ...]], actor: Actor, *, leaves: bool) -> None:
    """Let the pages that show these cases know. Which queue a case has left is not asked: then all are told."""
    topics = {"board"} | ({"queue:*"} if leaves else set())
    if isinstance(actor, User):
        topics.add(f"me:{actor.pk}")
    for case, _, _, _, _, queue, holder, reserved, _ in rows:
        topics.add(f"case:{shown_id(case)}")
        topics.add(f"queue:{queue}")
        topics.update(f"me:{person}" for person in (holder, reserved) if person is not None)
    hint(*topics)


def touch(cases: QuerySet[Case] | Which, **changes: Any) -> list[Moved]:
    """Change columns that say nothing about where a case stands (lease, reservation): no new version, no
    event.

    The database refuses this for any column that does.
    """
    try:
        update, params = _update_sql(cases, changes)
    except EmptyResultSet:
        return []
    with keeping_plans() if isinstance(cases, Which) else connection.cursor() as cursor:
        cursor.execute(f"{update} RETURNING {RETURNED}", params)
        return [Moved(*row) for row in cursor.fetchall()]


def _update_sql(
    cases: QuerySet[Case] | Which, changes: Mapping[str, Any], sources: tuple[str, ...] = ()
) -> tuple[str, tuple[Any, ...]]:
    """The UPDATE of `cases` in one of the states `sources`, which are ours and part of the text: so a statement that
    is kept still finds the indexes of waiting cases.
    """
    if cases is NONE:
        raise EmptyResultSet
    if isinstance(cases, Which):
        if sources:
            states = ", ".join(f"'{state}'" for state in sources)
            cases = cases.also(f'"state" IN ({states})')
        values, params = assignments(Case, changes)
        return f'UPDATE "escalations_case" SET {values} WHERE {cases.sql}', (*params, *cases.params)  # noqa: S608
    if sources:
        cases = cases.filter(state__in=sources)
    query: Any = cases.order_by().query.chain(UpdateQuery)
    query.add_update_values(changes)
    sql, given = query.get_compiler(connection=connection).as_sql()
    return sql, tuple(given)
