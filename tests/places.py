"""Do the tables of waiting and held cases say what the cases do? In SQL: asked also of what runs in other processes."""

from uuid import UUID

from django.db import connection

MISPLACED = """
SELECT coalesce(c.id, w.case_id) FROM (SELECT * FROM escalations_case WHERE state = 'queued') c
FULL JOIN escalations_waiting w ON w.case_id = c.id
WHERE c.id IS NULL OR w.case_id IS NULL OR EXISTS (
  SELECT 1 FROM jsonb_each(to_jsonb(w) - 'case_id') kept WHERE to_jsonb(c) -> kept.key IS DISTINCT FROM kept.value)
UNION ALL
SELECT coalesce(c.id, h.case_id) FROM (SELECT id, holder_id FROM escalations_case WHERE state = 'claimed') c
FULL JOIN (SELECT case_id, holder_id FROM escalations_hold) h ON h.case_id = c.id WHERE c IS DISTINCT FROM h
"""


def misplaced() -> list[UUID]:
    """Cases that do not stand where their state says, or stand there with other values. Reads all."""
    with connection.cursor() as cursor:
        cursor.execute(MISPLACED)
        return [case for (case,) in cursor.fetchall()]
