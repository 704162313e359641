"""What the application's own database role may do: everything but change the ledger (safety 3.2, layer 1)."""

from collections.abc import Iterable, Iterator

from django.db import connection

LEDGER = ("accounts_event", "accounts_head")
CHOSEN = "id, stream, version, body"
"""The columns of an event that a writer chooses; order, time, hash and copies are the database's."""


def ledger_rights(role: str, tables: Iterable[str]) -> Iterator[str]:
    """The statements that let `role` run the application on `tables` (all of them) without owning them."""
    name = connection.ops.quote_name(role)
    yield f"GRANT USAGE ON SCHEMA public TO {name}"
    yield f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {name}"
    for table in sorted(tables):
        if table not in LEDGER:
            yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {connection.ops.quote_name(table)} TO {name}"
    for table in LEDGER:
        yield f"REVOKE ALL ON {table} FROM {name}, PUBLIC"
        yield f"GRANT SELECT ON {table} TO {name}"
    yield f"GRANT INSERT ({CHOSEN}) ON accounts_event TO {name}"
