"""Tiny helpers of the board's templates: numbers, ages, charts. They show; they decide nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django import template
from django.utils.safestring import SafeString

from escalations.ageing import BANDS
from escalations.choices import Entry, Severity
from reviews import charts
from reviews.selectors.board.cases import Choice
from reviews.selectors.board.shapes import CaseLine, Outlook, TierTrend, TrendDay
from reviews.selectors.board.stuck import Stuck

register = template.Library()

ENTRIES = {code: str(label) for code, label in Entry.choices}
STATES = {"pending": "pending", "aside": "put aside", "held": "in hand"}


@register.filter
def whole(n: int) -> str:
    """An integer as people read it: 12,345 with a thin space."""
    return f"{n:,}".replace(",", "\u202f")


@register.filter
def age(since: datetime | None, now: datetime) -> str:
    """Hours and minutes since then, "3:05"; days from two on; a dash for nothing."""
    if since is None:
        return "–"
    span = max(now - since, timedelta(0))
    if span >= timedelta(days=2):
        return f"{span.days} d"
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


@register.filter
def since(at: datetime | None, now: datetime) -> str:
    """How long ago, roughly: "4 min", "3 h", "2 d"; a dash for never."""
    if at is None:
        return "–"
    minutes = max(int((now - at).total_seconds() // 60), 0)
    if minutes < 90:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


@register.filter
def minutes(value: float | None) -> str:
    """A time to resolution: minutes, hours from two on; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.0f} min" if value < 120 else f"{value / 60:.1f} h"


@register.filter
def choice_words(choice: Choice) -> str:
    """What a list shows, in words: "critical cases pending, late"."""
    severity = str(dict(Severity.choices).get(choice.severity or 0, "")).lower()
    used = " of their time used up" if choice.band not in ("", "late", "open") else ""
    more = (
        choice.type.replace("_", " "), BANDS.get(choice.band, "").lower() + used,
        f"tier {choice.tier}" if choice.tier else "", choice.category.replace("_", " "),
        choice.reason.replace("_", " ").lower(), ENTRIES.get(choice.door, "").lower(),
    )  # fmt: skip
    return ", ".join([f"{severity} cases {STATES[choice.state]}".strip(), *(one for one in more if one)])


@register.filter
def stuck_rows(stuck: Stuck) -> tuple[tuple[CaseLine, ...], ...]:
    """The cases of both lists, each case once."""
    seen = {one.ref for one in stuck.bouncing}
    return stuck.bouncing, tuple(one for one in stuck.untouched if one.ref not in seen)


@register.filter
def outlook_chart(outlook: Outlook) -> SafeString:
    """Due against capacity."""
    series = [
        charts.Series("Due", [step.due for step in outlook.steps]),
        charts.Series("Capacity", [step.capacity for step in outlook.steps]),
    ]
    labels = [step.label for step in outlook.steps]
    return charts.lines("outlook", series, labels, title="Cases due against capacity", says=outlook.finding)


@register.filter
def trend_chart(trends: tuple[TierTrend, ...], finding: str) -> SafeString:
    """Medians of each tier."""
    series = [charts.Series(one.label, [day.median for day in one.days]) for one in trends]
    labels = [day.day for day in trends[0].days] if trends else []
    return charts.lines("trend", series, labels, title="Time to resolution", says=finding, unit=" min")


@register.filter
def by_day(trends: tuple[TierTrend, ...]) -> Iterator[tuple[str, list[TrendDay]]]:
    """The same by day, the newest first."""
    for days in reversed(list(zip(*(one.days for one in trends), strict=True))):
        yield days[0].day, list(days)
