"""Clock arithmetic done the long way: one look at the wall clock for every minute. It shares no code with ours."""

import zoneinfo
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import holidays

MINUTE = timedelta(minutes=1)
DAYS_OFF = {country: holidays.country_holidays(country, years=(2026, 2027)) for country in ("DE", "US", "PH")}


@dataclass(frozen=True)
class Wall:
    """A calendar as values: a zone, (weekday, first minute, last minute) periods, holidays, closed days."""

    zone: str
    periods: tuple[tuple[int, int, int], ...]
    country: str = ""
    closed: tuple[date, ...] = ()

    @lru_cache(maxsize=20_000)  # noqa: B019  the values of one example
    def works(self, minute: datetime) -> bool:
        """Does somebody work in the minute that begins then?"""
        local = minute.astimezone(zoneinfo.ZoneInfo(self.zone))
        today = local.date()
        if today in self.closed or (self.country and today in DAYS_OFF[self.country]):
            return False
        shown = local.hour * 60 + local.minute
        return any(day == today.weekday() and a <= shown < b for day, a, b in self.periods)


@dataclass(frozen=True)
class Part:
    """A stretch with one calendar, paused or not."""

    start: datetime
    end: datetime
    wall: Wall
    paused: bool = False


def minutes(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, datetime]]:
    """Every minute that the stretch touches: (its begin, the stretch's begin in it, the stretch's end in it)."""
    minute = start.astimezone(UTC).replace(second=0, microsecond=0)
    while minute < end:
        yield minute, max(minute, start), min(minute + MINUTE, end)
        minute += MINUTE


def elapsed(parts: Sequence[Part]) -> timedelta:
    """Working time in the parts that are not paused."""
    total = timedelta(0)
    for part in parts:
        for minute, a, b in minutes(part.start, part.end):
            if not part.paused and part.wall.works(minute):
                total += b - a
    return total


def due(parts: Sequence[Part], target: timedelta) -> datetime | None:
    """The instant at which `target` of it has passed, or None when it does not within the parts."""
    left = target
    for part in parts:
        for minute, a, b in minutes(part.start, part.end):
            if part.paused or not part.wall.works(minute):
                continue
            if b - a >= left:
                return a + left
            left -= b - a
    return None
