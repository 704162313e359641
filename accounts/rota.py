"""Who works when: shifts and time off against a moment. Pure: plain values in, plain values out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """A shift that comes back every week; `ends` at or before `starts` is on the next morning. 0 is Monday."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Absence:
    """From `begins` up to `ends`; `delegate` stands in, if anybody does."""

    begins: datetime
    ends: datetime
    delegate: int | None = None


def on_shift(shifts: Iterable[Hours], zone: str, at: datetime) -> bool:
    """Does one of `shifts` cover `at` (aware), on the clock of `zone`? Whoever has none always works.

    The wall clock decides: on the night the clocks change a shift ends when the clock on the wall says so.
    """
    shifts = list(shifts)
    here = at.astimezone(ZoneInfo(zone))
    return not shifts or any(_covers(shift, here) for shift in shifts)


def absence_at(absences: Iterable[Absence], at: datetime) -> Absence | None:
    """The absence that covers `at`, the one that ends last if there are several."""
    now = [one for one in absences if one.begins <= at < one.ends]
    return max(now, key=lambda one: one.ends, default=None)


def _covers(shift: Hours, here: datetime) -> bool:
    clock, today = here.time().replace(fold=0), here.weekday()
    if shift.starts < shift.ends:
        return today == shift.weekday and shift.starts <= clock < shift.ends
    yesterday = (here - timedelta(days=1)).weekday()
    return (today == shift.weekday and clock >= shift.starts) or (
        yesterday == shift.weekday and clock < shift.ends
    )
