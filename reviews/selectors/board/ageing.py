"""How old the line is, and what falls due when: one pass over an index, no case is read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, IntegerField
from django.db.models.expressions import RawSQL

from escalations.forecast import STEP
from reviews.selectors.board.cases import BANDS, Choice, band_at
from reviews.selectors.board.held import Held
from reviews.selectors.board.scope import Floor
from reviews.selectors.board.shapes import Band, Cell

STEPS = 7
"""Half hours of the forecast that begin now."""


@dataclass(frozen=True, slots=True)
class Ageing:
    """Cases by band, and by tier and step of the forecast in which they fall due (late ones in none)."""

    bands: Counter[str]
    due: Counter[tuple[int, int]]

    def due_in(self, step: int) -> int:
        """How many fall due in a step, all tiers together."""
        return sum(n for (_, one), n in self.due.items() if one == step)


def ageing_of(floor: Floor, held: Iterable[Held]) -> Ageing:
    """Of every pending case of the floor."""
    bands: Counter[str] = Counter()
    due: Counter[tuple[int, int]] = Counter()
    slot = RawSQL(
        "CASE WHEN escalations_case.due_at > %s AND escalations_case.due_at < %s THEN "
        "floor(extract(epoch FROM escalations_case.due_at - %s) / %s)::int END",
        [floor.now, floor.now + timedelta(minutes=STEP * STEPS), floor.now, STEP * 60],
        output_field=IntegerField(),
    )
    rows = floor.waiting.annotate(band=band_at(floor.now), step=slot).order_by()
    for band, tier, step, n in rows.values_list("band", "tier", "step").annotate(n=Count("*")):
        bands[band] += n
        if step is not None:
            due[tier, step] += n
    for case in held:
        bands[_band(case, floor.now)] += 1
        if case.due_at and case.due_at > floor.now:
            due[case.tier, int((case.due_at - floor.now) / timedelta(minutes=STEP))] += 1
    return Ageing(bands, due)


def bands_of(floor: Floor, ageing: Ageing) -> tuple[Band, ...]:
    """The figure; cases without a deadline only where there are some."""
    longest = max(ageing.bands.values(), default=0) or 1
    return tuple(
        Band(key, label, Cell(n, Choice(band=key, at=floor.now).url(floor.view)), round(100 * n / longest))
        for key, label in BANDS.items()
        if (n := ageing.bands[key]) or key != "open"
    )


def _band(case: Held, now: datetime) -> str:
    """The twin of `cases.BAND`."""
    if case.due_at is None:
        return "open"
    if case.due_at <= now:
        return "late"
    used = (now - case.created_at) / (case.due_at - case.created_at)
    return "most" if used >= 0.75 else "half" if used >= 0.5 else "quarter" if used >= 0.25 else "fresh"
