"""From alerts to people: notices in the app, deliveries for everything outside, passing on, ending. Due work.

Any number of workers at once: rows are taken with SKIP LOCKED, and a notice or delivery that is there stays the only
one (R064: one notice per case per level).
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.choices import EventKind
from accounts.hints import hint
from accounts.ledger import record, stream_of
from accounts.models import User
from escalations.choices import AlertKind, Severity, Via
from escalations.models import Alert, Delivery, Endpoint, Notice
from escalations.notify.kinds import MEANINGS
from escalations.notify.quiet import due_at
from escalations.selectors.audience import Audience
from escalations.selectors.subscriptions import Ways
from escalations.services.alerting import end

BATCH = 100  # alerts a transaction
ROOM_WAIT = timedelta(seconds=5)  # a chat room's messages wait for their fellows


def tell_people(*, batches: int = 20) -> int:
    """Tell whoever the due alerts concern, a hundred alerts a transaction; how many alerts were told."""
    told = 0
    for _ in range(batches):
        some = _tell_some()
        told += some
        if some < BATCH:
            break
    return told


@transaction.atomic
def _tell_some() -> int:
    alerts = list(
        Alert.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(notify_at__lte=Now())
        .select_related("queue")
        .order_by("severity", "notify_at")[:BATCH]
    )
    if alerts:
        _write(alerts, Audience(alerts), _now())
        for alert in alerts:
            if alert.level == 0 and not MEANINGS[AlertKind(alert.kind)].passing:
                _say(alert, EventKind.ALERT_RAISED)
    return len(alerts)


def _write(alerts: list[Alert], audience: Audience, now: datetime) -> None:
    told = [(alert, *audience.of(alert)) for alert in alerts]
    ways = Ways({person for _, _, people in told for person in people})
    notices: list[Notice] = []
    deliveries: list[Delivery] = []
    for alert, level, people in told:
        alert.level = level  # where nobody was at a level, the next one was told
        for person in people:
            if ways.wants(person, alert, Via.IN_APP):
                notices.append(Notice(alert=alert, user=person, level=level, at=now))
            if ways.wants(person, alert, Via.EMAIL):
                deliveries.append(_mail(alert, person, ways, now))
        deliveries += [_out(alert, place, now) for place in ways.places(alert)]
        alert.notify_at = None
        if MEANINGS[AlertKind(alert.kind)].passing:
            alert.ended_at, alert.end_reason = now, "told"
        elif level + 1 >= len(MEANINGS[AlertKind(alert.kind)].chain):
            alert.escalate_at = None
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    Alert.objects.bulk_update(alerts, ["level", "notify_at", "escalate_at", "ended_at", "end_reason"])
    hint(*sorted({f"alerts:{notice.user_id}" for notice in notices}))


def _mail(alert: Alert, person: User, ways: Ways, now: datetime) -> Delivery:
    quiet = ways.quiet.get(person.pk)
    at = due_at(
        now, alert.severity,
        starts=quiet.starts if quiet else None, ends=quiet.ends if quiet else None,
        digest_minutes=quiet.digest_minutes if quiet else 0, zone=ZoneInfo(person.timezone),
    )  # fmt: skip
    return Delivery(
        alert=alert, level=alert.level, severity=alert.severity, via=Via.EMAIL, user=person, next_at=at
    )


def _out(alert: Alert, place: Endpoint, now: datetime) -> Delivery:
    via = Via(place.kind)
    waits = via != Via.WEBHOOK and alert.severity > Severity.CRITICAL
    return Delivery(
        alert=alert, level=alert.level, severity=alert.severity, via=via, endpoint=place,
        next_at=now + (ROOM_WAIT if waits else timedelta(0)),
    )  # fmt: skip


def pass_on(*, batches: int = 20) -> int:
    """Pass every alert of which nobody took note in time to the next level; how many."""
    passed = 0
    for _ in range(batches):
        some = _pass_some()
        passed += some
        if some < BATCH:
            break
    return passed


@transaction.atomic
def _pass_some() -> int:
    late = list(
        Alert.objects.select_for_update(skip_locked=True)
        .filter(escalate_at__lte=Now(), ended_at__isnull=True, acknowledged_at__isnull=True)
        .order_by("escalate_at")[:BATCH]
    )
    now = _now()
    for alert in late:
        raise_level(alert, now)
        _say(alert, EventKind.ALERT_ESCALATED)
    Alert.objects.bulk_update(late, ["level", "notify_at", "escalate_at"])
    return len(late)


def raise_level(alert: Alert, now: datetime) -> None:
    """Aim a locked alert at its next level; nothing is written here."""
    meaning = MEANINGS[AlertKind(alert.kind)]
    alert.level = min(alert.level + 1, len(meaning.chain) - 1)
    alert.notify_at = now
    more = alert.level + 1 < len(meaning.chain) and meaning.minutes
    alert.escalate_at = now + timedelta(minutes=meaning.minutes) if more else None


def end_settled() -> int:
    """End what is open about cases that have come to where its cause is over, 500 at a time."""
    over = Q(pk__in=[])
    for kind, meaning in MEANINGS.items():
        if meaning.ends_with:
            over |= Q(kind=kind, case__state__in=sorted(meaning.ends_with))
    ids = Alert.objects.filter(over, ended_at__isnull=True).values("pk")
    ended = end(Q(pk__in=ids), because="case_moved_on", actor=None)
    return ended + _raised_warnings()


def _raised_warnings() -> int:
    """A warning whose time has passed meanwhile says nothing any more: the breach is open in its place."""
    breached = Alert.objects.filter(
        kind=AlertKind.SLA_BREACHED, ended_at__isnull=True, case__isnull=False
    ).values("case")
    return end(Q(kind=AlertKind.SLA_WARNED, case__in=breached), because="breached", actor=None)


def _say(alert: Alert, kind: EventKind) -> None:
    record(
        stream_of("alert", alert.pk), kind=kind, actor=None, alert=alert.kind, level=alert.level,
        severity=alert.severity, case=str(alert.case_id) if alert.case_id else None,
    )  # fmt: skip


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
