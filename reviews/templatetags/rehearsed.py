"""The figure of a rehearsal: what people would get to do, hour by hour."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from escalations.selectors.rehearsals import Load
from reviews import charts

register = template.Library()


@register.filter
def hours_chart(loads: Sequence[Load]) -> SafeString:
    """Cases that go to people by hour of the day, now and with the draft; nothing where none does."""
    old, new = ([sum(hours) for hours in zip(*side, strict=True)] for side in _sides(loads))
    series = [charts.Series("Now", old), charts.Series("Draft", new)]
    labels = [f"{hour}" for hour in range(24)]
    title = "Cases that go to people, by hour of the day"
    return charts.lines("hours", series, labels, title=title, says=hours_words(loads))


@register.filter
def hours_words(loads: Sequence[Load]) -> str:
    """What the figure shows: the hour in which the draft changes most."""
    old, new = ([sum(hours) for hours in zip(*side, strict=True)] for side in _sides(loads))
    changes = [after - before for before, after in zip(old, new, strict=True)]
    most = max(range(len(changes)), key=lambda hour: abs(changes[hour]), default=0)
    if not changes or not changes[most]:
        return "People get the same number of cases in every hour"
    more = "more" if changes[most] > 0 else "fewer"
    return f"The most changes from {most} to {most + 1} o'clock: {abs(changes[most])} {more} for people"


def _sides(loads: Sequence[Load]) -> tuple[list[list[int]], list[list[int]]]:
    return (
        [[before for before, _ in load.by_hour] for load in loads],
        [[after for _, after in load.by_hour] for load in loads],
    )
