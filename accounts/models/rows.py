"""Rows of a ready-made statement as objects of a model.

`Model.objects.raw` finds out anew each time which column is which field: for a case, twice the processor time of
reading it.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


def columns(model: type[Model], alias: str) -> str:
    """Every column of `model` as `made` expects them, for a SELECT from its table under `alias`."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def made(model: type[M], row: Sequence[Any]) -> M:
    """The object of one row of `columns`; further values in the row are left alone."""
    names = _names(model)
    values = list(row[: len(names)])
    for index, read in _readers(model):
        values[index] = read(values[index], None, connection)
    return model.from_db(connection.alias, names, values)


@cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _readers(model: type[Model]) -> list[tuple[int, Callable[..., Any]]]:
    """What turns a column's value into the field's: JSON, most of all."""
    fields = enumerate(model._meta.concrete_fields)
    return [(index, read) for index, field in fields for read in field.get_db_converters(connection)]
