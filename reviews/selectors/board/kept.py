"""The board's statements, put together once for every reader with the same grants and the same view.

Turning the querysets of a board into SQL takes several times the processor time of running it. What is kept is the
text for some person with these very grants: other grants or another view, another statement. Moments are filled in
when it runs.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from reviews.selectors.board.scope import Floor, View
from reviews.selectors.ready import KEPT, Ready, ready, somebody

SOME_TIME = datetime(9000, 1, 1, tzinfo=UTC)
"""Stands in for the board's time while a statement is put together; whatever is so long after is so long after that."""

Rows = QuerySet[Any, Any]


def rows_of(floor: Floor, asked: Callable[..., Rows], *given: Any) -> list[tuple[Any, ...]]:
    """The rows of `asked(floor, *given)`: a function that lives as long as the process and asks for nothing but what
    the floor's grants, view and time, and `given`, say. JSON comes as text.
    """
    statement = text_of(floor, asked, *given)
    if statement is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        return list(cursor.fetchall())


def text_of(floor: Floor, asked: Callable[..., Rows], *given: Any) -> Ready | None:
    """The same as SQL, to run it or to put it into another statement; None when no row can ever match."""
    made = _made(asked, floor.grants, floor.view, floor.team_client, given)
    return None if made is None else Ready(made.sql, tuple(_at(floor, one) for one in made.params))


@lru_cache(maxsize=KEPT)
def _made(
    asked: Callable[..., Rows], grants: str, view: View, team_client: int | None, given: tuple[Any, ...]
) -> Ready | None:
    floor = Floor(somebody(grants), view, SOME_TIME)
    floor.__dict__["team_client"] = team_client
    return ready(asked(floor, *given))


def _at(floor: Floor, one: Any) -> Any:
    """A parameter, its moments moved from SOME_TIME to the floor's."""
    if isinstance(one, datetime):
        return floor.now + (one - SOME_TIME)
    if isinstance(one, date):
        return floor.now.date() + (one - SOME_TIME.date())
    return one
