"""The outbox's rows: taken by one sender, bundled into one message per target, and settled by what became of it.

At least once: a message keeps its id over every attempt, a sender that dies leaves its lease behind, and whoever comes
back with an old token is not heard.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import uuid6
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from escalations.choices import AlertKind, Severity, Via
from escalations.models import Delivery, Endpoint, Watermark
from escalations.notify.outcome import Outcome
from escalations.notify.wording import Line
from escalations.selectors.alerts import link_to, ref_of
from escalations.services.alerting import end_alerts, raise_alert

MAX_ATTEMPTS = 8
FIRST_DELAY, LONGEST_DELAY = 5.0, 3600.0  # seconds; doubled with each attempt
BUNDLE, READ_BY_PEOPLE = 50, 500  # alerts a message; people are shown the gravest and how many more
FAILING = 3  # failures in a row, and somebody is told
PERSON_LIMIT, PERSON_WINDOW = 6, timedelta(minutes=10)  # mails to one person; twice as many when critical
MAIL = "mail"  # the mail server's pause, and the key of its alert

TAKE = """
SELECT d.id FROM escalations_delivery d LEFT JOIN escalations_endpoint e ON e.id = d.endpoint_id
WHERE d.lead AND d.state IN ('ready', 'sending') AND d.next_at <= statement_timestamp()
  AND (e.id IS NULL OR (e.is_active AND coalesce(e.paused_until, '-infinity') <= statement_timestamp()))
  AND (d.via <> 'email' OR NOT EXISTS (SELECT 1 FROM escalations_watermark w
                                       WHERE w.name = %s AND w.until > statement_timestamp()))
  AND NOT EXISTS (SELECT 1 FROM escalations_delivery f WHERE f.lead AND f.state = 'sending'
                  AND f.next_at > statement_timestamp() AND f.endpoint_id = d.endpoint_id)
ORDER BY d.severity, d.next_at LIMIT 1 FOR UPDATE OF d SKIP LOCKED
"""
"""A place that has a message under way gets no second one: when it hangs, it holds one sender and not all of them."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message in a sender's hands until its lease ends. `to` is an address or a URL; `secret` a signing key."""

    lead: UUID
    token: int
    message: UUID
    via: Via
    to: str
    secret: str
    person: bool
    lines: tuple[Line, ...]
    endpoint: int | None
    attempts: int

    @property
    def name(self) -> str:
        """The id that receivers see, the same over every attempt."""
        return f"msg_{self.message.hex}"


@transaction.atomic
def take() -> Parcel | None:
    """The gravest due message, or None. What goes over a target's limit is put off and bundled later."""
    for _ in range(20):
        with connection.cursor() as cursor:
            cursor.execute(TAKE, [MAIL])
            row = cursor.fetchone()
        if row is None:
            return None
        lead = Delivery.objects.select_related("endpoint", "user").get(pk=row[0])
        if lead.message is None and (wait := _flooded(lead)):
            _put_off(lead, wait)
            continue
        return _taken(lead)
    return None


def _taken(lead: Delivery) -> Parcel:
    if lead.message is None:
        lead.message = uuid6.uuid7()
        followers = list(
            _same_target(lead).filter(state=Delivery.State.READY, message=None, next_at__lte=Now())
            .exclude(pk=lead.pk).order_by("severity", "pk").select_for_update(skip_locked=True)
            .values_list("pk", flat=True)[: (BUNDLE if lead.via == Via.WEBHOOK else READ_BY_PEOPLE) - 1]
        )  # fmt: skip
        Delivery.objects.filter(pk__in=followers).update(
            message=lead.message, lead=False, state=Delivery.State.SENDING
        )
    lease = timedelta(seconds=3 * settings.HANDRAIL_SEND_SECONDS)
    Delivery.objects.filter(pk=lead.pk).update(
        message=lead.message, state=Delivery.State.SENDING, token=F("token") + 1, attempts=F("attempts") + 1,
        next_at=Now() + lease,
    )  # fmt: skip
    rows = (
        Delivery.objects.filter(message=lead.message)
        .select_related("alert__case", "alert__client")
        .order_by("pk")
    )
    place = lead.endpoint
    return Parcel(
        lead=lead.pk, token=lead.token + 1, message=lead.message, via=Via(lead.via),
        to=place.address if place else lead.user.email if lead.user else "", secret=place.sealed if place else "",
        person=place is None, lines=tuple(_line(row) for row in rows), endpoint=place.pk if place else None,
        attempts=lead.attempts + 1,
    )  # fmt: skip


def _line(row: Delivery) -> Line:
    alert = row.alert
    if alert is None:
        return Line(None, "", row.severity, 0, 1, "", f"{settings.HANDRAIL_URL}/", row.created_at)
    return Line(
        alert.pk,
        alert.kind,
        row.severity,
        row.level,
        alert.count,
        ref_of(alert),
        link_to(alert),
        alert.raised_at,
    )


def _same_target(row: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(via=row.via, user=row.user_id, endpoint=row.endpoint_id)


def _flooded(lead: Delivery) -> timedelta | None:
    """How long the target has to be left alone, if it had its share lately."""
    if lead.endpoint is not None:
        limit, window = lead.endpoint.per_minute, timedelta(minutes=1)
    else:
        limit, window = PERSON_LIMIT, PERSON_WINDOW
    if lead.severity <= Severity.CRITICAL:
        limit *= 2
    lately = _same_target(lead).filter(sent_at__gt=Now() - window, lead=True).count()
    return window / 4 if lately >= limit else None


def _put_off(lead: Delivery, wait: timedelta) -> None:
    due = _same_target(lead).filter(
        state=Delivery.State.READY, message=None, next_at__lte=Now(), severity__gte=lead.severity
    )
    ids = due.select_for_update(skip_locked=True).values("pk")
    Delivery.objects.filter(pk__in=list(ids.values_list("pk", flat=True))).update(next_at=Now() + wait)


@transaction.atomic
def settle(parcel: Parcel, outcome: Outcome, took_ms: float, at: datetime) -> bool:
    """Write down what became of `parcel`. False when another sender has it by now: then nothing is written."""
    mine = Delivery.objects.filter(pk=parcel.lead, token=parcel.token, state=Delivery.State.SENDING)
    lead = mine.select_for_update().first()
    if lead is None:
        return False
    attempt = {"at": at.isoformat(), "outcome": outcome.code, "status": outcome.status, "ms": round(took_ms)}
    rows = Delivery.objects.filter(message=parcel.message)
    log = [*lead.log, attempt][-20:]
    if outcome.ok:
        rows.update(state=Delivery.State.SENT, sent_at=Now(), log=log)
        _works_again(parcel)
        return True
    dead = parcel.attempts >= MAX_ATTEMPTS
    wait = _wait(parcel.attempts, outcome)
    rows.update(log=log, **({"state": Delivery.State.DEAD} if dead else {}))
    if not dead:
        Delivery.objects.filter(pk=lead.pk).update(state=Delivery.State.READY, next_at=Now() + wait)
    _fails(parcel, outcome, wait)
    return True


def _wait(attempts: int, outcome: Outcome) -> timedelta:
    """Doubling, jittered so that many do not come back at once; never sooner than the other side asked."""
    seconds = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY) * random.uniform(0.8, 1.2)  # noqa: S311
    return timedelta(seconds=max(seconds, outcome.retry_after or 0.0))


def _works_again(parcel: Parcel) -> None:
    if parcel.endpoint is not None:
        Endpoint.objects.filter(pk=parcel.endpoint).update(failures=0, paused_until=None, succeeded_at=Now())
    if parcel.via == Via.EMAIL:
        Watermark.objects.filter(name=MAIL).delete()
        end_alerts(AlertKind.CHANNEL_FAILING, [MAIL], because="works_again", actor=None)
    if parcel.endpoint is not None:
        end_alerts(
            AlertKind.CHANNEL_FAILING, [f"endpoint:{parcel.endpoint}"], because="works_again", actor=None
        )


def _fails(parcel: Parcel, outcome: Outcome, wait: timedelta) -> None:
    """Leave the target alone for a while, so that one that hangs costs one sender's ten seconds and not everybody's;
    when it goes on, an alert says so once.
    """
    failures, key, ref = parcel.attempts, MAIL, "mail"
    if parcel.endpoint is not None and parcel.via != Via.EMAIL:
        Endpoint.objects.filter(pk=parcel.endpoint).update(
            failures=F("failures") + 1, paused_until=Now() + wait
        )
        place = Endpoint.objects.get(pk=parcel.endpoint)
        failures, key, ref = place.failures, f"endpoint:{place.pk}", place.name
    elif outcome.code in ("timeout", "unreachable", "garbage"):  # the mail server, not the address
        Watermark.objects.update_or_create(
            name=MAIL, defaults={"until": Now() + min(wait, timedelta(minutes=2))}
        )
    if failures >= FAILING:
        raise_alert(
            AlertKind.CHANNEL_FAILING, key, severity=Severity.HIGH,
            data={"ref": ref, "failures": failures, "code": outcome.code},
        )  # fmt: skip


def again(which: Q) -> int:
    """Make messages due anew under their old ids; how many rows."""
    messages = list(
        Delivery.objects.filter(which, message__isnull=False).values_list("message", flat=True).distinct()
    )
    rows = Delivery.objects.filter(message__in=messages)
    rows.filter(lead=True).update(
        state=Delivery.State.READY, next_at=Now(), attempts=0, token=F("token") + 1, sent_at=None
    )
    return rows.filter(lead=False).update(state=Delivery.State.SENDING, sent_at=None) + len(messages)
