"""What cases are judged by and that hardly ever changes: read once by each process, and anew when its stamp is new.

A statement about a case reads the stamp beside it (one block, in the same snapshot) instead of queue, type, client,
agent and tier rules; `configuration` then answers from memory.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import AIAgent, Client
from accounts.models.sql import keeping_plans
from escalations.models import CaseType, Queue

STAMP = "SELECT s.value FROM escalations_stamp s"

KEPT: dict[str, tuple[Any, tuple[str, ...]]] = {
    "client": (Client, ("name",)),
    "case_type": (
        CaseType,
        ("name", "mode", "labels", "rules", "dispositions", "guidance", "undo_seconds", "sla_minutes"),
    ),
    "queue": (Queue, ("slug", "name", "tier")),
    "agent": (AIAgent, ("name", "version", "tools")),
}
"""By the name of a case's foreign key: the model behind it and the columns that are read; others are deferred."""

SETTLES = """
SELECT json_agg(json_build_array(r.client_id, r.number, r.authority::text) ORDER BY r.client_id NULLS FIRST)
FROM escalations_tierrule r
"""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Rows by foreign key and id, shared by all who ask: not to be changed. `queues` are in order of tier and name;
    `settles` are (client or None, tier, largest amount or None), what a client has of its own last.
    """

    stamp: str
    rows: dict[str, dict[int, Any]]
    queues: tuple[Queue, ...]
    settles: tuple[tuple[int | None, int, Decimal | None], ...]

    def settled_by(self, client: int) -> dict[int, Decimal | None]:
        """The largest amount (None: any) that each tier settles for `client`."""
        return {tier: most for whose, tier, most in self.settles if whose in (None, client)}


def configuration(stamp: str | None) -> Configuration:
    """The configuration under `stamp`, or a newer one; None: the newest."""
    for kept in _kept:
        if kept.stamp == stamp:
            return kept
    found = _read()
    _kept[:] = [found]
    return found


_kept: list[Configuration] = []


def _read() -> Configuration:
    with keeping_plans() as cursor:
        cursor.execute(_SQL)
        found: dict[str, Any] = json.loads(cursor.fetchone()[0])
    rows = {name: _made(model, found[name] or ()) for name, (model, _) in KEPT.items()}
    settles = tuple(
        (client, tier, Decimal(most) if most else None) for client, tier, most in found["settles"] or ()
    )
    return Configuration(found["stamp"] or "", rows, tuple(rows["queue"].values()), settles)


def _made(model: Any, rows: Iterable[dict[str, Any]]) -> dict[int, Any]:
    """Objects by id, in order; Django expects columns in the order of its fields."""
    made = {}
    for row in rows:
        names = [field.attname for field in model._meta.concrete_fields if field.attname in row]
        made[row["id"]] = model.from_db("default", names, [row[name] for name in names])
    return made


def _all(model: Any, columns: tuple[str, ...]) -> str:
    pairs = ", ".join(f"'{column}', x.{column}" for column in ("id", *columns))
    order = "x.tier, x.name" if model is Queue else "x.id"
    return f"SELECT json_agg(json_build_object({pairs}) ORDER BY {order}) FROM {model._meta.db_table} x"  # noqa: S608


_PARTS = {name: _all(*kept) for name, kept in KEPT.items()} | {"stamp": STAMP, "settles": SETTLES}
_PAIRS = ", ".join(f"'{name}', ({sql})" for name, sql in _PARTS.items())
_SQL = f"SELECT json_build_object({_PAIRS})::text"
