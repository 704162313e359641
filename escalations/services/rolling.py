"""Keeping the board's past short: hours of each person, days of each tier, arrivals, clusters (R104 to R106).

Each pass counts the last hours and days anew and puts them in the place of what was there, in one transaction, so
running it twice or late changes nothing; two at once: the second leaves it to the first.
"""

from datetime import datetime

from django.db import connection, transaction

from escalations import ageing, durations

TURN = 0x48524252  # the advisory lock of whoever rolls up
KEPT = "interval '60 days'"  # how far back hours and days are kept
FIRST = "interval '14 days'"  # how far back the very first pass looks

SINCE = f"""
SELECT date_trunc('hour', greatest(coalesce((SELECT max(hour) FROM escalations_personhour), now() - {FIRST}),
                                   now() - {FIRST}) - interval '1 hour', 'UTC'),
       greatest(coalesce((SELECT max(day) FROM escalations_tierday), (now() - {FIRST})::date), (now() - {FIRST})::date),
       date_trunc('hour', greatest(coalesce((SELECT max(hour) FROM escalations_arrivalhour), now() - {FIRST}),
                                   now() - interval '1 day') - interval '1 hour', 'UTC')
"""  # noqa: S608 - our own constants

PERSON_HOURS = f"""
INSERT INTO escalations_personhour (hour, client_id, queue_id, tier, user_id, n, kept, worked)
SELECT hour, client_id, queue_id, tier, user_id, sum(n), sum(kept), jsonb_object_agg(bucket, n) FROM (
  SELECT date_trunc('hour', c.closed_at, 'UTC') AS hour, c.client_id, c.queue_id, c.tier, d.user_id,
         {durations.SQL.format("d.created_at - c.claimed_at")} AS bucket,
         count(*) AS n, count(*) FILTER (WHERE d.verb = 'approve') AS kept
  FROM escalations_case c JOIN escalations_decision d
    ON d.case_id = c.id AND d.claim_token = c.claim_token AND d.standing <> 'undone' AND d.actor_kind = 'human'
  WHERE c.closed_at >= %s AND c.queue_id IS NOT NULL AND c.claimed_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
) counted GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608
"""What an hour's closed cases were decided by, and for how long they had been in that person's hands."""

TIER_DAYS = f"""
INSERT INTO escalations_tierday (day, client_id, queue_id, tier, n, took)
SELECT day, client_id, queue_id, tier, sum(n), jsonb_object_agg(bucket, n) FROM (
  SELECT (closed_at AT TIME ZONE 'UTC')::date AS day, client_id, queue_id, tier,
         {durations.SQL.format("resolved_at - created_at")} AS bucket, count(*) AS n
  FROM escalations_case
  WHERE closed_at >= (%s::date)::timestamp AT TIME ZONE 'UTC' AND queue_id IS NOT NULL AND claim_token > 0
    AND resolved_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5
) counted GROUP BY 1, 2, 3, 4
"""  # noqa: S608
"""Only what a person had in hand: what the AI settles takes seconds and would hide them."""

ARRIVALS = """
INSERT INTO escalations_arrivalhour (hour, client_id, queue_id, tier, severity, n, minutes)
SELECT date_trunc('hour', created_at, 'UTC'), client_id, queue_id, tier, severity, count(*),
       coalesce(sum(extract(epoch FROM due_at - created_at) / 60), 0)
FROM escalations_case
WHERE id >= (lpad(to_hex((extract(epoch FROM %s::timestamptz) * 1000)::bigint), 12, '0')
             || '00000000000000000000')::uuid AND created_at >= %s AND queue_id IS NOT NULL AND NOT is_planted(id)
GROUP BY 1, 2, 3, 4, 5
"""
"""Found by the key, which begins with the time (UUIDv7)."""

CLUSTERS = """
INSERT INTO escalations_cluster
  (client_id, queue_id, tier, senior_only, category, reason, n, risky, first_seen, counted_at)
SELECT client_id, queue_id, tier, senior_only, category, reason, count(*), count(*) FILTER (WHERE risk = 'high'),
       min(created_at), statement_timestamp()
FROM escalations_waiting, unnest(reason_codes) AS reason
WHERE category <> '' AND NOT is_planted(case_id) GROUP BY 1, 2, 3, 4, 5, 6
"""

BAND = ageing.SQL.format(row="escalations_waiting", now="%(now)s::timestamptz")

AGES = f"""
INSERT INTO escalations_agecount (client_id, queue_id, tier, senior_only, band, n, counted_at)
SELECT client_id, queue_id, tier, senior_only, {BAND}, count(*), %(now)s
FROM escalations_waiting WHERE NOT is_planted(case_id) GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608
"""One pass over an index; no case is read."""


@transaction.atomic
def count_ages() -> bool:
    """Count waiting cases by age anew; False when somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s), date_trunc('second', statement_timestamp())", [TURN + 1]
        )
        mine, now = cursor.fetchone()
        if mine:
            cursor.execute("DELETE FROM escalations_agecount")
            cursor.execute(AGES, {"now": now})
    return bool(mine)


@transaction.atomic
def roll_up() -> bool:
    """One pass; False when somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TURN])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(SINCE)
        hour, day, arrived = cursor.fetchone()
        _again("escalations_personhour", "hour", hour, PERSON_HOURS, [hour])
        _again("escalations_tierday", "day", day, TIER_DAYS, [day])
        _again("escalations_arrivalhour", "hour", arrived, ARRIVALS, [arrived, arrived])
        cursor.execute("DELETE FROM escalations_cluster")
        cursor.execute(CLUSTERS)
    return True


def _again(table: str, column: str, since: datetime, insert: str, given: list[datetime]) -> None:
    """Put the rows of `table` since then anew, and drop those nobody asks for any more."""
    with connection.cursor() as cursor:
        stale = f"DELETE FROM {table} WHERE {column} >= %s OR {column} < now() - {KEPT}"  # noqa: S608
        cursor.execute(stale, [since])
        cursor.execute(insert, given)
