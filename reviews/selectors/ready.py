"""Statements that Django puts together once for everybody with the same grants, not anew for each request.

Whoever may see what is written down as querysets; turning those of a page into SQL takes 20 ms of processor time,
running them two. What is kept is the statement for some person with these very grants: other grants, another
statement. The person and the beginning of their day are filled in when it runs.
"""

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from accounts.grants import grant_rows_of
from accounts.models import User

KEPT = 512
"""Statements of one kind that a process keeps, of a few kilobytes each."""

SOMEBODY = -918_273_645
SINCE = datetime.max.replace(tzinfo=UTC)
"""Stand in for the person and for the beginning of their day while a statement is put together."""


class Ready(NamedTuple):
    """SQL and its parameters."""

    sql: str
    params: tuple[Any, ...]


def grants_of(actor: User) -> str:
    """The grants in force and the skills, as the key under which a statement is kept."""
    return json.dumps([grant_rows_of(actor), actor.skills], sort_keys=True)


def somebody(grants: str) -> User:
    """A person who holds `grants`, to put a statement together for."""
    person: Any = User(pk=SOMEBODY)
    person.grant_rows, person.skills = json.loads(grants)
    return person  # type: ignore[no-any-return]


def ready(rows: QuerySet[Any, Any]) -> Ready | None:
    """The statement of `rows`; None when no row can ever match."""
    try:
        return Ready(*rows.query.sql_with_params())
    except EmptyResultSet:
        return None


def fetch(made: Ready | None, actor: User, since: datetime = SINCE) -> list[tuple[Any, ...]]:
    """What the statement finds for `actor`, whose day began at `since`."""
    if made is None:
        return []
    given = [actor.pk if one == SOMEBODY else since if one == SINCE else one for one in made.params]
    with connection.cursor() as cursor:
        cursor.execute(made.sql, given)
        return list(cursor.fetchall())
