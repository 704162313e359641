"""The workload figure: one line a person (R104)."""

from collections.abc import Sequence

from accounts.choices import PresenceState
from escalations import durations
from reviews.selectors.board.cases import Choice
from reviews.selectors.board.people import Worker
from reviews.selectors.board.scope import Floor
from reviews.selectors.board.shapes import PersonRow

WIDTH = 72  # units of the bar


def workload_of(floor: Floor, workers: Sequence[Worker]) -> tuple[PersonRow, ...]:
    """Those at work first. The bar and its tick are in units of the largest load or capacity, both in work units."""
    most = max((max(worker.units, worker.capacity) for worker in workers), default=1) or 1
    return tuple(_row(floor, worker, most) for worker in workers)


def _row(floor: Floor, worker: Worker, most: int) -> PersonRow:
    median = durations.quantile(worker.worked, 0.5)
    here = worker.is_here(floor.now)
    state = str(PresenceState(worker.state).label)
    if here and worker.state == PresenceState.OFFLINE:
        state = "Working"
    return PersonRow(
        id=worker.user.pk, name=worker.user.short_name, state=state, since=worker.member.since,
        open=worker.open, units=worker.units, held=len(worker.held), capacity=worker.capacity,
        over=worker.units > worker.capacity,
        bar=round(WIDTH * worker.units / most), limit=round(WIDTH * worker.capacity / most),
        per_hour=round(worker.resolved / worker.active_hours, 1) if worker.active_hours else 0.0,
        resolved=worker.resolved, last_act=worker.last_act,
        kept=round(100 * worker.kept / worker.resolved) if worker.resolved else None,
        median=round(median / 60) if median is not None else None,
        url=Choice(state="held", holder=str(worker.user.pk)).url(floor.view), here=here, tier=worker.tier,
    )  # fmt: skip
