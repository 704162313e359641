"""Delays in escalations of several steps: cases that go from hand to hand, that nobody touches, sub-tasks that wait
(R107).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from accounts.choices import EventKind
from accounts.models import Event
from accounts.models.user import shortened
from escalations.models import Case, SubTask
from reviews.selectors.addresses import address
from reviews.selectors.board.cases import NEAR, line
from reviews.selectors.board.scope import Floor
from reviews.selectors.board.shapes import CaseLine, SubTaskRow

BOUNCES = (
    EventKind.CASE_SKIPPED, EventKind.CASE_RELEASED, EventKind.CASE_LEASE_EXPIRED, EventKind.CASE_TAKEN_OVER,
    EventKind.CASE_ESCALATED, EventKind.CASE_MOVED, EventKind.CASE_OFFER_LAPSED,
)  # fmt: skip
"""What passes a case on without settling it."""

OFTEN = 3
"""From so many on a case bounces."""

UNTOUCHED = timedelta(hours=4)
"""A late case that nothing has happened to for so long is forgotten."""

LOOK, ROWS = 40, 8


@dataclass(frozen=True, slots=True)
class Stuck:
    """The three lists."""

    bouncing: tuple[CaseLine, ...]
    untouched: tuple[CaseLine, ...]
    subtasks: tuple[SubTaskRow, ...]


def stuck_on(floor: Floor) -> Stuck:
    """The worst of each, a few rows."""
    return Stuck(_bouncing(floor), _untouched(floor), _subtasks(floor))


def _bouncing(floor: Floor) -> tuple[CaseLine, ...]:
    """Few cases have moved nine times (an index holds only those); the ledger says how often they were passed on."""
    often = floor.waiting.filter(version__gte=9).order_by("-version").select_related(*NEAR)[:LOOK]
    cases = {case.pk: case for case in often}
    passed: Counter[UUID] = Counter(
        Event.objects.filter(stream__in=cases, kind__in=BOUNCES).values_list("stream", flat=True)
    )
    return tuple(
        line(cases[pk], note=f"passed on {n} times") for pk, n in passed.most_common(ROWS) if n >= OFTEN
    )


def _untouched(floor: Floor) -> tuple[CaseLine, ...]:
    """Of those late the longest, whatever has not been touched for hours."""
    late = floor.waiting.filter(due_at__lte=floor.now).order_by("due_at", "id").select_related(*NEAR)[:LOOK]
    cases: dict[UUID, Case] = {case.pk: case for case in late}
    events = (
        Event.objects.filter(stream__in=cases).values_list("stream").annotate(at=Max("at")).order_by("at")
    )
    since: list[tuple[UUID, datetime]] = [(pk, at) for pk, at in events if floor.now - at >= UNTOUCHED]
    return tuple(line(cases[pk], note=f"untouched for {_spell(floor.now - at)}") for pk, at in since[:ROWS])


def _subtasks(floor: Floor) -> tuple[SubTaskRow, ...]:
    """Open parts of cases on this floor, the first due first."""
    tasks = SubTask.objects.filter(state=SubTask.State.OPEN, case__in=floor.cases).order_by("due_at", "pk")
    return tuple(
        SubTaskRow(
            id=task.pk, title=task.title, ref=task.case.ref, url=address("case", task.case.ref),
            department=task.department, assignee=shortened(task.assignee.name) if task.assignee else "",
            opened_at=task.opened_at, due_at=task.due_at,
        )
        for task in tasks.select_related("case", "assignee")[:ROWS]
    )  # fmt: skip


def _spell(span: timedelta) -> str:
    hours = int(span / timedelta(hours=1))
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
