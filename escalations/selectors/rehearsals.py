"""A rehearsal's figures as people read them: each with what it is of, its interval, and what is assumed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, QuerySet

from escalations.models import PolicyVersion, Rehearsal, RehearsedMove
from escalations.rehearsal import AGAINST, Share, Sums, Tally, error, restored, share
from escalations.selectors.pasts import ASSUMED_MINUTES

ENOUGH = 30
"""From so many blind labels an error is predicted."""
RECENT = 1000
"""Over so many past cases a row's matches are counted in the editor."""

HITS = """
SELECT t.key || ':' || r.value, count(*) FROM (
  SELECT outcome #> '{trace,matched}' AS matched FROM escalations_routing
  WHERE policy_id = %(policy)s AND id > (SELECT max(id) FROM escalations_routing) - %(far)s
    AND outcome #> '{trace,matched}' IS NOT NULL
  ORDER BY id DESC LIMIT %(recent)s
) found, jsonb_each(matched) t, jsonb_array_elements_text(t.value) r GROUP BY 1
"""
OF = """
SELECT count(*) FROM (
  SELECT 1 FROM escalations_routing
  WHERE policy_id = %(policy)s AND id > (SELECT max(id) FROM escalations_routing) - %(far)s
  ORDER BY id DESC LIMIT %(recent)s
) found
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure under the version in force and under the draft. Shares have their interval."""

    old: Share | None
    new: Share | None

    @property
    def points(self) -> float | None:
        """The change in percentage points."""
        if self.old is None or self.new is None:
            return None
        return 100 * (self.new.value - self.old.value)


@dataclass(frozen=True, slots=True)
class Load:
    """What goes to one tier: cases a day and hours of work a day, under each."""

    tier: str
    old: float
    new: float
    old_hours: float
    new_hours: float
    minutes: float
    assumed: bool
    by_hour: tuple[tuple[int, int], ...]  # (old, new) of each hour of the day, over the window

    @property
    def hours(self) -> float:
        """The change in hours a day."""
        return self.new_hours - self.old_hours


@dataclass(frozen=True, slots=True)
class Figures:
    """All of a rehearsal. Money is a day's, at `rate` an hour."""

    cases: int
    left_out: int
    days: float
    auto: Pair
    auto_low: float | None  # of the change, in points
    auto_high: float | None
    wrong: Pair  # predicted error of what is settled
    labels: int
    missing_labels: int
    late: Pair
    loads: tuple[Load, ...]
    hours: float  # change a day
    cost: float
    rate: float
    currency: str
    moves: Mapping[str, int]
    against: Mapping[str, int]  # of the cases that move, how many people decided against the AI, by kind
    outcomes: Mapping[str, Mapping[str, int]]


def figures_of(rehearsal: Rehearsal) -> Figures:
    """The figures of one that is done. No statement."""
    sums = restored(rehearsal.results)
    days = max((rehearsal.until - rehearsal.since) / timedelta(days=1), 1 / 24)
    loads = tuple(_loads(sums, days, rehearsal.results.get("hand", {})))
    hours = sum(load.hours for load in loads)
    low, high = _change(sums)
    return Figures(
        cases=sums.cases, left_out=sums.left_out, days=days,
        auto=Pair(*(share(side.settled, sums.cases) for side in (sums.old, sums.new))),
        auto_low=low, auto_high=high, wrong=Pair(*(_error(side) for side in (sums.old, sums.new))),
        labels=len(sums.new.labels), missing_labels=max(ENOUGH - len(sums.new.labels), 0),
        late=Pair(*(share(side.late, side.timed) for side in (sums.old, sums.new))),
        loads=loads, hours=hours, cost=hours * settings.HANDRAIL_HOUR_COST, rate=settings.HANDRAIL_HOUR_COST,
        currency=settings.HANDRAIL_CURRENCY, moves=sums.moves,
        against={
            kind: sum(n for verb, n in counts.items() if verb in AGAINST or verb == "audit_wrong")
            for kind, counts in sums.outcomes.items()
        },
        outcomes=sums.outcomes,
    )  # fmt: skip


def progress_of(rehearsal: Rehearsal) -> tuple[int, int | None]:
    """(cases done, cases in the window or None while they are counted)."""
    if rehearsal.cases is None:
        return 0, None
    done = rehearsal.chunks.filter(results__isnull=False).values_list("cases", flat=True)
    return sum(done), rehearsal.cases


def moves_of(rehearsal: Rehearsal, kind: str = "", outcome: str = "") -> QuerySet[RehearsedMove]:
    """The cases that would go another way, in order."""
    found = RehearsedMove.objects.filter(rehearsal=rehearsal).select_related(
        "case__case_type", "case__client"
    )
    if kind in RehearsedMove.Kind.values:
        found = found.filter(kind=kind)
    if outcome:
        found = found.filter(outcome__in=[*AGAINST, "audit_wrong"])
    return found.order_by("kind", "case")


def hits_of(version: PolicyVersion) -> tuple[dict[str, int], int]:
    """How often each row ("table:row") matched in the newest cases that this version judged, and of how many."""
    params: dict[str, Any] = {"policy": version.pk, "recent": RECENT, "far": 50 * RECENT}
    with connection.cursor() as cursor:
        cursor.execute(HITS, params)
        hits = {str(row): int(n) for row, n in cursor.fetchall()}
        cursor.execute(OF, params)
        return hits, int(cursor.fetchone()[0])


def rehearsals_of(draft_id: int) -> list[Rehearsal]:
    """The draft's rehearsals, newest first."""
    found = Rehearsal.objects.filter(draft=draft_id).select_related("client", "case_type", "by")
    return list(found.annotate(moved=Count("moves")).defer("document", "results")[:20])


def _error(side: Tally) -> Share | None:
    return error(side.labels) if len(side.labels) >= ENOUGH else None


def _change(sums: Sums) -> tuple[float | None, float | None]:
    """The 95 % interval of the change in auto share, in points: paired, so only the cases that differ count."""
    if not sums.cases:
        return None, None
    up, down, n = sums.moves.get("settled", 0), sums.moves.get("escalated", 0), sums.cases
    change = (up - down) / n
    wide = 1.96 * math.sqrt(max(up + down - (up - down) ** 2 / n, 0.0)) / n
    return 100 * (change - wide), 100 * (change + wide)


def _loads(sums: Sums, days: float, hand: Mapping[str, float]) -> list[Load]:
    found = []
    for tier in sorted({*sums.old.load, *sums.new.load}):
        old, new = (side.load.get(tier, [0] * 24) for side in (sums.old, sums.new))
        minutes = hand.get(tier, ASSUMED_MINUTES)
        a_day = [sum(hours) / days for hours in (old, new)]
        found.append(
            Load(
                tier, a_day[0], a_day[1], a_day[0] * minutes / 60, a_day[1] * minutes / 60, minutes,
                tier not in hand, tuple(zip(old, new, strict=True)),
            )
        )  # fmt: skip
    return found
