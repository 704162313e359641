"""Clock arithmetic: from a case's history to its timers' segments, what they count, and when they are due. Pure.

A timer never stores when it is due. It has segments, each running or paused for a reason, each under the calendar in
force at that time; the due time is where the running ones have added up to the target. When policy or calendar change,
what was counted stays counted, and from that moment on the new ones count.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escalations.calendars import Calendar
from escalations.choices import Timer
from escalations.history import ENDED, History, Standing, Stay, ends_it

NOTHING = timedelta(0)
WAITS = (Standing.HOLD, Standing.INFO, Standing.SNOOZED, Standing.WITH_AI)
"""Standings in which a policy may stop the clocks; their values are those of `choices.Pause`."""


@dataclass(frozen=True, slots=True)
class Regime:
    """What holds from `since` on: the calendar that counts, the waits that pause."""

    since: datetime
    calendar: Calendar
    pauses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a timer of a case is at stake. `stop` is None while it is; `tier` is where it began."""

    timer: Timer
    round: int
    start: datetime
    stop: datetime | None
    tier: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a span: running (no `paused`) or paused, with the reason. `until` is None for the one that lasts."""

    since: datetime
    until: datetime | None
    calendar: Calendar
    paused: str = ""

    def counted(self, now: datetime) -> timedelta:
        """Its working time until `now`."""
        end = now if self.until is None else min(self.until, now)
        return NOTHING if self.paused else self.calendar.between(self.since, end)


def spans_of(history: History) -> tuple[Span, ...]:
    """Every timer that a case has had, in the order in which they began. None before a person was needed, except
    that a case which the AI settled for good has met what was promised.
    """
    if history.routed is None and history.stays[-1].standing != Standing.CLOSED:
        return ()
    found = [*_resolutions(history), *_dwells(history), *_responses(history)]
    return tuple(sorted(found, key=lambda span: (span.start, span.timer, span.round)))


def segments_of(span: Span, history: History, regimes: Sequence[Regime]) -> tuple[Segment, ...]:
    """The span cut where the case's waits begin and end and where regimes change; the first regime covers all before.

    `regimes` are ordered by `since`, at least one.
    """
    found: list[Segment] = []
    for stay in history.stays:
        for number, regime in enumerate(regimes):
            since = max(span.start, stay.since, regime.since) if number else max(span.start, stay.since)
            following = regimes[number + 1].since if number + 1 < len(regimes) else None
            until = _first(span.stop, stay.until, following)
            if until is not None and until <= since:
                continue
            paused = stay.standing.value if stay.standing in WAITS and stay.standing in regime.pauses else ""
            last = found[-1] if found else None
            if last and (last.until, last.paused, last.calendar) == (since, paused, regime.calendar):
                found[-1] = replace(last, until=until)
            else:
                found.append(Segment(since, until, regime.calendar, paused))
    return tuple(found)


def reached(segments: Sequence[Segment], target: timedelta) -> datetime | None:
    """When the running segments have added up to `target`: in the past, or, while the last one runs on, ahead.

    None when they ended before, or while the timer is paused.
    """
    left = target
    for segment in segments:
        if segment.paused:
            continue
        if segment.until is None:
            return segment.calendar.add(segment.since, left)
        worked = segment.calendar.between(segment.since, segment.until)
        if worked >= left:
            return segment.calendar.add(segment.since, left)
        left -= worked
    return None


def counted(segments: Sequence[Segment], now: datetime | None = None) -> timedelta:
    """The working time of the segments that have ended; with `now`, of the one that runs too."""
    ended = (s.counted(s.until) for s in segments if s.until is not None)
    running = (s.counted(max(now, s.since)) for s in segments if s.until is None and now is not None)
    return sum(ended, NOTHING) + sum(running, NOTHING)


def _first(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at is not None), default=None)


def _resolutions(history: History) -> Iterator[Span]:
    """From the beginning to the decision that ends the case, and again from each reopening."""
    yield from _rounds(Timer.RESOLUTION, history, lambda _: None)


def _dwells(history: History) -> Iterator[Span]:
    """For each stretch on one tier, from the moment a person was needed."""
    if history.routed is not None:
        yield from _rounds(Timer.TIER_DWELL, history, lambda stay: stay.tier, since=history.routed)


def _rounds(
    timer: Timer, history: History, mark: Callable[[Stay], int | None], since: datetime | None = None
) -> Iterator[Span]:
    """A span for each stretch of open stays with one mark."""
    number, start, tier = 0, None, None
    for index, stay in enumerate(history.stays):
        if since is not None and stay.since < since:
            continue
        ends = ends_it(history.stays, index)
        taken_back = stay.standing in ENDED and not ends
        if tier is None:
            tier = mark(stay)
        if start is not None and (ends or (mark(stay) != tier and not taken_back)):
            number += 1
            yield Span(timer, number, start, stay.since, tier)
            start = None
        if start is None and not ends:
            start, tier = stay.since, mark(stay)
    if start is not None:
        yield Span(timer, number + 1, start, None, tier)


def _responses(history: History) -> Iterator[Span]:
    """From the beginning to the first answer; then from each message of the customer to the next answer."""
    answered, closed = history.answered, _closings(history)
    first = answered[0] if answered else _first(*closed)
    yield Span(Timer.FIRST_RESPONSE, 1, history.began, first)
    number, until = 0, first
    for at in history.asked:
        if until is None or at <= until:
            continue  # nobody has answered yet, or this was answered with what was before it
        until = _first(*(time for time in (*answered, *closed) if time > at))
        number += 1
        yield Span(Timer.NEXT_RESPONSE, number, at, until)
        if until is None:
            return


def _closings(history: History) -> list[datetime]:
    return [stay.since for stay in history.stays if stay.standing == Standing.CLOSED]
