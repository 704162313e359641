"""Do the tables of waiting and held cases say what the cases themselves say?"""

from uuid import UUID

from django.db import connection

from escalations.models import Waiting

COLUMNS = ", ".join(
    field.column for field in Waiting._meta.concrete_fields if not field.primary_key and field.column
)

MISPLACED = f"""
SELECT coalesce(c.id, w.case_id) FROM (SELECT id, {COLUMNS} FROM escalations_case WHERE state = 'queued') c
FULL JOIN (SELECT case_id, {COLUMNS} FROM escalations_waiting) w ON w.case_id = c.id WHERE c IS DISTINCT FROM w
UNION ALL
SELECT coalesce(c.id, h.case_id) FROM (SELECT id, holder_id FROM escalations_case WHERE state = 'claimed') c
FULL JOIN (SELECT case_id, holder_id FROM escalations_hold) h ON h.case_id = c.id WHERE c IS DISTINCT FROM h
"""  # noqa: S608 - our own columns


def misplaced() -> list[UUID]:
    """Cases that do not stand where their state says, or stand there with other values. Reads all: for checks."""
    with connection.cursor() as cursor:
        cursor.execute(MISPLACED)
        return [case for (case,) in cursor.fetchall()]
