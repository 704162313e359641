"""What the AI settled by itself makes no notification; once a day a digest says how much it was (R140)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Count, Q

from accounts.choices import ActorKind
from accounts.models import Client
from escalations.choices import AlertKind, Severity
from escalations.models import Alert, Case, real
from escalations.services.alerting import NewAlert, raise_alerts

HOUR = 7  # of the client's day, for the day before


def raise_digests(*, now: datetime | None = None) -> int:
    """One digest a client and day, from 07:00 in its zone on; how many were raised. A day is never told twice."""
    at = now or _now()
    raised = 0
    for client in Client.objects.filter(is_active=True):
        local = at.astimezone(ZoneInfo(client.timezone))
        day = local.date() - timedelta(days=1)
        key = f"{client.slug}:{day}"
        if local.hour < HOUR or Alert.objects.filter(kind=AlertKind.DIGEST, key=key).exists():
            continue
        raised += _digest(client, key, _midnight(local, -1), _midnight(local, 0))
    return raised


@transaction.atomic
def _digest(client: Client, key: str, begin: datetime, end: datetime) -> int:
    # two watchers meet on this key: the second waits, and finds it told
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"digest:{key}"])
    if Alert.objects.filter(kind=AlertKind.DIGEST, key=key).exists():
        return 0
    of_day = Case.objects.filter(real(), client=client, created_at__gte=begin, created_at__lt=end)
    counts = of_day.aggregate(
        cases=Count("pk", distinct=True),
        settled=Count("pk", distinct=True, filter=Q(
            decisions__actor_kind=ActorKind.AI, decisions__standing__in=["pending", "final"],
        )),
    )  # fmt: skip
    if not counts["cases"]:
        return 0
    raise_alerts(
        [
            NewAlert(
                AlertKind.DIGEST, key, severity=Severity.LOW, client_id=client.pk,
                data={"ref": key.replace(":", " "), **counts},
            )
        ]
    )  # fmt: skip
    return 1


def _midnight(local: datetime, days: int) -> datetime:
    day = local.date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=local.tzinfo)


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
