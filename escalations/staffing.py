"""Can the people of a tier do what a policy sends them, in the time it allows? Pure: a day of arrivals and of people.

A fluid line: in each hour of the day so many cases come on average, and so many can be done (people at work, an hour
over the minutes a case is in hand); what is not done waits for the next hour. What waits goes over midnight, so the day
is gone through until it repeats. A lower bound of the waiting: chance, breaks and other work only add to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

HOURS = 24
DAYS = 10
"""Rounds after which a line that still grows never ends."""


@dataclass(frozen=True, slots=True)
class Overload:
    """The hour in which whoever comes last waits longest: `coming` and `can` are cases an hour then, `people` at work
    on average; `minutes` until that case is done, None when the line only grows from day to day.
    """

    hour: int
    coming: float
    can: float
    people: float
    minutes: float | None


def overload(
    coming: Sequence[float], people: Sequence[float], in_hand: float, *, allowed: float
) -> Overload | None:
    """The worst hour where cases are done later than `allowed` minutes after they came; None when none is.

    `coming` and `people`: means for each of 24 hours; `in_hand`: minutes of work a case takes.
    """
    arrivals, can = np.array(coming), np.array(people) * 60 / in_hand
    if arrivals.sum() > can.sum():
        worst = int(np.argmax(arrivals - can))
        return Overload(worst, float(arrivals[worst]), float(can[worst]), float(people[worst]), None)
    waiting = 0.0
    for at in range(HOURS * DAYS):
        waiting = max(0.0, waiting + arrivals[at % HOURS] - can[at % HOURS])
        if at >= HOURS * (DAYS - 1):
            minutes = _until_done(waiting, can, at % HOURS, in_hand) if arrivals[at % HOURS] else 0.0
            if minutes > allowed:
                return _worst(arrivals, can, people, in_hand, waiting, at % HOURS)
    return None


def _worst(
    arrivals: np.ndarray, can: np.ndarray, people: Sequence[float], in_hand: float, waiting: float, start: int
) -> Overload:
    """Of the day that begins with that hour, the hour whose last case waits longest."""
    longest, worst = 0.0, start
    for step in range(HOURS):
        at = (start + step) % HOURS
        waiting = waiting if step == 0 else max(0.0, waiting + arrivals[at] - can[at])
        minutes = _until_done(waiting, can, at, in_hand) if arrivals[at] else 0.0
        if minutes > longest:
            longest, worst = minutes, at
    return Overload(worst, float(arrivals[worst]), float(can[worst]), float(people[worst]), longest)


def _until_done(waiting: float, can: np.ndarray, hour: int, in_hand: float) -> float:
    """Minutes until the last of those who wait at the end of an hour is done; the work itself when nobody waits."""
    minutes = 0.0
    for step in range(1, HOURS * DAYS):
        if waiting <= 1e-9:
            break
        there = float(can[(hour + step) % HOURS])
        part = min(1.0, waiting / there) if there else 1.0
        minutes, waiting = minutes + 60 * part, waiting - there * part
    return minutes + in_hand
