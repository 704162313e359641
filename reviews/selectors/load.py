"""How much work a person has in hand and how much more fits, in work units (`Case.effort`)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from accounts.models import User
from accounts.models.sql import NONE, Which

ANYTHING = 32767
"""The room of whoever holds nothing: even a case that is larger than their capacity, or nobody could take it."""

ROOM = f"""
SELECT CASE WHEN count(*) = 0 THEN {ANYTHING} ELSE %s - sum(c.effort) END
FROM escalations_hold h JOIN escalations_case c ON c.id = h.case_id
WHERE h.holder_id = %s AND h.case_id <> ALL (%s::uuid[])
  AND c.state = 'claimed' AND c.lease_until > statement_timestamp()
"""  # noqa: S608 - a constant


def capacity_of(person: User) -> int:
    """Work units at once: their own number, or everybody's."""
    return settings.HANDRAIL_MAX_CLAIMS if person.capacity is None else person.capacity


def fitting(cases: Which, person: User, but: Sequence[UUID] = ()) -> Which:
    """Those of `cases` that `person` has room for beside what they hold, leaving out `but`."""
    if capacity_of(person) == 0:
        return NONE
    return cases.also(f'"effort" <= ({ROOM})', _given(person, but))


def room_of(person: User, but: Sequence[UUID] = ()) -> int:
    """The work units that still fit; ANYTHING when they hold nothing, 0 or less when they are full."""
    if capacity_of(person) == 0:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(ROOM, _given(person, but))
        return int(cursor.fetchone()[0])


def _given(person: User, but: Sequence[UUID]) -> list[Any]:
    return [capacity_of(person), person.pk, list(but)]
