"""When somebody works: business calendars. Pure; every time that comes in or goes out is aware and exact.

A calendar is a set of instants: those at which a clock on the wall in its zone shows a time inside one of the day's
periods, on a day that is neither a holiday nor closed. So a night with 23 or 25 hours counts the hours it has.
"""

import zoneinfo
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TypeAlias

import holidays

DAY = timedelta(days=1)
NEVER_LONGER = 20 * 366
"""Days that `add` looks ahead: more than any target can need in a calendar that has working time."""

Period: TypeAlias = tuple[int, int, int]
"""Weekday (0 is Monday), first minute and the minute after the last of a day: (0, 540, 1020) is Monday nine to five."""
Opening: TypeAlias = tuple[datetime, datetime]
"""An unbroken stretch of working time, in UTC; the end is not in it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a calendar: the form field it concerns, and why, in words."""

    field: str
    text: str


class NoWorkingTime(ValueError):
    """A calendar in which nothing can ever come due."""


@dataclass(frozen=True)
class Calendar:
    """Periods of work in the wall-clock time of `zone`; `country` and `subdivision` name its public holidays."""

    zone: str = "UTC"
    periods: tuple[Period, ...] = tuple((weekday, 0, 1440) for weekday in range(7))
    country: str = ""
    subdivision: str = ""
    closed: frozenset[date] = frozenset()
    _days: dict[date, tuple[Opening, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; nothing when `end` is not after `start`."""
        if self.always:
            return max(end - start, timedelta(0))
        return sum((b - a for a, b in self.openings(start, end)), timedelta(0))

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The first instant by which `amount` of working time has passed since `start`.

        Raises NoWorkingTime when that is further away than anybody waits.
        """
        if amount <= timedelta(0):
            return start
        if self.always:
            return start + amount
        left = amount
        for opening, closing in self._openings_from(start):
            if closing - opening >= left:
                return opening + left
            left -= closing - opening
        raise NoWorkingTime(f"There is no working time after {start:%Y-%m-%d}.")

    def openings(self, start: datetime, end: datetime) -> Iterator[Opening]:
        """The stretches of working time between two instants, in order."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        day = start.date()
        while day <= end.date():
            for opening, closing in self._of_day(day):
                if opening < end and closing > start:
                    yield max(opening, start), min(closing, end)
            day += DAY

    @cached_property
    def always(self) -> bool:
        """Is there no moment without work?"""
        whole = {(weekday, 0, 1440) for weekday in range(7)}
        return not self.country and not self.closed and whole <= set(self.periods)

    def _openings_from(self, start: datetime) -> Iterator[Opening]:
        start = start.astimezone(UTC)
        for number in range(NEVER_LONGER):
            for opening, closing in self._of_day(start.date() + number * DAY):
                if closing > start:
                    yield max(opening, start), closing

    def _of_day(self, day: date) -> tuple[Opening, ...]:
        """Working time of one day of UTC, which may touch two days of the zone and a change of its clocks."""
        if day not in self._days:
            found: list[Opening] = []
            for begin, end, offset in _steady(self.zone, day):
                found += self._within(begin, end, offset)
            self._days[day] = tuple(found)
        return self._days[day]

    def _within(self, begin: datetime, end: datetime, offset: timedelta) -> Iterator[Opening]:
        """Working time between two instants between which the zone keeps one offset from UTC."""
        local = (begin + offset).date()
        while local <= (end + offset).date():
            midnight = datetime.combine(local, time(0), UTC) - offset
            for first, last in self._minutes_of(local):
                opening = max(midnight + timedelta(minutes=first), begin)
                closing = min(midnight + timedelta(minutes=last), end)
                if opening < closing:
                    yield opening, closing
            local += DAY

    def _minutes_of(self, local: date) -> list[tuple[int, int]]:
        if local in self.closed or (
            self.country and local in _holidays(self.country, self.subdivision, local.year)
        ):
            return []
        weekday = local.weekday()
        return sorted((first, last) for day, first, last in self.periods if day == weekday)


ALWAYS = Calendar()
"""Round the clock, every day."""


def calendar_of(
    *, zone: str, periods: Sequence[Sequence[object]], country: str = "", subdivision: str = "",
    closed: Sequence[date] = (),
) -> Calendar:  # fmt: skip
    """The calendar of stored values, which `problems` found nothing wrong with."""
    return Calendar(
        zone, tuple(sorted((int(str(d)), minute_of(str(a)), minute_of(str(b))) for d, a, b in periods)),
        country, subdivision, frozenset(closed),
    )  # fmt: skip


def problems(
    *, zone: str, periods: Sequence[Sequence[object]], country: str = "", subdivision: str = "",
    closed: Sequence[date] = (),
) -> list[Problem]:  # fmt: skip
    """Everything that is wrong with a calendar, in words for whoever typed it. `closed` are checked by type alone."""
    found = []
    if zone not in zoneinfo.available_timezones():
        found.append(Problem("timezone", f"There is no time zone “{zone}”."))
    found += _of_country(country, subdivision)
    parsed, wrong = _parsed(periods)
    found += wrong
    if not parsed and not wrong:
        found.append(Problem("periods", "A calendar without working time would never let anything come due."))
    for before, after in pairwise(parsed):
        if before[0] == after[0] and after[1] < before[2]:
            found.append(Problem("periods", f"{DAYS[before[0]]}: two periods overlap."))
    return found


MIDNIGHT = "Over midnight it takes two periods: until 24:00, and from 00:00 of the next day."
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def minute_of(clock: str) -> int:
    """ "09:30" as 570, "24:00" as 1440. Raises ValueError for anything else than a time of day."""
    hours, _, minutes = clock.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and len(hours) <= 2 and len(minutes) == 2):
        raise ValueError(f"{clock} is not a time of day")
    value = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or value > 1440:
        raise ValueError(f"{clock} is not a time of day")
    return value


def clock_of(minute: int) -> str:
    """570 as "09:30"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def countries() -> dict[str, list[str]]:
    """The codes of every country whose holidays are known, with those of its subdivisions."""
    return holidays.list_supported_countries(include_aliases=False)


def _of_country(country: str, subdivision: str) -> list[Problem]:
    if not country:
        return [Problem("subdivision", "Name the country too.")] if subdivision else []
    known = countries()
    if country not in known:
        return [
            Problem(
                "country", f"No holidays are known for “{country}”: use a code of two letters, such as DE."
            )
        ]
    if subdivision and subdivision not in known[country]:
        return [Problem("subdivision", f"{country} has no subdivision “{subdivision}”.")]
    return []


def _parsed(periods: Sequence[Sequence[object]]) -> tuple[list[Period], list[Problem]]:
    parsed: list[Period] = []
    wrong: list[Problem] = []
    for entry in periods:
        try:
            day, first, last = (int(str(entry[0])), minute_of(str(entry[1])), minute_of(str(entry[2])))
            name = DAYS[day] if 0 <= day <= 6 else ""
        except (ValueError, IndexError, TypeError):
            wrong.append(Problem("periods", "A period is a weekday with two times, such as 09:00 to 17:30."))
            continue
        if not name:
            wrong.append(Problem("periods", "Weekdays are 0 (Monday) to 6 (Sunday)."))
        elif last <= first:
            wrong.append(
                Problem(
                    "periods",
                    f"{name}: {clock_of(first)} to {clock_of(last)} ends before it begins. {MIDNIGHT}",
                )
            )
        else:
            parsed.append((day, first, last))
    return sorted(parsed), wrong


@lru_cache(maxsize=4096)
def _holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year).keys())


@lru_cache(maxsize=65_536)
def _steady(zone: str, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """A day of UTC cut where `zone` changes its offset: (from, to, offset)."""
    begin = datetime.combine(day, time(0), UTC)
    end = begin + DAY
    first, last = _offset(zone, begin), _offset(zone, end - timedelta(microseconds=1))
    if first == last:
        return ((begin, end, first),)
    low, high = begin, end  # the change lies after `low`, at or before `high`
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset(zone, middle) == first else (low, middle)
    return ((begin, high, first), (high, end, last))


def _offset(zone: str, at: datetime) -> timedelta:
    offset = at.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset()
    return offset if offset is not None else timedelta(0)
