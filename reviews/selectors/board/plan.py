"""What moving many cases would do, before anything is done (R108): who gets how many, what is late by when, which
rows are left out and why.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import can
from escalations import forecast
from escalations.choices import CaseState
from escalations.forecast import Waiting
from escalations.models import Case, Queue
from reviews.permissions import may_claim
from reviews.selectors.board.cases import Choice, chosen
from reviews.selectors.board.outlook import Looked, within
from reviews.selectors.board.people import Worker
from reviews.selectors.board.scope import Floor
from reviews.selectors.board.screen import Board

MOST = 5000
"""More cases than this are not moved at once."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where cases go: a queue, a person, or (neither) whoever has the least and knows what is asked."""

    queue: Queue | None = None
    person: User | None = None

    @property
    def words(self) -> str:
        """As the preview says it."""
        if self.queue is not None:
            return f"to {self.queue.name}"
        return f"to {self.person.short_name}" if self.person else "to the least loaded with the skill"


@dataclass(frozen=True, slots=True)
class Row:
    """A case and whom it goes to (None: a queue), or why it is left out."""

    case: Case
    person: User | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one person has before and after."""

    name: str
    before: int
    after: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows that would move and rows that are left out; people's loads and expected breaches before and after."""

    target: Target
    rows: tuple[Row, ...]
    left_out: tuple[Row, ...]
    people: tuple[Effect, ...]
    until: str
    late_before: int
    late_after: int


@dataclass
class _Places:
    """How many work units each person has while rows are given out."""

    workers: dict[int, Worker]
    has: Counter[int] = field(default_factory=Counter)

    def room(self, worker: Worker, effort: int) -> bool:
        """As `services.moving` asks: whoever has nothing at all has room for any one case."""
        has = self.has[worker.user.pk]
        return has + effort <= worker.capacity or (has == 0 and worker.capacity > 0)


def selected(floor: Floor, refs: Sequence[str], choice: Choice | None) -> list[Case]:
    """The cases that were marked, or all that match; only those on this floor, in working order."""
    cases = chosen(floor, choice) if choice is not None else floor.cases.filter(ref__in=refs[:MOST])
    near = cases.select_related("queue", "client", "case_type", "holder")
    return list(near.order_by("rank_at", "id")[:MOST])


def plan_move(board: Board, cases: Sequence[Case], target: Target) -> Plan:
    """What would happen; nothing is written."""
    places = _Places({one.user.pk: one for one in board.workers})
    places.has.update({pk: one.units for pk, one in places.workers.items()})
    before = Counter(places.has)
    rows = [_row(board, case, target, places) for case in cases]
    going = tuple(row for row in rows if not row.why)
    in_hand = Counter({pk: len(one.held) for pk, one in places.workers.items()})
    late_before, late_after = _late(board.looked, going, target, in_hand)
    return Plan(
        target, going, tuple(row for row in rows if row.why), tuple(_effects(places, before)), board.outlook.until,
        late_before, late_after,
    )  # fmt: skip


def refusal(actor: User, case: Case, target: Target) -> str:
    """Why `actor` may not move this case there; "" when they may."""
    if not can(actor, Capability.CASE_ASSIGN, case):
        return "you have no right to move it"
    if case.state not in (CaseState.QUEUED, CaseState.CLAIMED):
        return f"it is not waiting: {case.get_state_display().lower()}"
    if target.queue is not None:
        there = Place(case.client_id, target.queue.slug, max(case.tier, target.queue.tier))
        if not can(actor, Capability.CASE_ASSIGN, there):
            return "that queue is beyond your reach"
        if case.queue_id == target.queue.pk:
            return "it is there already"
    return ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case would lie."""

    client_id: int
    queue_slug: str
    tier: int


def _row(board: Board, case: Case, target: Target, places: _Places) -> Row:
    if why := refusal(board.floor.actor, case, target):
        return Row(case, why=why)
    if target.queue is not None:
        return _given(case, None, places)
    if target.person is not None:
        worker = places.workers.get(target.person.pk)
        if worker is None:
            return Row(case, why=f"{target.person.short_name} does not work this floor")
        why = _unfit(worker, case, places)
        return Row(case, why=why) if why else _given(case, worker, places)
    fit = [
        one
        for one in places.workers.values()
        if one.works_at(board.floor.now, board.floor.now)
        and one.is_here(board.floor.now)
        and not _unfit(one, case, places)
    ]
    if not fit:
        return Row(case, why="nobody here has the skill, the right and room for it")
    best = min(
        fit,
        key=lambda one: (
            places.has[one.user.pk] / max(one.capacity, 1),
            places.has[one.user.pk],
            one.user.pk,
        ),
    )
    return _given(case, best, places)


def _unfit(worker: Worker, case: Case, places: _Places) -> str:
    """Why this person cannot have the case; the same is asked again when it is given."""
    if case.holder_id == worker.user.pk:
        return f"{worker.user.short_name} has it already"
    if not places.room(worker, case.effort):
        return f"{worker.user.short_name} would have more than {worker.capacity}"
    verdict = may_claim(worker.user, case)
    return "" if verdict else f"{worker.user.short_name} may not take it: {verdict.rule}"


def _given(case: Case, worker: Worker | None, places: _Places) -> Row:
    if case.holder_id is not None:
        places.has[case.holder_id] -= case.effort
    if worker is None:
        return Row(case)
    places.has[worker.user.pk] += case.effort
    return Row(case, worker.user)


def _effects(places: _Places, before: Counter[int]) -> Iterable[Effect]:
    for pk, worker in sorted(places.workers.items(), key=lambda pair: pair[1].user.name):
        if places.has[pk] != before[pk]:
            yield Effect(worker.user.short_name, before[pk], places.has[pk], worker.capacity)


def _late(looked: Looked, rows: Sequence[Row], target: Target, in_hand: Counter[int]) -> tuple[int, int]:
    """Cases to be expected late by the horizon, as it is and as it would be: the same forecast twice."""
    known = {case.ref: case for case in looked.cases}
    later = dict(known)
    has = Counter(in_hand)
    for row in rows:
        case = known.get(row.case.ref)
        if case is None:
            continue  # too far back to be reached in time as it is; counted in neither
        if row.person is not None:
            later[case.ref] = replace(case, after=has[row.person.pk])
            has[row.person.pk] += 1
        elif target.queue is not None:
            later[case.ref] = replace(case, tier=max(case.tier, target.queue.tier), after=None)
    return _sum(looked, known.values()), _sum(looked, later.values())


def _sum(looked: Looked, cases: Iterable[Waiting]) -> int:
    ordered = sorted(cases, key=lambda case: case.ref)
    found = within(forecast.forecast(ordered, looked.staff, looked.coming), ordered)
    return round(found.late) + looked.beyond
