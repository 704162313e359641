"""At risk: what falls due next and may not be done in time, then what is late."""

from django.db.models import QuerySet

from escalations.models import Case
from reviews.selectors.board.cases import NEAR, line
from reviews.selectors.board.outlook import HORIZON, Looked
from reviews.selectors.board.scope import Floor
from reviews.selectors.board.shapes import CaseLine

ROWS = 12


def at_risk(floor: Floor, looked: Looked) -> tuple[CaseLine, ...]:
    """Soonest deadline first: only these can still be saved; then the latest to have passed theirs."""
    ahead = floor.pending.filter(due_at__gt=floor.now, due_at__lte=floor.now + HORIZON)
    late = floor.pending.filter(due_at__lte=floor.now)
    rows = [*_first(ahead, "due_at")]
    if len(rows) < ROWS:
        rows += _first(late, "-due_at")[: ROWS - len(rows)]
    return tuple(line(case, looked.forecast.chances.get(case.ref)) for case in rows)


def _first(cases: QuerySet[Case], order: str) -> list[Case]:
    """The first few of those waiting and of those in hand: each from its own index."""
    queued = cases.filter(state="queued").select_related(*NEAR).order_by(order, "id")[:ROWS]
    held = cases.filter(state="claimed").select_related(*NEAR).order_by(order, "id")[:ROWS]
    rows = sorted([*queued, *held], key=lambda case: (case.due_at, case.pk), reverse=order.startswith("-"))
    return rows[:ROWS]
