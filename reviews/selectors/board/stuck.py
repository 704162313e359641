"""Delays in escalations of several steps: cases that go from hand to hand, that nobody touches, sub-tasks that wait
(R107).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from accounts.choices import EventKind
from accounts.models.user import shortened
from escalations.models import SubTask, Waiting
from reviews.selectors.addresses import address
from reviews.selectors.board.cases import Lined, line, waiting_lines
from reviews.selectors.board.kept import rows_of
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
    cases = _by_id(rows_of(floor, _often))
    passed: Counter[UUID] = Counter()
    if cases:
        with connection.cursor() as cursor:
            cursor.execute(PASSED, [list(cases), list(BOUNCES)])
            passed.update(dict(cursor.fetchall()))
    return tuple(
        line(cases[pk], note=f"passed on {n} times") for pk, n in passed.most_common(ROWS) if n >= OFTEN
    )


PASSED = (
    "SELECT stream, count(*) FROM accounts_event WHERE stream = ANY(%s) AND kind = ANY(%s) GROUP BY stream"
)


def _often(floor: Floor) -> QuerySet[Waiting, Any]:
    return waiting_lines(floor.waiting.filter(version__gte=9).order_by("-version"))[:LOOK]


def _untouched(floor: Floor) -> tuple[CaseLine, ...]:
    """Of those late the longest, whatever has not been touched for hours."""
    cases = _by_id(rows_of(floor, _longest_late))
    since: list[tuple[UUID, datetime]] = []
    if cases:
        with connection.cursor() as cursor:
            cursor.execute(TOUCHED, [list(cases)])
            since = [(pk, at) for pk, at in cursor.fetchall() if floor.now - at >= UNTOUCHED]
    return tuple(line(cases[pk], note=f"untouched for {_spell(floor.now - at)}") for pk, at in since[:ROWS])


TOUCHED = "SELECT stream, max(at) FROM accounts_event WHERE stream = ANY(%s) GROUP BY stream ORDER BY 2"


def _longest_late(floor: Floor) -> QuerySet[Waiting, Any]:
    late = floor.waiting.filter(due_at__lte=floor.now).order_by("due_at", "case_id")
    return waiting_lines(late)[:LOOK]


def _by_id(rows: Iterable[tuple[Any, ...]]) -> dict[UUID, Lined]:
    return {case.id: case for case in (Lined(*row) for row in rows)}


def _subtasks(floor: Floor) -> tuple[SubTaskRow, ...]:
    """Open parts of cases on this floor, the first due first."""
    return tuple(
        SubTaskRow(
            id=pk, title=title, ref=ref, url=address("case", ref), department=department,
            assignee=shortened(assignee) if assignee else "", opened_at=opened_at, due_at=due_at,
        )
        for pk, title, ref, department, assignee, opened_at, due_at in rows_of(floor, _open_parts)
    )  # fmt: skip


def _open_parts(floor: Floor) -> QuerySet[SubTask, Any]:
    tasks = SubTask.objects.filter(state=SubTask.State.OPEN, case__in=floor.cases).order_by("due_at", "pk")
    columns = ("id", "title", "case__ref", "department", "assignee__name", "opened_at", "due_at")
    return tasks.values_list(*columns)[:ROWS]


def _spell(span: timedelta) -> str:
    hours = int(span / timedelta(hours=1))
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
