"""What became of a case after it was handed to people, read from its events. Pure (R068, R070)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.choices import EventKind as E

TAKEN = frozenset((E.CASE_CLAIMED, E.CASE_TAKEN_OVER, E.CASE_UNDONE))
"""From these on somebody has it in hand."""

LEFT = frozenset((
    E.CASE_RELEASED, E.CASE_SKIPPED, E.CASE_LEASE_EXPIRED, E.CASE_DECIDED, E.CASE_ESCALATED, E.CASE_HELD,
    E.CASE_INFO_REQUESTED, E.CASE_SNOOZED, E.CASE_RETURNED_TO_AI, E.CASE_RAISED, E.CASE_MOVED, E.CASE_ASSIGNED,
))  # fmt: skip
AGAIN = frozenset((E.CASE_REOPENED, E.CASE_FLAGGED))
SENT_ON = frozenset((E.CASE_MOVED, E.CASE_REFILED))
READ = tuple(sorted({*TAKEN, *LEFT, *AGAIN, *SENT_ON, E.CASE_CLOSED}))
"""The kinds of event that `course_of` reads."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a case: when, of what kind, and what it says."""

    at: datetime
    kind: str
    data: Mapping[str, Any]


@dataclass(slots=True)
class Course:
    """`accepted_at`: somebody first took it; `bounced`: decisions and moves that sent it to another queue because it
    lay in the wrong one; `closed_at`: the first time its decision became final; `reopened_at`: the first time after
    that; `handled`: time in hand altogether; `last`: the last stretch in hand before it was decided for good.
    """

    accepted_at: datetime | None = None
    bounced: list[str] = field(default_factory=list)
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    handled: timedelta = timedelta(0)
    last: timedelta | None = None


def course_of(lines: Iterable[Line], since: datetime) -> Course:
    """The course of a case from `since`, when it was handed over. Lines in the order of the ledger; what comes after a
    first reopening belongs to another piece of work and is not read.

    Sent on because of wrong routing means: to another queue of the same tier, by a person. Up the ladder is what the
    ladder is for; a decision that was taken back never happened.
    """
    course, taken = Course(), None
    for line in lines:
        if line.at < since:
            continue
        if line.kind in AGAIN and course.closed_at is not None:
            course.reopened_at = line.at
            break
        taken = _one(course, line, taken)
    return course


def _one(course: Course, line: Line, taken: datetime | None) -> datetime | None:
    """Add one line; since when somebody has the case in hand after it, if anybody."""
    if line.kind in LEFT and taken is not None:
        course.handled += line.at - taken
        if line.kind == E.CASE_DECIDED:
            course.last = line.at - taken
        taken = None
    if line.kind == E.CASE_ESCALATED and line.data.get("tier_to") == line.data.get("tier_from"):
        course.bounced.append(str(line.data.get("decision", "")))
    elif line.kind in SENT_ON and line.data.get("tier_from", line.data.get("tier")) == line.data.get("tier"):
        course.bounced.append("moved")
    elif line.kind == E.CASE_UNDONE:
        course.bounced = [one for one in course.bounced if one != str(line.data.get("decision"))]
    elif line.kind == E.CASE_CLOSED and course.closed_at is None:
        course.closed_at = line.at
    if line.kind in TAKEN:
        course.accepted_at = course.accepted_at or line.at
        return taken if line.kind == E.CASE_TAKEN_OVER and taken is not None else line.at
    return taken
