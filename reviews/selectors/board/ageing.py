"""How old the line is, and what falls due when: from counts, and the few cases that are late or due soon."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Sum
from django.db.models.expressions import RawSQL

from escalations.ageing import BANDS, band
from escalations.forecast import STEP
from escalations.models import AgeCount, Waiting
from reviews.selectors.board.cases import Choice
from reviews.selectors.board.held import Held
from reviews.selectors.board.kept import rows_of
from reviews.selectors.board.scope import Floor
from reviews.selectors.board.shapes import Band, Cell

STEPS = 7
"""Half hours of the forecast that begin now."""

HORIZON = timedelta(minutes=STEP * STEPS)

LATE = -1
"""The step of what is late."""

SLOT = f"""CASE WHEN escalations_waiting.due_at <= %s THEN {LATE} ELSE
  floor(date_part('epoch', escalations_waiting.due_at - %s) / {STEP * 60})::int END"""


@dataclass(frozen=True, slots=True)
class Due:
    """Pending cases by tier and step of the forecast in which they fall due; LATE is a step too."""

    steps: Counter[tuple[int, int]]

    def at(self, step: int) -> int:
        """How many fall due in a step, all tiers together."""
        return sum(n for (_, one), n in self.steps.items() if one == step)

    @property
    def late(self) -> int:
        """How many are late."""
        return self.at(LATE)

    @property
    def soon(self) -> int:
        """How many fall due within the horizon."""
        return sum(n for (_, one), n in self.steps.items() if one >= 0)


def due_on(floor: Floor, held: Iterable[Held]) -> Due:
    """From one stretch of an index: what is late and what falls due within the horizon. No case is read."""
    until = floor.now + HORIZON
    steps = Counter({(tier, step): n for tier, step, n in rows_of(floor, _steps)})
    for case in held:
        if case.due_at is not None and case.due_at < until:
            late = case.due_at <= floor.now
            step = LATE if late else int((case.due_at - floor.now) / timedelta(minutes=STEP))
            steps[case.tier, step] += 1
    return Due(steps)


def _steps(floor: Floor) -> QuerySet[Waiting, Any]:
    slot = RawSQL(SLOT, [floor.now, floor.now], output_field=IntegerField())  # noqa: S611 - our own constant
    rows = floor.waiting.filter(due_at__lt=floor.now + HORIZON).annotate(step=slot).order_by()
    return rows.values_list("tier", "step").annotate(n=Count("*"))


def bands_on(floor: Floor, held: Iterable[Held]) -> tuple[tuple[Band, ...], datetime | None]:
    """The figure, as it was at the latest count, and when that was (None: nothing was counted); cases without a
    deadline only where there are some.
    """
    bands: Counter[str] = Counter()
    at: datetime | None = None
    for key, counted_at, n in rows_of(floor, _bands):
        bands[key] += n
        at = counted_at
    for case in held:
        bands[band(case.created_at, case.due_at, at or floor.now)] += 1
    longest = max(bands.values(), default=0) or 1
    figure = tuple(
        Band(
            key,
            label,
            Cell(n, Choice(band=key, at=at or floor.now).url(floor.view)),
            round(100 * n / longest),
        )
        for key, label in BANDS.items()
        if (n := bands[key]) or key != "open"
    )
    return figure, at


def _bands(floor: Floor) -> QuerySet[AgeCount, Any]:
    counts = floor.of(AgeCount.objects.all()).values_list("band", "counted_at")
    return counts.annotate(sum=Sum("n")).order_by()
