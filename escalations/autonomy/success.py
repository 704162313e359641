"""Handoff success: was a handoff from the AI to people a good one? Five parts, all published (R068). Pure.

A handoff succeeds when its package was complete, nobody asked again for a fact that was known, it was not sent on to
another queue because it had been routed wrongly, somebody took it within the tier's target, and it was not reopened
within the window. The rate is successes over all handoffs of which the outcome is known.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from escalations.autonomy.intervals import Interval, wilson

Group = TypeVar("Group", bound=Hashable)
PARTS = ("complete", "nothing_asked_again", "right_queue", "in_time", "not_reopened")


@dataclass(frozen=True, slots=True)
class Handoff:
    """The facts of one. `missing`: parts of the package that were not given; `asked_again`: known facts that a person
    asked for; `bounces`: moves to another queue because of wrong routing; `waited`: seconds until somebody took it,
    None while nobody has; `elapsed`: seconds since it was handed over; `limit`: the tier's target in the same seconds
    (business or plain), None when the tier has none; `watched`: is the window for reopening over.
    """

    missing: tuple[str, ...]
    asked_again: int
    bounces: int
    waited: float | None
    elapsed: float
    limit: float | None
    reopened: bool
    watched: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """Each part: True, False, or None while it is not known yet; and what was missing from the package."""

    complete: bool
    nothing_asked_again: bool | None
    right_queue: bool | None
    in_time: bool | None
    not_reopened: bool | None
    missing: tuple[str, ...] = ()

    @property
    def success(self) -> bool | None:
        """False as soon as one part failed, True when all are good, None until then."""
        parts = [getattr(self, part) for part in PARTS]
        if False in parts:
            return False
        return None if None in parts else True


@dataclass(frozen=True, slots=True)
class Rate:
    """Of a group: `rate` None when no outcome is known; `parts`: the interval of each; `pending`: not known yet."""

    known: int
    successes: int
    pending: int
    rate: Interval | None
    parts: Mapping[str, Interval | None]


def outcome(facts: Handoff) -> Outcome:
    """The five parts of one handoff."""
    late = (
        facts.limit is not None
        and (facts.waited if facts.waited is not None else facts.elapsed) > facts.limit
    )
    return Outcome(
        complete=not facts.missing,
        nothing_asked_again=_held(facts.asked_again == 0, facts.watched),
        right_queue=_held(facts.bounces == 0, facts.watched),
        in_time=_held(not late, facts.waited is not None or facts.limit is None),
        not_reopened=_held(not facts.reopened, facts.watched),
        missing=facts.missing,
    )


def rate(outcomes: Iterable[Outcome], confidence: float = 0.95) -> Rate:
    """The success rate of a group, with its five parts and Wilson intervals."""
    rows = list(outcomes)
    known = [row.success for row in rows if row.success is not None]
    parts: dict[str, Interval | None] = {}
    for part in PARTS:
        values = [value for row in rows if (value := getattr(row, part)) is not None]
        parts[part] = wilson(sum(values), len(values), confidence)
    return Rate(
        len(known), sum(known), len(rows) - len(known), wilson(sum(known), len(known), confidence), parts
    )


def rates(outcomes: Iterable[tuple[Group, Outcome]], confidence: float = 0.95) -> dict[Group, Rate]:
    """The rate of each group: client, type, AI agent; for missing parts use `by_missing`."""
    groups: dict[Group, list[Outcome]] = {}
    for group, row in outcomes:
        groups.setdefault(group, []).append(row)
    return {group: rate(rows, confidence) for group, rows in groups.items()}


def by_missing(outcomes: Iterable[Outcome], confidence: float = 0.95) -> dict[str, Rate]:
    """The rate of the handoffs that lacked each part; "" for those that lacked none. A handoff counts for each part."""
    return rates(((part, row) for row in outcomes for part in (row.missing or ("",))), confidence)


def _held(good: bool, final: bool) -> bool | None:
    """A fault is known at once, its absence only at the end."""
    return False if not good else True if final else None
