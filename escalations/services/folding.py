"""Keeping the count of waiting cases short: many signed changes become one."""

from django.db import connection

BATCH = 20_000

KIND = "queue_id, client_id, case_type_id, state, tier, severity, senior_only"

FOLD = f"""
WITH taken AS (
  DELETE FROM escalations_backlog WHERE ctid = ANY
    (ARRAY(SELECT ctid FROM escalations_backlog LIMIT %s FOR UPDATE SKIP LOCKED))
  RETURNING {KIND}, n)
INSERT INTO escalations_backlog ({KIND}, n)
SELECT {KIND}, sum(n) FROM taken GROUP BY {KIND} HAVING sum(n) <> 0
"""  # noqa: S608 - names of columns


def fold_backlog() -> None:
    """Replace the rows there are by one a kind, in one statement: no reader ever sees a wrong sum, and two folders
    at once take different rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(FOLD, [BATCH])
