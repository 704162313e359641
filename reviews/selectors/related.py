"""A case and everything beside it by one ready-made statement.

The two statements that every decision needs are written once: putting them together from querysets costs 12 to 18 ms of
processor time a request, running them half of one. What lies beside the case comes as one JSON object, and rows behind
foreign keys as subselects: planning a statement with ten joins takes PostgreSQL 15 ms.
"""

import json
from functools import lru_cache
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.models.rows import columns, made
from accounts.models.sql import keeping_plans
from escalations.errors import NotVisible
from escalations.models import Case, PolicyVersion
from escalations.permissions import may_see
from escalations.selectors.cases import named
from escalations.selectors.configuration import STAMP, configuration

Wanted = dict[str, tuple[str, ...]]
"""Columns by the name of the foreign key they lie behind."""

NAMED = {"pk": "c.id", "ref": "c.ref"}


def statement(wanted: Wanted, **beside: str) -> str:
    """SELECT of a case `c`, of `wanted` columns behind its foreign keys, and of the subselects `beside`. With the
    holder wanted, the reader's id is the first parameter.
    """
    parts = [f"'{name}', ({_behind(name, kept)})" for name, kept in wanted.items()]
    parts += [f"'{name}', ({sql})" for name, sql in ({"stamp": STAMP} | beside).items()]
    return f"SELECT {columns(Case, 'c')}, json_build_object({', '.join(parts)})::text FROM escalations_case c"  # noqa: S608


def read_case(
    actor: User, ref: str | UUID, sql: str, params: list[Any], wanted: Wanted, spot: str = ""
) -> tuple[Case, dict[str, Any]]:
    """The case, with what it is judged by (escalations.selectors.configuration) and `wanted` behind its foreign keys,
    and what is beside it; `targets` are the queues it may be sent to, `settles` what each tier settles. NotVisible when
    there is none, or none for their eyes: told alike. `spot` is where its row lay a moment ago, if that is known.
    """
    reader = [actor.pk] if "holder" in wanted else []
    found = _found(sql, [*reader, *params], ref, spot)
    if found is None:
        raise NotVisible("There is no such case.")
    case = made(Case, found)
    beside: dict[str, Any] = json.loads(found[-1])
    judged_by = configuration(beside.pop("stamp"))
    for name, rows in judged_by.rows.items():
        Case._meta.get_field(name).set_cached_value(case, rows.get(getattr(case, f"{name}_id")))  # type: ignore[union-attr]
    Case._meta.get_field("policy").set_cached_value(case, _policy(case.policy_id))
    beside["targets"] = [one for one in judged_by.queues if one.tier >= case.tier and one.pk != case.queue_id]
    beside["settles"] = judged_by.settled_by(case.client_id)
    for name in wanted:
        row = _made(_model(name), beside.pop(name))
        if name == "holder" and case.holder_id == actor.pk:
            row = actor
        Case._meta.get_field(name).set_cached_value(case, row)  # type: ignore[union-attr]
    if not may_see(actor, case):
        raise NotVisible("There is no such case.")
    return case, beside


@lru_cache(maxsize=256)
def _policy(pk: int | None) -> PolicyVersion | None:
    """A version that was ever in force never changes (the database sees to it), so each process reads it once."""
    return PolicyVersion.objects.only("number", "digest").get(pk=pk) if pk else None


def _found(sql: str, params: list[Any], ref: str | UUID, spot: str) -> Any:
    """The row: where it lay, one block away, or else wherever it is now."""
    ((lookup, value),) = named(ref).items()
    with keeping_plans() as cursor:
        if spot:
            cursor.execute(f"{sql} WHERE c.ctid = %s::tid AND {NAMED[lookup]} = %s", [*params, spot, value])
            if found := cursor.fetchone():
                return found
        cursor.execute(f"{sql} WHERE {NAMED[lookup]} = %s", [*params, value])
        return cursor.fetchone()


def _behind(name: str, columns: tuple[str, ...]) -> str:
    pairs = ", ".join(f"'{column}', x.{column}" for column in ("id", *columns))
    table, key = _model(name)._meta.db_table, f"{name}_id"
    # whoever reads what they hold themselves is known; not asked of `x`, so that nothing is read to find it out
    other = " AND c.holder_id <> %s" if name == "holder" else ""
    return f"SELECT json_build_object({pairs}) FROM {table} x WHERE x.id = c.{key}{other}"  # noqa: S608


def _made(model: Any, row: dict[str, Any] | None) -> Any:
    """An object with the columns that were asked for; any other is deferred."""
    if row is None:
        return None
    columns = [field.attname for field in model._meta.concrete_fields if field.attname in row]
    return model.from_db("default", columns, [row[column] for column in columns])


def _model(name: str) -> Any:
    return Case._meta.get_field(name).related_model
