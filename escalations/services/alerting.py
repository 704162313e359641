"""Raising alerts and ending them, in the caller's transaction. Nobody is told here: telling is due work."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from escalations.choices import AlertKind, Severity
from escalations.models import Alert
from escalations.notify.kinds import MEANINGS

CHUNK = 500  # alerts a statement


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert to raise. `key` tells apart what may be open at the same time, such as "HT-1:resolution:breached".

    `to` (user ids) and `roles` (slugs) are told first, beside whoever the kind itself concerns
    (escalations.notify.kinds). `data` holds codes, numbers and ids, never a person's words (safety T18).
    """

    kind: AlertKind
    key: str
    severity: int = Severity.NORMAL
    case_id: UUID | None = None
    client_id: int | None = None
    queue_id: int | None = None
    to: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


RAISE = """
INSERT INTO escalations_alert AS open
  (kind, key, severity, case_id, client_id, queue_id, people, roles, data, count, level,
   raised_at, last_at, notify_at, escalate_at, end_reason)
SELECT kind, key, severity, case_id, client_id, queue_id, people, roles, data, count, 0,
       statement_timestamp(), statement_timestamp(), statement_timestamp(),
       statement_timestamp() + make_interval(mins => nullif(minutes, 0)), ''
FROM jsonb_to_recordset(%s::jsonb) AS new
  (kind text, key text, severity int, case_id uuid, client_id bigint, queue_id bigint, people bigint[], roles text[],
   data jsonb, count int, minutes int)
ORDER BY kind, key
ON CONFLICT (kind, key) WHERE ended_at IS NULL DO UPDATE SET
  count = open.count + excluded.count,
  last_at = excluded.last_at,
  severity = least(open.severity, excluded.severity),
  people = ARRAY(SELECT DISTINCT unnest(open.people || excluded.people) ORDER BY 1),
  roles = ARRAY(SELECT DISTINCT unnest(open.roles || excluded.roles) ORDER BY 1),
  notify_at = CASE WHEN excluded.people <@ open.people AND excluded.roles <@ open.roles
                   THEN open.notify_at ELSE excluded.notify_at END
RETURNING *
"""
"""Rows are taken in the order of their keys, so that two raisers wait for each other and never in a circle."""


def raise_alert(
    kind: AlertKind,
    key: str,
    *,
    severity: int = Severity.NORMAL,
    case_id: UUID | None = None,
    client_id: int | None = None,
    queue_id: int | None = None,
    to: tuple[int, ...] = (),
    roles: tuple[str, ...] = (),
    data: Mapping[str, Any] | None = None,
) -> Alert:
    """Raise one alert; see `raise_alerts`."""
    new = NewAlert(kind, key, severity, case_id, client_id, queue_id, to, roles, data or {})
    return raise_alerts([new])[0]


def raise_alerts(alerts: Sequence[NewAlert]) -> list[Alert]:
    """Open each alert, or count it on the one of its kind and key that is open already. One statement per 500.

    Somebody named who was not named before is told of an alert that was open; nobody is told of it twice.
    """
    raised: list[Alert] = []
    rows = _merged(alerts)
    for start in range(0, len(rows), CHUNK):
        raised.extend(Alert.objects.raw(RAISE, [json.dumps(rows[start : start + CHUNK])]))
    return raised


def end_alerts(kind: AlertKind, keys: Sequence[str], *, because: str, actor: Actor) -> int:
    """End the open alerts of `kind` with these keys: their cause is over. How many there were."""
    if not keys:
        return 0
    return end(Q(kind=kind, key__in=keys), because=because, actor=actor)


@transaction.atomic
def end(which: Q, *, because: str, actor: Actor) -> int:
    """End the open alerts that `which` selects, at most 500, and say so in their streams; `because` is a code."""
    open_ones = Alert.objects.select_for_update(of=("self",)).filter(which, ended_at__isnull=True)
    ended = list(open_ones.order_by("kind", "key")[:CHUNK])
    Alert.objects.filter(pk__in=[alert.pk for alert in ended]).update(
        ended_at=Now(), ended_by=actor if isinstance(actor, User) else None, end_reason=because[:40],
        notify_at=None, escalate_at=None,
    )  # fmt: skip
    for alert in ended:
        record(
            stream_of("alert", alert.pk),
            kind=EventKind.ALERT_ENDED,
            actor=actor,
            alert=alert.kind,
            because=because,
        )
    return len(ended)


def _merged(alerts: Sequence[NewAlert]) -> list[dict[str, Any]]:
    """One row per kind and key: a statement cannot raise the same one twice."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for new in alerts:
        name = (str(new.kind), new.key[:160])
        if (row := rows.get(name)) is None:
            rows[name] = _row(new)
            continue
        row["count"] += 1
        row["severity"] = min(row["severity"], int(new.severity))
        row["people"] = sorted({*row["people"], *new.to})
        row["roles"] = sorted({*row["roles"], *new.roles})
    return [rows[name] for name in sorted(rows)]


def _row(new: NewAlert) -> dict[str, Any]:
    return {
        "kind": str(new.kind), "key": new.key[:160], "severity": int(new.severity),
        "case_id": str(new.case_id) if new.case_id else None, "client_id": new.client_id, "queue_id": new.queue_id,
        "people": sorted(set(new.to)), "roles": sorted(set(new.roles)), "data": dict(new.data), "count": 1,
        "minutes": MEANINGS[new.kind].minutes,
    }  # fmt: skip
