"""The database engine of the settings; Django looks for it under this name."""

import re
import select
from functools import lru_cache
from itertools import count
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from psycopg import RawCursor
from psycopg.types.numeric import Int8


class DatabaseOperations(PostgresOperations):
    """What was asked, for whoever counts statements: a statement whose plan is kept is sent without its text."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """The statement with its values in it."""
        if isinstance(cursor, KeepingCursor):
            return str(self.compose_sql(sql, params))
        asked: str = super().last_executed_query(cursor, sql, params)
        return asked


class DatabaseWrapper(base.DatabaseWrapper):
    """Django asks each kept connection `SELECT 1` before the first statement of every request.

    A server that ended has closed its end of the line, and that the system tells without a round trip.
    """

    ops_class = DatabaseOperations

    def is_usable(self) -> bool:
        """Whether statements can be sent; after an error, or when something came unasked, the server is asked."""
        if self.connection is None or self.connection.closed:
            return False
        if self.errors_occurred or _speaks(self.connection.fileno()):
            return super().is_usable()
        return True

    def keeping_cursor(self) -> Any:
        """A cursor whose statements the server plans once a connection: for those whose text is always the same.

        Literals in such a text are known to the plan, as an index over some rows needs; parameters are not.
        """
        if not self.settings_dict.get("KEEP_PLANS", True):
            return self.cursor()
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor = KeepingCursor(self.connection)
        return self._prepare_cursor(cursor)  # type: ignore[attr-defined]


class KeepingCursor(RawCursor[Any]):
    """Prepares what it executes, and nothing else on its connection is prepared."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """Whole numbers all have one type: each other one would be a plan of its own."""
        given = [Int8(one) if type(one) is int else one for one in params] if params else params
        self.connection.prepare_threshold = 0
        try:
            return super().execute(_numbered(query) if params else query, given, prepare=True)
        finally:
            self.connection.prepare_threshold = None


@lru_cache(maxsize=256)
def _numbered(sql: str) -> str:
    """The text as the server reads it; psycopg does the same anew each time when a text is longer than 4 KB."""
    numbers = count(1)
    return re.sub("%[s%]", lambda found: "%" if found[0] == "%%" else f"${next(numbers)}", sql)


def _speaks(line: int) -> bool:
    """Has the other end sent something, or hung up?"""
    asked = select.poll()
    asked.register(line, select.POLLIN)
    return bool(asked.poll(0))
