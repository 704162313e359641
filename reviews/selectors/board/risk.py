"""At risk: what falls due next and may not be done in time, then what is late."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from escalations.choices import CaseState
from escalations.models import Waiting
from reviews.selectors.board.ageing import HORIZON
from reviews.selectors.board.cases import Lined, line, waiting_lines
from reviews.selectors.board.held import Held
from reviews.selectors.board.kept import rows_of
from reviews.selectors.board.outlook import Looked
from reviews.selectors.board.scope import Floor
from reviews.selectors.board.shapes import CaseLine

ROWS = 12

NEVER = datetime.max.replace(tzinfo=UTC)


def at_risk(floor: Floor, held: Sequence[Held], looked: Looked) -> tuple[CaseLine, ...]:
    """Soonest deadline first: only these can still be saved; then the latest to have passed theirs."""
    queued = [Lined(*row) for row in rows_of(floor, _queued)]
    cases = [*queued, *(one for one in map(_lined, held) if one.due_at and one.due_at <= floor.now + HORIZON)]
    ahead = _first(one for one in cases if one.due_at and one.due_at > floor.now)
    late = _first((one for one in cases if one.due_at and one.due_at <= floor.now), latest=True)
    rows = [*ahead, *late][:ROWS]
    return tuple(line(case, looked.forecast.chances.get(case.ref)) for case in rows)


def _first(cases: Iterable[Lined], *, latest: bool = False) -> list[Lined]:
    return sorted(cases, key=lambda case: (case.due_at or NEVER, case.id), reverse=latest)[:ROWS]


def _queued(floor: Floor) -> QuerySet[Waiting, Any]:
    """The first of those that wait, on both sides of now: two looks into one index."""
    rows = waiting_lines(floor.waiting)
    ahead = rows.filter(due_at__gt=floor.now, due_at__lte=floor.now + HORIZON).order_by("due_at", "case_id")
    late = rows.filter(due_at__lte=floor.now).order_by("-due_at", "-case_id")
    return ahead[:ROWS].union(late[:ROWS], all=True)


def _lined(case: Held) -> Lined:
    return Lined(
        case.id,
        case.ref,
        case.subject,
        case.case_type,
        case.severity,
        case.due_at,
        case.holder_name,
        case.queue,
        CaseState.CLAIMED,
    )
