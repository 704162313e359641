"""The desk hands out cases by itself: a loop that brings what is into line with what should be.

It looks at the rows, not at what happened, so that a lost wake-up or a second loop changes nothing: critical cases
(and those of queues that push) are offered to whoever fits best, one at a time, until somebody takes them; the
supervisor is paged when nobody did in time (R054); cases that nobody could take at all are marked and told (R036).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import EventKind
from escalations.choices import AlertKind, CaseState
from escalations.matching import match
from escalations.models import Alert, Case
from escalations.permissions import asked_by
from escalations.services.alerting import end_alerts, raise_alert
from escalations.transitions import move_all, touch
from reviews.permissions import may_claim
from reviews.selectors.pool import (
    WaitingLane,
    as_people,
    as_waiting,
    critical,
    lanes_in_use,
    staff,
    there,
    to_hand_out,
)
from reviews.services import offers

BATCH = 500  # cases marked in one transaction


@dataclass(frozen=True, slots=True)
class Handed:
    """What one pass did."""

    offered: int
    lapsed: int
    paged: int


def hand_out() -> Handed:
    """One pass of the loop. Any number may run at once."""
    offers.settle()
    lapsed = offers.lapse()
    return Handed(_offer(), lapsed, _page())


def find_unroutable() -> tuple[int, int]:
    """Mark waiting cases that nobody could take, whoever were there; unmark those that somebody can. How many each."""
    touch(
        Case.objects.filter(unroutable_since__isnull=False).exclude(state=CaseState.QUEUED),
        unroutable_since=None,
    )
    lanes, people = lanes_in_use(), staff(timezone.now())
    lost = [lane for lane in lanes if not any(may_claim(one, lane.like) for one in people)]
    found = [lane for lane in lanes if lane.marked and lane not in lost]
    marked = sum(_mark(lane) for lane in lost if lane.marked < lane.waiting)
    unmarked = sum(_unmark(lane) for lane in found)
    _end_alerts(lost)
    return marked, unmarked


def _offer() -> int:
    cases = to_hand_out()
    people = there(timezone.now()) if cases else []
    if not people:
        return 0
    by_case = {case.pk: case for case in cases}
    by_id = {person.pk: person for person in people}
    pairs = match(as_waiting(cases, people), as_people(people))
    return sum(offers.push(case=by_case[case], to=by_id[person]) is not None for case, person in pairs)


def _page() -> int:
    """Tell the supervisor of critical cases that have waited longer than HANDRAIL_CRITICAL_SECONDS, each once."""
    limit = timedelta(seconds=settings.HANDRAIL_CRITICAL_SECONDS)
    late = critical(limit)
    told = Alert.objects.filter(kind=AlertKind.WAITING_CRITICAL, ended_at__isnull=True).values("case")
    return sum(_tell(case) for case in late.exclude(pk__in=told)[:BATCH])


@transaction.atomic
def _tell(case: Case) -> int:
    still = Case.objects.select_for_update(of=("self",)).filter(pk=case.pk, state=CaseState.QUEUED)
    if not still.exists() or _is_told(case):
        return 0
    raise_alert(
        AlertKind.WAITING_CRITICAL, case.ref, severity=1, case_id=case.pk, client_id=case.client_id,
        queue_id=case.queue_id, data={"seconds": settings.HANDRAIL_CRITICAL_SECONDS},
    )  # fmt: skip
    return 1


def _is_told(case: Case) -> bool:
    return Alert.objects.filter(kind=AlertKind.WAITING_CRITICAL, key=case.ref, ended_at__isnull=True).exists()


@transaction.atomic
def _mark(lane: WaitingLane) -> int:
    some = lane.cases().filter(unroutable_since__isnull=True)
    ids = list(some.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    moved = move_all(
        some.filter(pk__in=ids), EventKind.CASE_UNROUTABLE, actor=None, data=_told(lane), unroutable_since=Now()
    )  # fmt: skip
    if moved:
        raise_alert(
            AlertKind.UNROUTABLE, lane.key, severity=2, client_id=lane.like.client_id,
            queue_id=lane.like.queue_id, data={**_told(lane), "waiting": lane.waiting},
        )  # fmt: skip
    return len(moved)


@transaction.atomic
def _unmark(lane: WaitingLane) -> int:
    some = lane.cases().filter(unroutable_since__isnull=False)
    ids = list(some.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    return len(
        move_all(some.filter(pk__in=ids), EventKind.CASE_ROUTABLE, actor=None, data={}, unroutable_since=None)
    )


def _end_alerts(lost: Sequence[WaitingLane]) -> None:
    open_ones = Alert.objects.filter(kind=AlertKind.UNROUTABLE, ended_at__isnull=True)
    over = set(open_ones.values_list("key", flat=True)) - {lane.key for lane in lost}
    end_alerts(AlertKind.UNROUTABLE, sorted(over), because="somebody_can", actor=None)


def _told(lane: WaitingLane) -> dict[str, object]:
    like = lane.like
    return {"queue": like.queue_slug, "tier": like.tier, "asks": sorted(asked_by(like.need))}
