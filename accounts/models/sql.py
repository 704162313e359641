"""Parts of statements that Django's compiler would write anew for each request: values, assignments, conditions.

Only the text of an expression is kept; values are looked at, and given to the database as parameters, each time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django.db.models.functions import Now
from django.db.models.sql import UpdateQuery

KEPT = 512
"""Expressions that a process keeps, of a few hundred bytes each."""

NOW = Now()


@dataclass(frozen=True, slots=True)
class Which:
    """The rows of one table that a condition holds for: SQL over the table's own columns, positional parameters."""

    sql: str
    params: tuple[Any, ...] = ()

    def also(self, sql: str, params: Iterable[Any] = ()) -> "Which":
        """Those of them for which this holds too; a condition with OR goes in brackets."""
        return self if self is NONE else Which(f"{self.sql} AND {sql}", (*self.params, *params))


NONE = Which("false")
"""No row at all; nobody need ask the database."""


def keeping_plans() -> Any:
    """A cursor for statements whose text is always the same; see `config.database`."""
    engine: Any = connection
    return engine.keeping_cursor()


@cache
def from_now(seconds: int) -> Any:
    """The database's time so many seconds from when the statement runs; one object, so that it is rendered once."""
    return NOW + timedelta(seconds=seconds)


def assignments(model: type[Model], changes: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The SET of an UPDATE of `model`: values, objects behind foreign keys, or expressions by the field's name."""
    parts: list[str] = []
    params: list[Any] = []
    for name, value in changes.items():
        field: Any = model._meta.get_field(name)
        if not hasattr(value, "resolve_expression") and hasattr(value, "prepare_database_save"):
            value = value.prepare_database_save(field)
        sql, args = written(field, value)
        parts.append(f'"{field.column}" = {sql}')
        params.extend(args)
    return ", ".join(parts), params


def values_of(row: Model) -> tuple[str, str, list[Any]]:
    """Columns, SQL of the values, and parameters that insert an unsaved `row`; a key from a sequence is left out."""
    columns: list[str] = []
    parts: list[str] = []
    params: list[Any] = []
    for field in row._meta.concrete_fields:
        if field.primary_key and row.pk is None:
            continue
        sql, args = written(field, field.pre_save(row, add=True))
        columns.append(f'"{field.column}"')
        parts.append(sql)
        params.extend(args)
    return ", ".join(columns), ", ".join(parts), params


def written(field: "Field[Any, Any]", value: Any) -> tuple[str, Iterable[Any]]:
    """SQL and parameters of `value`, plain or an expression, as `field` stores it."""
    if hasattr(value, "resolve_expression"):
        return _rendered(field.model, value)
    mark = field.get_placeholder(value, None, connection) if hasattr(field, "get_placeholder") else "%s"
    return mark, (field.get_db_prep_save(value, connection),)


@lru_cache(maxsize=KEPT)
def _rendered(model: type[Model], expression: Any) -> tuple[str, tuple[Any, ...]]:
    """An expression over the columns of `model`. Two that differ in any value are two: no text serves for both."""
    query = UpdateQuery(model)
    resolved = expression.resolve_expression(query, allow_joins=False, for_save=True)
    sql, params = query.get_compiler(connection=connection).compile(resolved)
    return sql, tuple(params)
