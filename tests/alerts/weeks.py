"""Simulated weeks of arrivals, for the tests and for measuring: `python -m tests.alerts.weeks [CASES AT THE PEAK]`."""

import math
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from escalations.spikes import WINDOWS, Limits, Series, calm, excess, spread_of

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
WARSAW = ZoneInfo("Europe/Warsaw")  # its clocks change within the simulated weeks
LIMITS = Limits()
DAY = 1440


def rate(local: datetime, peak: float) -> float:
    """Cases in five minutes: quiet nights, an opening at eight, two humps, heavy Mondays, weak weekends."""
    weight = (1.35, 1.05, 1.0, 1.0, 1.1, 0.35, 0.25)[local.weekday()]
    hour = local.hour + local.minute / 60
    if not 8 <= hour < 20:
        return peak * weight * 0.08
    humps = 0.75 * math.exp(-(((hour - 10.5) / 2.2) ** 2)) + 0.5 * math.exp(-(((hour - 15) / 2) ** 2))
    return peak * weight * (0.25 + humps)


class World:
    """Weeks of arrivals by the minute, and a watcher that looks every two minutes."""

    def __init__(self, seed: int, weeks: int, peak: float, sway: float = 0.1) -> None:
        self.dice = np.random.default_rng(seed)
        self.peak = peak
        each = []
        for day in range(weeks * 7):
            today = float(self.dice.lognormal(0, sway))
            each += [
                today * rate((START + timedelta(days=day, minutes=m)).astimezone(WARSAW), peak) / 5
                for m in range(0, DAY, 15)
            ]
        self.minutes = self.dice.poisson(np.repeat(each, 15))

    def surge(self, begin: int, minutes: int, times: float) -> None:
        """`times` as many as usual from minute `begin` on."""
        local = (START + timedelta(minutes=begin)).astimezone(WARSAW)
        self.minutes[begin : begin + minutes] = self.dice.poisson(times * rate(local, self.peak) / 5, minutes)

    def alarms(self, begin: int, end: int, step: int = 2) -> list[int]:
        """The minutes at which the watcher raises."""
        sums = np.concatenate([[0], np.cumsum(self.minutes)])
        series = Series(START, self.minutes.reshape(-1, 5).sum(1).tolist(), WARSAW)
        raised, is_open = [], False
        for minute in range(begin, end, step):
            now = START + timedelta(minutes=minute)
            if minute % DAY == begin % DAY:
                series.spread = spread_of(series, now)
            seen = {
                w: int(sums[minute] - sums[max(0, minute - int(w.total_seconds() // 60))]) for w in WINDOWS
            }
            if is_open:
                is_open = not calm(series, seen, now, LIMITS)
            elif excess(series, seen, now, LIMITS):
                raised.append(minute)
                is_open = True
        return raised


def measure(peak: float) -> None:
    """200 weeks without a surge, and 40 surges; prints false alarms, and minutes until the alarm."""
    false = sum(len(World(seed, 28, peak).alarms(8 * 7 * DAY, 28 * 7 * DAY, step=5)) for seed in range(10))
    print(f"{peak:g} cases in five minutes at the peak: {false} alarms in 200 weeks")
    waits: list[float] = []
    alarms: list[int] = []
    for seed in range(40):
        world = World(100 + seed, 9, peak)
        begin = 8 * 7 * DAY + seed % 4 * DAY + 10 * 60
        world.surge(begin, 60, 3.0)
        raised = world.alarms(begin - 60, begin + 240, step=1)
        alarms.append(len(raised))
        waits += [raised[0] - begin] if raised else [math.inf]
    waits.sort()
    print(f"40 surges of threefold: {min(alarms)} to {max(alarms)} alarms each, the first after", end=" ")
    print(f"{waits[20]:g} min (median), {waits[36]:g} (nine in ten), {waits[-1]:g} (worst)")


if __name__ == "__main__":
    for given in sys.argv[1:] or ("40",):
        measure(float(given))
