"""Keeping the count of waiting cases short: many signed changes become one."""

from django.db import connection

BATCH = 20_000

FOLD = """
WITH taken AS (
  DELETE FROM escalations_backlog WHERE id IN
    (SELECT id FROM escalations_backlog ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
  RETURNING queue_id, client_id, severity, n)
INSERT INTO escalations_backlog (queue_id, client_id, severity, n)
SELECT queue_id, client_id, severity, sum(n) FROM taken GROUP BY queue_id, client_id, severity HAVING sum(n) <> 0
"""


def fold_backlog() -> None:
    """Replace the rows there are by one per queue, client and severity, in one statement: no reader ever sees a
    wrong sum, and two folders at once take different rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(FOLD, [BATCH])
