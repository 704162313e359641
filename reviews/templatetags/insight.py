"""Helpers of the pages under insight: shares with their intervals, lines of weeks. They show; they decide nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from escalations.autonomy.intervals import Interval
from reviews import charts

register = template.Library()


@register.filter
def share(found: Interval | None) -> str:
    """ "94.1 %", or a dash for nothing."""
    return f"{100 * found.estimate:.1f}\u202f%" if found else "–"


@register.filter
def within(found: Interval | None) -> str:
    """The interval in words: "91.0 to 96.3 %"."""
    return f"{100 * found.low:.1f} to {100 * found.high:.1f}\u202f%" if found else ""


@register.filter
def points(found: Interval | None) -> str:
    """A difference of shares: "+2.1 points (-0.4 to 4.6)"."""
    if found is None:
        return ""
    return f"{100 * found.estimate:+.1f} points ({100 * found.low:+.1f} to {100 * found.high:+.1f})"


@register.filter
def minutes(found: Interval | None) -> str:
    """ "4.2 min (3.8 to 5.0)"."""
    return f"{found.estimate:.1f} min ({found.low:.1f} to {found.high:.1f})" if found else ""


@register.filter
def seconds(found: Interval | None) -> str:
    """ "12 s (8 to 15)"."""
    return f"{found.estimate:.0f} s ({found.low:.0f} to {found.high:.0f})" if found else ""


@register.filter
def under(text: str) -> SafeString | str:
    """An estimate with its interval on the line below, where columns are many: "12 s (8 to 15)" in two lines."""
    estimate, there, rest = text.partition(" (")
    return format_html("{}<br>({}", estimate, rest) if there else text


@register.filter
def percentage(value: float) -> str:
    """A share as "2 %"."""
    return f"{100 * value:g}\u202f%"


@register.filter
def alone(value: Any) -> list[Any]:
    """A list of one."""
    return [value]


@register.filter
def verdict(code: str) -> str:
    """What a meter reads as."""
    return {"attentive": "looks", "watch": "watch", "stamping": "stamps", "unknown": "too few to say"}.get(
        code, code
    )


@register.filter
def said(value: bool | None) -> str:
    """yes, no, or not known yet."""
    return "not yet" if value is None else "yes" if value else "no"


@register.filter
def of(row: Any, name: str) -> Any:
    """The attribute or item of that name."""
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)


@register.filter
def opened(query: Sequence[tuple[str, str]], outcome: str) -> str:
    """What an address is narrowed by."""
    return urlencode([*query, ("outcome", outcome)])


@register.simple_tag
def weeks_chart(weeks: Sequence[Any], target: float, says: str) -> SafeString:
    """The rate week by week, and the target; nothing for fewer than two weeks."""
    if len(weeks) < 2:
        return SafeString("")
    labels = [f"{one.starts.day} {one.starts:%b}" for one in weeks]
    rates = [100 * one.rate.rate.estimate if one.rate.rate else None for one in weeks]
    series = (charts.Series("Success", rates), charts.Series("target", [target] * len(weeks)))
    return charts.lines("i-weeks", series, labels, title="Handoff success by week", says=says, unit=" %")


@register.simple_tag
def pattern_chart(weeks: Sequence[Any], done_at: datetime | None, says: str) -> SafeString:
    """The rate of a pattern by week; since its action was done a line of its own. Nothing for fewer than two weeks."""
    if len(weeks) < 2:
        return SafeString("")
    done = done_at.date() if done_at else None
    labels = [f"{one.starts_on.day} {one.starts_on:%b}" for one in weeks]
    before = [one.percent if done is None or one.starts_on <= done else None for one in weeks]
    series = [charts.Series("before" if done else "rate", before)]
    if done is not None:
        after = [one.percent if one.starts_on > done else None for one in weeks]
        series.append(charts.Series("after", after))
    return charts.lines(
        "i-pattern", series, labels, title="Rate of the pattern by week", says=says, unit=" %"
    )
