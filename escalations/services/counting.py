"""How many cases come: kept in buckets of five minutes by a sweeper that catches up after an outage."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.models import Client
from escalations.choices import ReasonCode
from escalations.models import CaseType, Watermark

NAME = "counts"
LATE = timedelta(minutes=20)  # commits and triage that come late are counted again so far back
STEP = timedelta(hours=12)  # counted in one transaction
OLDEST = timedelta(weeks=9)
UPSET = (ReasonCode.NEGATIVE_SENTIMENT, ReasonCode.DISTRESS)

COUNT = """
INSERT INTO escalations_countbucket (client_id, case_type_id, starts_at, total, complaints)
SELECT client_id, case_type_id, date_bin('5 minutes', created_at, timestamptz '2000-01-01 00:00+00'), count(*),
       count(*) FILTER (WHERE reason_codes && %s::varchar[] OR case_type_id = ANY(%s))
FROM escalations_case
WHERE client_id = ANY(%s) AND created_at >= %s AND created_at < %s AND NOT is_planted(id)
GROUP BY 1, 2, 3
ON CONFLICT (case_type_id, starts_at) DO UPDATE SET total = excluded.total, complaints = excluded.complaints
WHERE (escalations_countbucket.total, escalations_countbucket.complaints) <> (excluded.total, excluded.complaints)
"""
"""Reads cases by client and time, the index `case_newest`. Counting a bucket again gives the same count."""


def count_cases(*, steps: int = 200) -> bool:
    """Bring the buckets up to now, half a day a transaction. True when they are, False when another is at it."""
    for _ in range(steps):
        done = _step()
        if done is None:
            return False
        if done:
            return True
    return False


@transaction.atomic
def _step() -> bool | None:
    begun = _begin()
    if begun is None:
        return None
    until, now = begun
    start = _floor(until - LATE)
    end = min(start + STEP, now)
    clients = list(Client.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [[str(code) for code in UPSET], complaint_types(), clients, start, end])
    Watermark.objects.filter(name=NAME).update(until=end)
    return end == now


def complaint_types() -> list[int]:
    """Types of case that are complaints by themselves."""
    return list(CaseType.objects.filter(slug__contains="complaint").values_list("pk", flat=True))


def _begin() -> tuple[datetime, datetime] | None:
    """How far it is counted, and now; None when another sweeper holds the mark."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO escalations_watermark (name, until) "
            "SELECT %s, coalesce(greatest(min(first), statement_timestamp() - %s::interval), statement_timestamp()) "
            "FROM (SELECT min(created_at) AS first FROM escalations_case) oldest "
            "WHERE NOT EXISTS (SELECT 1 FROM escalations_watermark WHERE name = %s) ON CONFLICT DO NOTHING",
            [NAME, f"{OLDEST.total_seconds()} seconds", NAME],
        )
    mark = Watermark.objects.select_for_update(skip_locked=True).annotate(now=Now()).filter(name=NAME).first()
    return (mark.until, mark.now) if mark else None


def _floor(at: datetime) -> datetime:
    return datetime.fromtimestamp(int(at.timestamp()) // 300 * 300, at.tzinfo)
