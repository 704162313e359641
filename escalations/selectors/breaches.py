"""Breaches and what they cost: causes in seconds that sum to the time that passed (R056), penalties (R059)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection

from accounts.models import Client
from escalations.models import Clock
from escalations.responsibility import Cause, Spent, causes_of
from escalations.segments import segments_of, spans_of
from escalations.selectors.clocks import history_and_regimes
from escalations.selectors.timed import Kept, Timed, timed_cases

SHOWN = 500
"""Breaches a report lists; the sums beside it count all of them."""

MONTHS = """
SELECT date_trunc('month', k.due_at AT TIME ZONE 'UTC')::date, coalesce(nullif(k.currency, ''), p.currency), count(*),
  coalesce(sum(k.penalty), 0)
FROM escalations_clock k JOIN escalations_case c ON c.id = k.case_id JOIN escalations_slapolicy p ON p.id = k.policy_id
WHERE k.breached_at IS NOT NULL AND c.client_id = %s GROUP BY 1, 2 ORDER BY 1 DESC, 2 LIMIT 120
"""

NOW = """
SELECT p.currency, coalesce(sum(k.penalty) FILTER (WHERE k.breached_at IS NOT NULL), 0),
  coalesce(sum(p.penalty) FILTER (WHERE k.breached_at IS NULL AND k.warned_at IS NOT NULL), 0),
  coalesce(sum(p.penalty) FILTER (WHERE k.breached_at IS NULL), 0)
FROM escalations_clock k JOIN escalations_case c ON c.id = k.case_id JOIN escalations_slapolicy p ON p.id = k.policy_id
WHERE k.stopped_at IS NULL AND c.client_id = %s AND k.timer = ANY (p.penalty_timers) AND p.penalty > 0
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach. `late` is how long after its due time it ended, or has gone on; `spent` sums to `elapsed`."""

    ref: str
    timer: str
    round: int
    due_at: datetime | None
    found_at: datetime | None
    elapsed: timedelta
    late: timedelta
    spent: tuple[Spent, ...]
    penalty: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class BreachReport:
    """The breaches found in a stretch of time, the newest first, and what their time went into altogether."""

    breaches: tuple[Breach, ...]
    count: int
    causes: dict[Cause, timedelta]


@dataclass(frozen=True, slots=True)
class Month:
    """Breaches of one month of UTC in one currency, by when they were due."""

    month: date
    currency: str
    breaches: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a client's open cases cost in one currency: breached already, warned of, and everything still open."""

    currency: str
    breached: Decimal
    warned: Decimal
    open: Decimal


@dataclass(frozen=True, slots=True)
class Penalties:
    """Exposure now and per month, the newest first (R059)."""

    now: tuple[Exposure, ...]
    months: tuple[Month, ...]


def breach_report(client: Client | None, since: datetime, until: datetime) -> BreachReport:
    """Breaches found from `since` to before `until`, of a client or of all, each with its causes (R056)."""
    found = Clock.objects.filter(breached_at__gte=since, breached_at__lt=until)
    if client is not None:
        found = found.filter(case__client=client)
    newest = list(found.order_by("-breached_at").values_list("case_id", "timer", "round")[:SHOWN])
    cases = {timed.id: timed for timed in timed_cases(list({case for case, _, _ in newest}))}
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    breaches = tuple(one for case, t, r in newest for one in _breach(cases[case], t, r, now))
    causes: dict[Cause, timedelta] = {}
    for spent in (one for breach in breaches for one in breach.spent):
        causes[spent.cause] = causes.get(spent.cause, timedelta(0)) + spent.elapsed
    return BreachReport(breaches, found.count(), causes)


def penalty_exposure(client: Client) -> Penalties:
    """What breaches cost this client's contract: now, and per month."""
    with connection.cursor() as cursor:
        cursor.execute(NOW, [client.pk])
        now = tuple(Exposure(*row) for row in cursor.fetchall())
        cursor.execute(MONTHS, [client.pk])
        return Penalties(now, tuple(Month(*row) for row in cursor.fetchall()))


def _breach(timed: Timed, timer: str, number: int, now: datetime) -> Iterator[Breach]:
    history, regimes = history_and_regimes(timed)
    kept: Kept = timed.clocks[timer, number]
    for span in spans_of(history):
        if (span.timer.value, span.round) == (timer, number) and regimes:
            end = span.stop or now
            yield Breach(
                timed.ref, timer, number, kept.due_at, kept.breached_at, end - span.start,
                max(end - kept.due_at, timedelta(0)) if kept.due_at else timedelta(0),
                causes_of(span, segments_of(span, history, regimes), history, now), kept.penalty, kept.currency,
            )  # fmt: skip
