"""Many rows of many tables in one statement: what an intake writes crosses the wire once."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery

from accounts.actors import Actor
from accounts.ledger.write import event_insert


class Together:
    """Collects inserts and makes them at once: `WITH a AS (INSERT …), b AS (INSERT …) SELECT …`.

    Foreign keys among the rows must be known beforehand and deferrable, as Django's are. A conflict on any row
    undoes all, except in batches added with `skip_conflicts`.
    """

    def __init__(self) -> None:
        self._parts: list[tuple[str, Sequence[Any]]] = []

    def add(self, rows: Sequence[Model], *, skip_conflicts: bool = False) -> None:
        """Rows of one model; defaults and `auto_now_add` apply, other database-made values do not come back."""
        if not rows:
            return
        model = type(rows[0])
        query = InsertQuery(model, on_conflict=OnConflict.IGNORE if skip_conflicts else None)
        fields = [
            f for f in model._meta.concrete_fields if not f.generated and (not f.primary_key or rows[0].pk)
        ]
        query.insert_values(fields, list(rows))
        self._parts += query.get_compiler(connection=connection).as_sql()

    def tell(self, stream: Any, *, kind: str, actor: Actor, version: int, **data: Any) -> None:
        """The ledger event that belongs to the rows."""
        self._parts.append(event_insert(stream, kind=kind, actor=actor, version=version, data=data))

    def write(self) -> None:
        """Make them, inside the caller's transaction."""
        parts = ", ".join(f"w{i} AS ({sql})" for i, (sql, _) in enumerate(self._parts))
        params = [value for _, values in self._parts for value in values]
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {parts} SELECT 1", params)
