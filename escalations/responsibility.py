"""Who was responsible, and what a case's time went into: from its history, for every instant of it. Pure.

At every moment of a case's life exactly one party is accountable (R012, R051): whoever holds it; else the owner of the
queue it lies in; before it lies in one, and for what the AI has settled, the owner of the AI agent; for what a person
has decided, that person. An overseer watches beside them and is noted, not accountable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from accounts.choices import ActorKind
from escalations.history import ENDED, History, Standing, Stay
from escalations.segments import Segment, Span

NOTHING = timedelta(0)


class Role(StrEnum):
    """What makes somebody accountable."""

    AGENT_OWNER = "agent_owner"
    QUEUE_OWNER = "queue_owner"
    HOLDER = "holder"
    DECIDER = "decider"


class Cause(StrEnum):
    """What a case's time goes into (R056)."""

    TRIAGE = "triage"
    QUEUE_WAIT = "queue_wait"
    HANDLING = "handling"
    HOLD = "hold"
    REASSIGNMENT = "reassignment"
    WITH_AI = "with_ai"
    UNDO_WINDOW = "undo_window"


CAUSES: Mapping[Standing, Cause] = {
    Standing.TRIAGE: Cause.TRIAGE,
    Standing.QUEUE: Cause.QUEUE_WAIT,
    Standing.WORK: Cause.HANDLING,
    Standing.HOLD: Cause.HOLD,
    Standing.INFO: Cause.HOLD,
    Standing.SNOOZED: Cause.HOLD,
    Standing.WITH_AI: Cause.WITH_AI,
    Standing.RESOLVED: Cause.UNDO_WINDOW,
    Standing.SETTLED: Cause.UNDO_WINDOW,
    Standing.CLOSED: Cause.UNDO_WINDOW,
}


@dataclass(frozen=True, slots=True)
class Tenure:
    """A stretch with one accountable party. `until` is None while it lasts; `user` is who, `role` why."""

    since: datetime
    until: datetime | None
    role: Role
    user: int
    queue: str = ""
    tier: int | None = None
    standing: Standing = Standing.TRIAGE


@dataclass(frozen=True, slots=True)
class Answers:
    """Who answers for what: the AI agent's owner, and for each queue's slug its owners in order, (since, user).

    `lies_in` is where the case lies now, for a history whose events name no queue; somebody owns that.
    """

    agent_owner: int
    owners: Mapping[str, Sequence[tuple[datetime, int]]]
    lies_in: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """What went into one cause: on the wall's clock, and counted by the timer (business time, pauses left out)."""

    cause: Cause
    elapsed: timedelta
    counted: timedelta


def tenures_of(history: History, answers: Answers) -> tuple[Tenure, ...]:
    """Who was accountable from the first event on, without a gap or an overlap; neighbours that are alike are one."""
    found: list[Tenure] = []
    for stay in history.stays:
        for tenure in _tenures(stay, answers):
            last = found[-1] if found else None
            if last is not None and replace(tenure, since=last.since, until=last.until) == last:
                found[-1] = replace(last, until=tenure.until)
            else:
                found.append(tenure)
    return tuple(found)


def causes_of(span: Span, segments: Sequence[Segment], history: History, now: datetime) -> tuple[Spent, ...]:
    """What the span's time until `now` went into. The elapsed add up to its length, the counted to what it counts."""
    end = span.stop if span.stop is not None else max(now, span.start)
    counted: dict[Cause, timedelta] = {}
    spent: dict[Cause, timedelta] = {}
    for stay in history.stays:
        begin, stop = max(stay.since, span.start), min(stay.until or end, end)
        if stop <= begin:
            continue
        cause = cause_of(stay)
        spent[cause] = spent.get(cause, NOTHING) + (stop - begin)
        counted[cause] = counted.get(cause, NOTHING) + _counted(segments, begin, stop)
    return tuple(Spent(cause, spent[cause], counted[cause]) for cause in Cause if cause in spent)


def cause_of(stay: Stay) -> Cause:
    """A wait after a hand-over is the hand-over's; any other is the queue's."""
    if stay.standing == Standing.QUEUE and stay.passed_on:
        return Cause.REASSIGNMENT
    return CAUSES[stay.standing]


def _counted(segments: Sequence[Segment], begin: datetime, stop: datetime) -> timedelta:
    total = NOTHING
    for segment in segments:
        since, until = max(segment.since, begin), min(segment.until or stop, stop)
        if since < until and not segment.paused:
            total += segment.calendar.between(since, until)
    return total


def _tenures(stay: Stay, answers: Answers) -> list[Tenure]:
    def tenure(role: Role, user: int, since: datetime, until: datetime | None) -> Tenure:
        return Tenure(since, until, role, user, stay.queue, stay.tier, stay.standing)

    if stay.standing == Standing.WORK and stay.holder is not None:
        return [tenure(Role.HOLDER, stay.holder, stay.since, stay.until)]
    if stay.standing in (*ENDED, Standing.CLOSED):
        kind, who = stay.decider or ("", "")
        if kind == ActorKind.HUMAN and who.isdecimal():
            return [tenure(Role.DECIDER, int(who), stay.since, stay.until)]
        return [tenure(Role.AGENT_OWNER, answers.agent_owner, stay.since, stay.until)]
    owners = answers.owners.get(stay.queue or answers.lies_in, ())
    if stay.standing == Standing.TRIAGE or not owners:
        return [tenure(Role.AGENT_OWNER, answers.agent_owner, stay.since, stay.until)]
    found = []
    for number, (since, user) in enumerate(owners):
        begin = max(stay.since, since) if number else stay.since
        later = owners[number + 1][0] if number + 1 < len(owners) else None
        ends = [at for at in (stay.until, later) if at is not None]
        if not ends or begin < min(ends):
            found.append(tenure(Role.QUEUE_OWNER, user, begin, min(ends, default=None)))
    return found
