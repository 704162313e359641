"""What came lately, and the past it is held against."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.models import Client
from escalations.spikes import BUCKET, WEEKS, WINDOWS, Mood, Series, Spread, series_of, spread_of

MOOD_WINDOW = timedelta(minutes=30)
MOOD_PAST = timedelta(weeks=4)
_SLICE = (timedelta(hours=3), timedelta(hours=2))  # of a past day: before and after the same time
_YOUNG = timedelta(days=4)  # a stream this young is read whole
_SPREAD_FOR = timedelta(hours=1)

LIVE = """
SELECT case_type_id,
       count(*) FILTER (WHERE created_at > %(now)s - interval '5 minutes'),
       count(*) FILTER (WHERE created_at > %(now)s - interval '15 minutes'),
       count(*),
       count(*) FILTER (WHERE created_at > %(mood)s AND state NOT IN ('received', 'triaging')),
       count(*) FILTER (WHERE created_at > %(mood)s AND state NOT IN ('received', 'triaging')
                        AND (reason_codes && %(upset)s::varchar[] OR case_type_id = ANY(%(types)s)))
FROM escalations_case
WHERE client_id = %(client)s AND created_at > %(now)s - interval '60 minutes' AND created_at <= %(now)s
  AND NOT is_planted(id)
GROUP BY case_type_id
"""

PAST = """
SELECT c.starts_at, sum(c.total) FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS slice(a, b)
JOIN escalations_countbucket c ON c.case_type_id = ANY(%s) AND c.starts_at >= slice.a AND c.starts_at < slice.b
GROUP BY c.starts_at
"""


@dataclass(slots=True)
class Lately:
    """One client's last hour: cases by window and type, and how many of the judged complained."""

    counts: dict[int, dict[timedelta, int]] = field(default_factory=dict)
    judged: int = 0
    complaints: int = 0

    def of(self, types: Sequence[int]) -> dict[timedelta, int]:
        """The counts of some types together."""
        return {window: sum(self.counts.get(pk, {}).get(window, 0) for pk in types) for window in WINDOWS}


def lately(client: Client, now: datetime, upset: Sequence[str], complaint_types: Sequence[int]) -> Lately:
    """One statement over the index of a client's newest cases."""
    found = Lately()
    with connection.cursor() as cursor:
        cursor.execute(
            LIVE,
            {
                "now": now, "mood": now - MOOD_WINDOW, "upset": list(upset), "types": list(complaint_types),
                "client": client.pk,
            },
        )  # fmt: skip
        for case_type, five, fifteen, sixty, judged, complaints in cursor.fetchall():
            found.counts[case_type] = dict(zip(WINDOWS, (five, fifteen, sixty), strict=True))
            found.judged += judged
            found.complaints += complaints
    return found


def stream(types: Sequence[int], now: datetime, zone: ZoneInfo) -> Series | None:
    """The past of some types together: the hours around this time on past days and weeks, read in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(starts_at) FROM unnest(%s::bigint[]) t(pk) CROSS JOIN LATERAL "
            "(SELECT starts_at FROM escalations_countbucket WHERE case_type_id = t.pk ORDER BY starts_at LIMIT 1) f",
            [list(types)],
        )
        first = cursor.fetchone()[0]
    if first is None:
        return None
    start, end = first.astimezone(UTC), _floor(now)
    if end - start < _YOUNG:
        return _read(types, start, end, zone, [(start, end)])
    days = [*range(1, 7), *(7 * n for n in range(1, WEEKS + 1))]
    slices = [(now - timedelta(days=n) - _SLICE[0], now - timedelta(days=n) + _SLICE[1]) for n in days]
    series = _read(types, start, end, zone, slices)
    series.spread = _spread(tuple(types), start, now, zone)
    return series


def mood(client: Client, recent: Lately, now: datetime) -> Mood:
    """Complaints lately beside those of the past four weeks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(complaints), 0), coalesce(sum(total), 0) FROM escalations_countbucket "
            "WHERE case_type_id IN (SELECT id FROM escalations_casetype WHERE client_id = %s) "
            "AND starts_at >= %s AND starts_at < %s",
            [client.pk, now - MOOD_PAST, now - 2 * MOOD_WINDOW],
        )
        complaints, total = cursor.fetchone()
    return Mood(recent.complaints, recent.judged, float(complaints), float(total))


_spreads: dict[tuple[int, ...], tuple[datetime, Spread]] = {}
"""Of this process: reading four weeks is for once an hour."""


def _spread(types: tuple[int, ...], start: datetime, now: datetime, zone: ZoneInfo) -> Spread:
    known = _spreads.get(types)
    if known is not None and now - known[0] < _SPREAD_FOR:
        return known[1]
    begin = max(start, _floor(now - timedelta(weeks=7)))
    found = spread_of(_read(types, begin, _floor(now), zone, [(begin, now)]), now)
    _spreads[types] = (now, found)
    return found


def _read(
    types: Sequence[int],
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    slices: list[tuple[datetime, datetime]],
) -> Series:
    with connection.cursor() as cursor:
        cursor.execute(PAST, [[a for a, _ in slices], [b for _, b in slices], list(types)])
        counts = {at.astimezone(UTC): int(total) for at, total in cursor.fetchall()}
    return series_of(counts, start, end, zone)


def _floor(at: datetime) -> datetime:
    return datetime.fromtimestamp(int(at.timestamp() // BUCKET.total_seconds()) * BUCKET.total_seconds(), UTC)
