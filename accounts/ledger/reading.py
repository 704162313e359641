"""Reading the whole ledger for checking: one snapshot, streamed."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from accounts.ledger.verify import Fault, Line, faults

CHUNK = 5000

LINES = "SELECT stream, seq, version, at, body, prev, hash FROM accounts_event ORDER BY stream, seq"

COPIES = """
SELECT stream, seq FROM (
  SELECT stream, seq, kind, actor_kind, actor_id, data, convert_from(body, 'UTF8')::jsonb AS said FROM accounts_event
) e WHERE (kind, actor_kind, actor_id, data) IS DISTINCT FROM
  (said ->> 'kind', said -> 'actor' ->> 'kind', said -> 'actor' ->> 'id', said -> 'data')
ORDER BY stream, seq
"""
"""Rows whose columns for searching say something else than the body that was hashed."""


def ledger_faults() -> Iterator[Fault]:
    """The first fault of every bad stream, then rows whose searchable columns were changed. Nothing is written.

    About 100,000 events in a few seconds; memory grows with the number of streams, not of events.
    """
    with _snapshot():
        with connection.cursor() as cursor:
            cursor.execute("SELECT stream, seq, hash FROM accounts_head")
            heads: dict[UUID, tuple[int, bytes]] = {s: (n, bytes(h)) for s, n, h in cursor.fetchall()}
        yield from faults(_lines(), heads)
        with connection.cursor() as cursor:
            cursor.execute(COPIES)
            for stream, seq in cursor.fetchall():
                yield Fault(stream, seq, "its searchable columns are not what was hashed")


def event_count() -> int:
    """How many events there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_event")
        return int(cursor.fetchone()[0])


@contextmanager
def _snapshot() -> Iterator[None]:
    """One state of the ledger for every statement inside, without the usual time limit."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def _lines() -> Iterator[Line]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(LINES)
        while rows := cursor.fetchmany(CHUNK):
            for stream, seq, version, at, body, prev, digest in rows:
                yield Line(stream, seq, version, at, bytes(body), bytes(prev), bytes(digest))
