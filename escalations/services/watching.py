"""Looking at what comes: surges of cases and of complaints, errors and contradictions that repeat (R039, R062-R067)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Client
from escalations.choices import AlertKind, Severity
from escalations.models import Alert, CaseType
from escalations.selectors import streams
from escalations.services.alerting import NewAlert, end_alerts, raise_alerts
from escalations.services.counting import UPSET, complaint_types, count_cases
from escalations.spikes import Excess, Limits, Series, calm, excess, repeated, soothed, upset

LIMITS = Limits()
SILENCE = {"by_hand": timedelta(minutes=60), "": timedelta(minutes=30)}  # after its end, by why it ended


def watch_streams(*, now: datetime | None = None) -> int:
    """Count what came, then look at every client; how many alerts were raised. Two watchers raise one."""
    count_cases()
    at = now or _now()
    types: dict[int, list[CaseType]] = {}
    for case_type in CaseType.objects.all():
        types.setdefault(case_type.client_id, []).append(case_type)
    complaints = complaint_types()
    raised = 0
    for client in Client.objects.filter(is_active=True):
        recent = streams.lately(client, at, [str(code) for code in UPSET], complaints)
        raised += _volume(client, types.get(client.pk, []), recent, at)
        raised += _complaints(client, recent, at)
    return raised


def _volume(client: Client, types: list[CaseType], recent: streams.Lately, now: datetime) -> int:
    """One alarm a client while any of its streams surges, so that one surge is one alarm."""
    current = _open(AlertKind.SPIKE, client.slug)
    found = _surging(client, types, recent, now)
    if current is not None:
        ids = [int(pk) for pk in current.data.get("types", [])] or [one.pk for one in types]
        past = streams.stream(ids, now, ZoneInfo(client.timezone))
        if found is None and (past is None or calm(past, recent.of(ids), now, LIMITS)):
            _ended(AlertKind.SPIKE, client.slug)
        return 0
    if found is None or _silent(AlertKind.SPIKE, client.slug, now):
        return 0
    which, ids, worst = found
    _raise(
        NewAlert(
            AlertKind.SPIKE, client.slug, severity=Severity.HIGH, client_id=client.pk,
            data={
                "ref": f"{client.slug} {which}".strip(), "types": ids, "observed": worst.observed,
                "expected": round(worst.usual.expected, 1), "basis": worst.usual.basis,
                "minutes": int(worst.window.total_seconds() // 60),
            },
        )
    )  # fmt: skip
    return 1


def _surging(
    client: Client, types: list[CaseType], recent: streams.Lately, now: datetime
) -> tuple[str, list[int], Excess] | None:
    """The most improbable of the client's streams: each type, and all of them together."""
    worst: tuple[str, list[int], Excess] | None = None
    candidates = [(one.slug, [one.pk]) for one in types] + [("", [one.pk for one in types])]
    for name, ids in candidates:
        observed = recent.of(ids)
        if max(observed.values()) < LIMITS.count:
            continue
        past: Series | None = streams.stream(ids, now, ZoneInfo(client.timezone))
        found = excess(past, observed, now, LIMITS) if past is not None else None
        if found is not None and (worst is None or found.tail < worst[2].tail):
            worst = (name, ids, found)
    return worst


def _complaints(client: Client, recent: streams.Lately, now: datetime) -> int:
    current = _open(AlertKind.COMPLAINTS, client.slug)
    if current is None and recent.complaints < 5:
        return 0
    mood = streams.mood(client, recent, now)
    if current is not None:
        if soothed(mood, LIMITS):
            _ended(AlertKind.COMPLAINTS, client.slug)
        return 0
    if not upset(mood, LIMITS) or _silent(AlertKind.COMPLAINTS, client.slug, now):
        return 0
    _raise(
        NewAlert(
            AlertKind.COMPLAINTS, client.slug, severity=Severity.HIGH, client_id=client.pk,
            data={
                "ref": client.slug, "complaints": mood.complaints, "judged": mood.judged,
                "usual": round(100 * mood.usual_share, 1),
            },
        )
    )  # fmt: skip
    return 1


@dataclass(slots=True)
class Repeat:
    """Something that came `count` times in the window, where, and what it is in codes."""

    count: int
    client_id: int | None
    ref: str
    data: dict[str, Any] = field(default_factory=dict)


def watch_repeats(
    kind: AlertKind, family: str, found: Mapping[str, Repeat], *, limit: int, window: timedelta
) -> int:
    """Raise an alert for each key that came `limit` times or more, end those that came less than half as often. Keys
    of one watcher begin with its `family`, so that watchers of one kind do not end each other's.
    """
    prefix = f"{family}:"
    open_keys = list(
        Alert.objects.filter(kind=kind, key__startswith=prefix, ended_at__isnull=True).values_list(
            "key", flat=True
        )
    )
    counts = {f"{prefix}{key}"[:160]: repeat for key, repeat in found.items()}
    new, over = repeated({key: one.count for key, one in counts.items()}, open_keys, limit=limit)
    with transaction.atomic():
        raise_alerts(
            [
                NewAlert(
                    kind, key, severity=Severity.NORMAL, client_id=counts[key].client_id,
                    data={
                        **counts[key].data, "ref": counts[key].ref, "count": counts[key].count,
                        "minutes": int(window.total_seconds() // 60),
                    },
                )
                for key in new
            ]
        )  # fmt: skip
        end_alerts(kind, over, because="calm", actor=None)
    return len(new)


def _raise(alert: NewAlert) -> None:
    with transaction.atomic():
        raise_alerts([alert])


def _ended(kind: AlertKind, key: str) -> None:
    end_alerts(kind, [key], because="calm", actor=None)


def _open(kind: AlertKind, key: str) -> Alert | None:
    return Alert.objects.filter(kind=kind, key=key, ended_at__isnull=True).first()


def _silent(kind: AlertKind, key: str, now: datetime) -> bool:
    """Was there an alarm just now? A surge that flickers, or that a person has ended, is not raised again at once."""
    last = Alert.objects.filter(Q(ended_at__isnull=False), kind=kind, key=key).order_by("-ended_at").first()
    if last is None or last.ended_at is None:
        return False
    return now - last.ended_at < SILENCE.get(last.end_reason, SILENCE[""])


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
