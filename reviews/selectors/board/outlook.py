"""What the next hours bring: the forecast's inputs from rows, its outputs in words (rank 14)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.choices import Capability
from accounts.permissions import scopes_of
from escalations import durations, forecast, models
from escalations.choices import Tier
from escalations.clocks import HEAD_START
from escalations.forecast import STEP, Coming, Forecast, Staff, Waiting
from escalations.models import ArrivalHour
from escalations.models.case import KEPT_FOR_SENIORS
from reviews.selectors.board.ageing import HORIZON, STEPS, Due
from reviews.selectors.board.held import Held
from reviews.selectors.board.kept import rows_of
from reviews.selectors.board.people import LOOK_BACK, Worker
from reviews.selectors.board.scope import Floor
from reviews.selectors.board.shapes import Outlook, Step

LEAST_LOOK, MOST_LOOK = 60, 400
"""How far down a tier's line chances are worked out one by one; what stands further back falls late for certain."""

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Looked:
    """The forecast, what it was made from, and cases too far back in the line to be reached in time."""

    forecast: Forecast
    cases: tuple[Waiting, ...]
    staff: Mapping[int, Staff]
    coming: tuple[Coming, ...]
    beyond: int

    @property
    def late(self) -> int:
        """Cases to be expected late within the horizon."""
        return round(self.forecast.late) + self.beyond


def look_ahead(floor: Floor, held: Sequence[Held], workers: Sequence[Worker], ahead: Due) -> Looked:
    """The chances of the cases that fall due within the horizon, from everybody's place in the line."""
    staff = {tier: staff_of(floor, workers, tier) for tier in Tier.values}
    cases = tuple(sorted({*_lines(floor, staff), *_in_hand(floor, held)}, key=lambda case: case.ref))
    coming = tuple(_coming(floor))
    soon = within(forecast.forecast(cases, staff, coming), cases)
    return Looked(soon, cases, staff, coming, max(ahead.soon - len(soon.chances), 0))


def within(found: Forecast, cases: Iterable[Waiting]) -> Forecast:
    """The same for what falls due within the horizon only."""
    soon = {case.ref: case.tier for case in cases if 0 < case.due <= HORIZON / MINUTE}
    expected = dict.fromkeys(found.expected, 0.0)
    for ref, tier in soon.items():
        expected[tier] += found.chances[ref]
    return Forecast({ref: found.chances[ref] for ref in soon}, expected, found.saves)


def staff_of(floor: Floor, workers: Sequence[Worker], tier: int) -> Staff:
    """Who works on a tier in each step, and their measured rate: by hours they were active or had cases in hand,
    whichever is less, so that idle hours do not count as slow ones.
    """
    team = [worker for worker in workers if worker.tier == tier]
    steps = [floor.now + timedelta(minutes=STEP) * step for step in range(STEPS)]
    people = tuple(float(sum(worker.works_at(step, floor.now) for worker in team)) for step in steps)
    in_hand = sum(durations.total(worker.worked) for worker in team) / 3600
    active = sum(worker.active_hours for worker in team)
    return Staff(people, sum(worker.resolved for worker in team), min(in_hand, active))


def outlook_of(floor: Floor, looked: Looked, ahead: Due) -> Outlook:
    """The figure, with its finding as a sentence."""
    due = [ahead.at(step) for step in range(STEPS)]
    room = forecast.capacity(list(looked.staff.values()), STEPS)
    labels = [clock(floor.now + timedelta(minutes=STEP) * step) for step in range(STEPS + 1)]
    worst = forecast.shortfall(due, room)
    if worst is None:
        finding = "What falls due can be resolved by the people there."
    else:
        finding = (
            f"From {labels[worst.first]} to {labels[worst.last + 1]}, {round(worst.over)} more fall due "
            "than the people there resolve."
        )
    rates = [team for team in looked.staff.values() if team.resolved]
    return Outlook(
        finding=finding, advice=tuple(advice(looked)),
        steps=tuple(Step(*step) for step in zip(labels[:-1], due, room, strict=True)),
        likely_late=looked.late, until=labels[-1],
        measured=f"Measured over the last {LOOK_BACK // timedelta(hours=1)} hours: "
        + (f"{sum(team.resolved for team in rates):.0f} cases in {sum(team.hours for team in rates):.0f} person-hours."
           if rates else "nothing yet, so four cases an hour and person are assumed."),
    )  # fmt: skip


def advice(looked: Looked) -> Iterable[str]:
    """What one more person would save, the most first; nothing below one breach."""
    for tier, saved in sorted(looked.forecast.saves.items(), key=lambda pair: -pair[1]):
        if (n := round(saved)) >= 1:
            yield f"One more person on tier {tier} now saves {n} {'breach' if n == 1 else 'breaches'}."


def clock(moment: datetime) -> str:
    """A time of day where the reader is."""
    return timezone.localtime(moment).strftime("%H:%M")


def _depth(team: Staff) -> int:
    reach = max(team.people, default=0) * team.rate * (HORIZON / timedelta(hours=1))
    return min(max(LEAST_LOOK, round(2 * reach)), MOST_LOOK)


def _lines(floor: Floor, staff: Mapping[int, Staff]) -> list[Waiting]:
    """The first of each tier's waiting cases in order, from both halves of the order's index, in one statement."""
    scopes = scopes_of(floor.actor, Capability.FLOOR_VIEW)
    depths = {
        tier: _depth(staff[tier]) for tier in Tier.values if any(tier <= one.max_tier for one in scopes)
    }
    if not depths:
        return []
    asked = tuple((tier, -(-most // ROUND) * ROUND) for tier, most in depths.items())
    lines: dict[int, list[Waiting]] = defaultdict(list)
    for ref, tier, due, rank in rows_of(floor, _halves, asked):
        lines[tier].append(Waiting(ref, tier, _minutes(due or rank, floor), _minutes(rank, floor)))
    return [case for tier, cases in lines.items() for case in sorted(cases, key=_turn)[: depths[tier]]]


def _halves(floor: Floor, asked: tuple[tuple[int, int], ...]) -> QuerySet[models.Waiting, Any]:
    waiting = floor.waiting.alias(kept=KEPT_FOR_SENIORS)
    halves = [
        waiting.filter(tier=tier, kept=_half(kept))
        .order_by("rank_at", "case_id")
        .values_list(*COLUMNS)[:most]
        for tier, most in asked
        for kept in (False, True)
    ]
    return halves[0].union(*halves[1:], all=True)


ROUND = 20
"""Depths are rounded up to it, so that a rate that moves a little asks by the same statement."""

COLUMNS = ("ref", "tier", "due_at", "rank_at")


def _turn(case: Waiting) -> tuple[float, str]:
    return case.rank, case.ref


def _half(kept: bool) -> RawSQL:
    """In a subselect: a constant would be folded into the expression and miss the index."""
    return RawSQL("SELECT %s", [kept], output_field=BooleanField())


def _in_hand(floor: Floor, held: Sequence[Held]) -> Iterable[Waiting]:
    seen: dict[int, int] = {}
    for case in held:  # each person's in working order
        before = seen.get(case.holder, 0)
        seen[case.holder] = before + 1
        due = _minutes(case.due_at or case.rank_at, floor)
        yield Waiting(case.ref, case.tier, due, _minutes(case.rank_at, floor), before)


def _minutes(moment: datetime, floor: Floor) -> float:
    return (moment - floor.now) / MINUTE


def _coming(floor: Floor) -> list[Coming]:
    """Arrivals of the last hours, as what is to come."""
    return [
        Coming(tier, n / 4.5, minutes / n, HEAD_START[severity] / MINUTE)
        for tier, severity, n, minutes in rows_of(floor, _arrivals)
        if n
    ]


def _arrivals(floor: Floor) -> QuerySet[ArrivalHour, Any]:
    rows = floor.of(ArrivalHour.objects.all(), kept=False).filter(hour__gt=floor.now - timedelta(hours=5))
    return rows.values_list("tier", "severity").annotate(n=Sum("n"), minutes=Sum("minutes")).order_by()
