"""Writing to the ledger and around it."""

import uuid
from typing import Any

from django.db import connection

from accounts.choices import EventKind
from accounts.ledger import record


def tell(stream: uuid.UUID, times: int = 1) -> None:
    """Append so many events."""
    for n in range(times):
        record(stream, kind=EventKind.SIGNED_IN, actor=None, n=n)


def run(sql: str, *params: Any) -> int:
    """Run SQL as it stands; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)
