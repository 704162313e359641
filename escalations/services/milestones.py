"""Milestones of clocks: whatever is due is fired once, in the transaction of its event, by any number of sweepers.

A milestone is a due row (`Clock.next_at`). A sweeper takes the most overdue ones with their cases under SKIP LOCKED, so
that two sweepers never see the same, and a decision that is being made is waited for rather than overtaken: whoever
decides in time is never told that time has passed. After an outage everything fires in the order in which it was due.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.choices import EventKind
from accounts.ledger.write import body_of
from escalations.choices import AlertKind, CaseState, Milestone
from escalations.models import Queue
from escalations.services.alerting import NewAlert, raise_alerts
from escalations.services.raising import RISES_FROM, raise_cases
from escalations.services.timing import retime

BATCH = 500
"""Milestones a transaction: their cases stay locked for some tenths of a second."""
AGAIN = timedelta(seconds=30)
"""A case that should rise, and waits where none can rise from, is looked at again after so long."""
WAITS_ELSEWHERE = (CaseState.ON_HOLD, CaseState.WITH_AI)
ENDED = (CaseState.RESOLVED, CaseState.AUTO_RESOLVED, CaseState.CLOSED)
KINDS = {
    Milestone.WARNED: (EventKind.SLA_WARNED, AlertKind.SLA_WARNED),
    Milestone.BREACHED: (EventKind.SLA_BREACHED, AlertKind.SLA_BREACHED),
}

TAKE = """
SELECT k.id, k.case_id, k.timer, k.round, k.tier, k.next_at, k.warn_at, k.due_at, k.warned_at, k.breached_at,
  k.stopped_at, c.version, c.state, c.resolved_at, c.severity, c.client_id, c.queue_id, c.holder_id, c.overseer_id,
  q.owner_id,
  p.raise_on, CASE WHEN k.timer = ANY (p.penalty_timers) THEN p.penalty END AS penalty, p.currency,
  statement_timestamp() AS now
FROM escalations_clock k JOIN escalations_case c ON c.id = k.case_id JOIN escalations_slapolicy p ON p.id = k.policy_id
  LEFT JOIN escalations_queue q ON q.id = c.queue_id
WHERE k.next_at <= statement_timestamp() ORDER BY k.next_at LIMIT %s FOR NO KEY UPDATE OF k, c SKIP LOCKED
"""

FIRE = """
WITH told AS (
  INSERT INTO accounts_event (id, stream, version, body)
  SELECT gen_random_uuid(), x.case_id, x.version, decode(x.body, 'hex')
  FROM jsonb_to_recordset(%s::jsonb) AS x (nth int, case_id uuid, version bigint, body text) ORDER BY x.nth)
UPDATE escalations_clock k SET next_at = x.next_at,
  warned_at = CASE WHEN x.fired = 'warned' THEN statement_timestamp() ELSE k.warned_at END,
  breached_at = CASE WHEN x.fired = 'breached' THEN statement_timestamp() ELSE k.breached_at END,
  penalty = coalesce(k.penalty, x.penalty), currency = CASE WHEN k.penalty IS NULL AND x.penalty IS NOT NULL
    THEN x.currency ELSE k.currency END
FROM jsonb_to_recordset(%s::jsonb) AS x (id bigint, fired text, next_at timestamptz, penalty numeric, currency text)
WHERE k.id = x.id
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A clock with a milestone that is due, and its case as it stands; both are locked."""

    id: int
    case_id: UUID
    timer: str
    round: int
    tier: int
    next_at: datetime
    warn_at: datetime | None
    due_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    version: int
    state: str
    resolved_at: datetime | None
    severity: int
    client_id: int
    queue_id: int | None
    holder_id: int | None
    overseer_id: int | None
    owner_id: int | None
    raise_on: Sequence[str]
    penalty: Decimal | None
    currency: str
    now: datetime

    @property
    def milestone(self) -> Milestone | None:
        """What fires, or None: nothing does for a case that was resolved in time, nor twice."""
        if self.breached_at is not None:
            return None
        if self.stopped_at is not None or self.state in ENDED:
            ended = self.stopped_at or self.resolved_at
            late = self.due_at is not None and ended is not None and ended > self.due_at
            return Milestone.BREACHED if late else None
        return (
            Milestone.WARNED
            if self.warned_at is None and self.next_at == self.warn_at
            else Milestone.BREACHED
        )

    @property
    def rises(self) -> bool:
        """Does the policy take the case a tier up on what fires now, or on a breach that could not yet?"""
        named = self.milestone or (Milestone.BREACHED if self.breached_at else None)
        return named is not None and f"{self.timer}.{named}" in self.raise_on and self.stopped_at is None

    @property
    def next_milestone(self) -> datetime | None:
        """What is due after this."""
        if self.milestone == Milestone.WARNED:
            return self.due_at
        return self.now + AGAIN if self.rises and self.state in WAITS_ELSEWHERE else None


def fire_due(*, seconds: float = 10) -> int:
    """Fire whatever is due, for at most `seconds` (a batch begun is finished); how many fired."""
    until = time.monotonic() + seconds
    fired = 0
    while True:
        taken, some = _batch()
        fired += some
        if not taken or time.monotonic() > until:
            return fired


@transaction.atomic
def _batch() -> tuple[int, int]:
    """One batch: how many rows were due and taken, how many milestones fired."""
    due = _take()
    if not due:
        return 0, 0
    fires = [one for one in due if one.milestone is not None]
    _fire(due, fires)
    raise_alerts([_alert(one) for one in fires])
    _raise([one for one in due if one.rises and one.state in RISES_FROM])
    return len(due), len(fires)


def _take() -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [BATCH])
        return [Due(*row) for row in cursor.fetchall()]


def _fire(due: Sequence[Due], fires: Sequence[Due]) -> None:
    events = [
        {"nth": nth, "case_id": one.case_id, "version": one.version, "body": _body(one)}
        for nth, one in enumerate(fires)
    ]  # fmt: skip
    clocks = [
        {
            "id": one.id, "fired": one.milestone, "next_at": one.next_milestone,
            "penalty": one.penalty if one.milestone == Milestone.BREACHED else None, "currency": one.currency,
        }
        for one in due
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FIRE, [json.dumps(events, default=_json), json.dumps(clocks, default=_json)])


def _body(one: Due) -> str:
    kind, _ = KINDS[one.milestone or Milestone.BREACHED]
    at = one.warn_at if one.milestone == Milestone.WARNED else one.due_at
    data = {"timer": one.timer, "round": one.round, "tier": one.tier, "at": at.isoformat() if at else None}
    return body_of(kind=kind, actor=None, data=data).hex()


def _alert(one: Due) -> NewAlert:
    """For whoever answers for the case, whoever holds it and whoever oversees it; a breach for the supervisors too."""
    milestone = one.milestone or Milestone.BREACHED
    breached = milestone == Milestone.BREACHED
    return NewAlert(
        KINDS[milestone][1], f"{one.case_id}:{one.timer}:{one.round}", severity=one.severity, case_id=one.case_id,
        client_id=one.client_id, queue_id=one.queue_id, to=_people(one.owner_id, one.holder_id, one.overseer_id),
        roles=("supervisor",) if breached else (), data={"timer": one.timer, "tier": one.tier},
    )  # fmt: skip


def _raise(due: Sequence[Due]) -> None:
    """Take cases a tier up (R048), tell both parties, and start the clock of the new tier."""
    rising = {one.case_id: one for one in due}
    because = {pk: f"{one.timer}.{one.milestone or Milestone.BREACHED}" for pk, one in rising.items()}
    ups = {up.id: up.version for up in raise_cases(because=because, actor=None)}
    told = [(one, ups[pk]) for pk, one in rising.items() if pk in ups]
    moved = list(ups)
    owners = _owners(moved)
    raise_alerts([
        NewAlert(
            AlertKind.RAISED, f"{one.case_id}:{version}", severity=one.severity, case_id=one.case_id,
            client_id=one.client_id, queue_id=owners[one.case_id][0],
            to=_people(one.owner_id, one.holder_id, owners[one.case_id][1]),
            data={"timer": one.timer, "from": one.tier},
        )
        for one, version in told
    ])  # fmt: skip
    if moved:
        retime(moved)


def _owners(cases: Sequence[UUID]) -> Mapping[UUID, tuple[int, int]]:
    """Queue and its owner, for each of the cases."""
    rows = Queue.objects.order_by().filter(cases__in=cases).values_list("cases", "pk", "owner")
    return {case: (queue, owner) for case, queue, owner in rows}


def _people(*ids: int | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one for one in ids if one is not None))


def _json(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
