"""Clocks met and missed, and what the time of the missed ones went into (R056)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from accounts.actors import Actor
from accounts.choices import Capability
from accounts.models import Client
from accounts.permissions import reach, scopes_of
from escalations.choices import Timer
from escalations.models import Case, Clock
from escalations.permissions import seen_by
from escalations.responsibility import Cause, Spent, causes_of
from escalations.segments import segments_of, spans_of
from escalations.selectors.clocks import history_and_regimes
from escalations.selectors.timed import Timed, timed_cases

SHOWN = 200
"""Missed clocks whose causes a page adds up, the newest; the counts beside them are of all."""

PAGE, BATCH = 50, 200
WHERE: dict[str, Any] = {"client": "case__client_id", "queue": "case__queue__slug", "tier": "case__tier"}
PENAL = Q(policy__penalty__gt=0) & Q(
    *(Q(timer=timer, policy__penalty_timers__contains=[timer]) for timer in Timer.values), _connector=Q.OR
)
RUNS = Q(stopped_at__isnull=True)
LISTS = ("met", "missed", "breached", "warned", "open")
"""Lists of clocks: judged in the period; and running with a penalty at stake: missed, warned of, all not yet missed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which clocks: those `actor` answers for, of a client (None: of all), from `since` to before `until`."""

    actor: Actor
    since: datetime
    until: datetime
    client: Client | None = None

    @property
    def clocks(self) -> QuerySet[Clock]:
        """Clocks whose figures the actor may know: they lead there, or they set the promises."""
        leads = reach(self.actor, Capability.FLOOR_VIEW, **WHERE) & reach(
            self.actor, Capability.CASE_VIEW, **WHERE
        )
        found = Clock.objects.filter(leads | reach(self.actor, Capability.SLA_EDIT, **WHERE))
        return found if self.client is None else found.filter(case__client=self.client)

    def listed(self, name: str) -> QuerySet[Clock]:
        """The clocks that a figure counts; `name` is one of LISTS."""
        return self.clocks.filter(self._which(name))

    def shown(self, name: str) -> QuerySet[Clock]:
        """Of these, those of cases the actor may open."""
        return self.listed(name).filter(case__in=Case.objects.filter(seen_by(self.actor)))

    def _which(self, name: str) -> Q:
        return {
            "met": Q(met=True, stopped_at__gte=self.since, stopped_at__lt=self.until),
            "missed": Q(breached_at__gte=self.since, breached_at__lt=self.until),
            "breached": PENAL & RUNS & Q(breached_at__isnull=False),
            "warned": PENAL & RUNS & Q(breached_at__isnull=True, warned_at__isnull=False),
            "open": PENAL & RUNS & Q(breached_at__isnull=True),
        }[name]


@dataclass(frozen=True, slots=True)
class Judged:
    """Clocks of one client and timer that were met or missed in the period. `missed` is found then, whenever due."""

    client: str
    slug: str
    timer: str
    label: str
    met: int
    missed: int

    @property
    def percent(self) -> int:
        """Met, per cent of both."""
        return round(100 * self.met / (self.met + self.missed))


@dataclass(frozen=True, slots=True)
class Missed:
    """One clock. `late` is how long after its due time it ended, or has gone on; `spent` sums to `elapsed`.

    `ended_at` is None while it runs; `spent` is empty for a case whose events tell of no promise.
    """

    ref: str
    client: str
    timer: str
    label: str
    round: int
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    found_at: datetime | None
    elapsed: timedelta
    late: timedelta
    spent: tuple[Spent, ...]
    penalty: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Causes:
    """What the time of `count` missed clocks went into; the parts sum to `elapsed`."""

    count: int
    elapsed: timedelta
    parts: tuple[tuple[Cause, timedelta], ...]


def judged(asked: Asked) -> list[Judged]:
    """Met and missed per client and timer, in one statement."""
    met, missed = asked._which("met"), asked._which("missed")
    rows = (
        asked.clocks.filter(met | missed)
        .values("case__client__name", "case__client__slug", "timer")
        .annotate(met_n=Count("pk", filter=met), missed_n=Count("pk", filter=missed))
        .order_by("case__client__name", "timer")
    )
    return [
        Judged(
            row["case__client__name"], row["case__client__slug"], row["timer"], str(Timer(row["timer"]).label),
            row["met_n"], row["missed_n"],
        )
        for row in rows
    ]  # fmt: skip


def causes(asked: Asked) -> Causes:
    """What the newest SHOWN missed clocks of the period went into altogether."""
    some = list(asked.listed("missed").select_related("case__client").order_by("-breached_at", "-pk")[:SHOWN])
    sums: dict[Cause, timedelta] = {}
    rows = told(some)
    for spent in (one for row in rows for one in row.spent):
        sums[spent.cause] = sums.get(spent.cause, timedelta(0)) + spent.elapsed
    parts = tuple((cause, sums[cause]) for cause in Cause if cause in sums)
    return Causes(len(rows), sum((part for _, part in parts), timedelta(0)), parts)


def listing(
    asked: Asked, name: str, timer: str = "", before: int | None = None
) -> tuple[list[Missed], int | None]:
    """A page of the clocks in one of LISTS that the actor may open, the newest first; and where the next begins."""
    rows = asked.shown(name).filter(**({"timer": timer} if timer else {}))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    some = list(rows.select_related("case__client").order_by("-pk")[: PAGE + 1])
    return told(some[:PAGE]), some[PAGE - 1].pk if len(some) > PAGE else None


def every(asked: Asked, name: str, timer: str = "") -> Iterator[Missed]:
    """All of a list, read in batches of BATCH cases."""
    rows = asked.shown(name).filter(**({"timer": timer} if timer else {})).select_related("case__client")
    last: int | None = None
    while some := list((rows if last is None else rows.filter(pk__lt=last)).order_by("-pk")[:BATCH]):
        yield from told(some)
        last = some[-1].pk


def clients_told(actor: Actor) -> QuerySet[Client]:
    """The clients of whose clocks the actor may know anything."""
    scopes = [*scopes_of(actor, Capability.FLOOR_VIEW), *scopes_of(actor, Capability.SLA_EDIT)]
    known = {scope.client for scope in scopes if scope.client is not None}
    every_one = Client.objects.order_by("name")
    anywhere = actor is None or any(scope.client is None for scope in scopes)
    return every_one if anywhere else every_one.filter(pk__in=known)


def told(clocks: Sequence[Clock]) -> list[Missed]:
    """The clocks (with case and client) with what their time went into, in two statements, in the same order."""
    cases = (
        {timed.id: timed for timed in timed_cases(list({clock.case_id for clock in clocks}))}
        if clocks
        else {}
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return [_missed(clock, cases[clock.case_id], now) for clock in clocks]


def _missed(clock: Clock, timed: Timed, now: datetime) -> Missed:
    end, due = clock.stopped_at or now, clock.due_at
    return Missed(
        timed.ref, clock.case.client.name, clock.timer, str(Timer(clock.timer).label), clock.round, clock.started_at,
        due, clock.stopped_at, clock.breached_at, end - clock.started_at,
        max(end - due, timedelta(0)) if due else timedelta(0), _spent(clock, timed, now), clock.penalty, clock.currency,
    )  # fmt: skip


def _spent(clock: Clock, timed: Timed, now: datetime) -> tuple[Spent, ...]:
    history, regimes = history_and_regimes(timed)
    if regimes:
        for span in spans_of(history):
            if (span.timer.value, span.round) == (clock.timer, clock.round):
                return causes_of(span, segments_of(span, history, regimes), history, now)
    return ()
