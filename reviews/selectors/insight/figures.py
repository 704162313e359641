"""Handoff success and its parts: counted in the database, with Wilson intervals, each group beside the other (R068)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Func, Q
from django.db.models.functions import TruncWeek

from escalations.autonomy.intervals import Interval, difference, wilson
from escalations.autonomy.success import PARTS, Rate
from escalations.models import Feedback
from reviews.selectors.insight.asked import PART_NAMES, Asked
from reviews.selectors.words import humanize

LEAST = 8
"""Cases before a figure is said: "Needs 8, has 3" below that; ours."""

AT_ONCE = ("complete", "in_time")
"""Parts that are known either way long before the window is over."""


def _judged(part: str) -> Q:
    """Handoffs in which a part counts. A fault shows at once, its absence only at the end: counting both as they come
    would make every fresh period look bad, so the other parts wait for the end in either case.
    """
    return Q() if part in AT_ONCE else Q(final=True)


COUNTS: dict[str, Any] = {
    "known": Count("pk", filter=Q(final=True)),
    "successes": Count("pk", filter=Q(final=True, success=True)),
    "pending": Count("pk", filter=Q(final=False)),
    **{f"{part}_n": Count("pk", filter=_judged(part) & Q(**{f"{part}__isnull": False})) for part in PARTS},
    **{f"{part}_ok": Count("pk", filter=_judged(part) & Q(**{part: True})) for part in PARTS},
}


class Quantile(Aggregate):
    """PERCENTILE_CONT of a column, or of none: null."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class Line:
    """One group: what a list of its cases is opened with (`query`), its name, and its rate."""

    query: tuple[tuple[str, str], ...]
    name: str
    rate: Rate

    @property
    def enough(self) -> bool:
        return self.rate.known >= LEAST

    @property
    def failed(self) -> int:
        return self.rate.known - self.rate.successes


@dataclass(frozen=True, slots=True)
class Handled:
    """Median time in hand of a group, in minutes, with the range that holds it in 95 of 100 samples."""

    name: str
    n: int
    median: Interval | None


@dataclass(frozen=True, slots=True)
class Week:
    """A point of the line: its Monday (UTC), the rate and how many it rests on."""

    starts: datetime
    rate: Rate


def total(asked: Asked) -> Rate:
    """All of it together."""
    return _rate(asked.rows.aggregate(**COUNTS))


def change(now: Rate, before: Rate) -> Interval | None:
    """How much higher the rate is than in the period before; None when one of them has nothing."""
    return difference(now.rate, before.rate) if now.rate and before.rate else None


def by(asked: Asked, what: str) -> list[Line]:
    """The rate of each client, type, agent, or missing part ("nothing": the package was complete); most cases first."""
    rows = asked.rows
    if what == "missing":
        return _by_missing(asked)
    keys = {"client": ("client__slug", "client__name"), "type": ("case_type__slug", "case_type__name"),
            "agent": ("agent__name", "agent_version")}[what]  # fmt: skip
    counted = rows.order_by().values(*keys).annotate(**COUNTS).order_by(*keys)
    lines = [
        Line(((what, row[keys[0]]),), " ".join(_names(what, row, keys)), _rate(row)) for row in counted
    ]  # fmt: skip
    return sorted(lines, key=lambda line: -(line.rate.known + line.rate.pending))


def weeks(asked: Asked) -> list[Week]:
    """Week by week, of the weeks that the period touches."""
    counted = asked.rows.annotate(week=TruncWeek("handed_at", tzinfo=UTC)).values("week")
    return [Week(row["week"], _rate(row)) for row in counted.annotate(**COUNTS).order_by("week")]


def handled(asked: Asked) -> list[Handled]:
    """Time in hand of closed cases whose package was complete, beside those where parts were missing (R070)."""
    return [
        _handled(asked.rows.filter(handled__isnull=False, missing=[]), "Complete package"),
        _handled(asked.rows.filter(handled__isnull=False).exclude(missing=[]), "Parts missing"),
    ]


def satisfaction(asked: Asked) -> tuple[int, Interval | None]:
    """How many customers answered about these handoffs, and the share of 4 and 5 of 5 (R099)."""
    mine = Feedback.objects.filter(case__handoff_outcome__in=asked.rows)
    found = mine.aggregate(n=Count("pk"), good=Count("pk", filter=Q(score__gte=4)))
    return found["n"], wilson(found["good"], found["n"])


def parts(rate: Rate) -> list[tuple[str, str, Interval | None]]:
    """The five parts: code, name, and share of the handoffs in which each is known."""
    return [(part, PART_NAMES[part], rate.parts[part]) for part in PARTS]


def _by_missing(asked: Asked) -> list[Line]:
    each = asked.rows.exclude(missing=[]).annotate(part=Func(F("missing"), function="unnest"))
    lines = [
        Line((("missing", row["part"]),), humanize(row["part"]), _rate(row))
        for row in each.order_by().values("part").annotate(**COUNTS).order_by("part")
    ]  # fmt: skip
    none = _rate(asked.rows.filter(missing=[]).aggregate(**COUNTS))
    return [Line((("missing", "nothing"),), "Nothing missing", none), *lines]


def _names(what: str, row: Mapping[str, Any], keys: Sequence[str]) -> tuple[str, ...]:
    if what != "agent":
        return (row[keys[1]],)
    name, version = row[keys[0]], row[keys[1]]
    return (version or name,) if version.startswith(name) else (name, version)


def _rate(row: Mapping[str, Any]) -> Rate:
    shares = {part: wilson(row[f"{part}_ok"], row[f"{part}_n"]) for part in PARTS}
    return Rate(
        row["known"], row["successes"], row["pending"], wilson(row["successes"], row["known"]), shares
    )


def _handled(rows: Any, name: str) -> Handled:
    """The median with an interval from order statistics: ranks n/2 less and plus .98 root n (free of distribution)."""
    n = rows.count()
    if n < LEAST:
        return Handled(name, n, None)
    half = 0.98 / n**0.5
    shares = (0.5, max(0.5 - half, 0.0), min(0.5 + half, 1.0))
    found = rows.aggregate(**{f"q{i}": Quantile(F("handled"), share=s) for i, s in enumerate(shares)})
    return Handled(name, n, Interval(*(found[f"q{i}"] / 60 for i in range(3))))
