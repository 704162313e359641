"""Small figures drawn on the server: SVG with attributes and classes only, so a strict style policy holds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 96, 20


def mood_arc(values: Sequence[float]) -> SafeString:
    """A sparkline of mood, -1 (upset) to 1 (pleased), oldest first; nothing for fewer than two values.

    Decoration only: `mood_words` says the same for those who do not see it.
    """
    if len(values) < 2:
        return SafeString("")
    step = WIDTH / (len(values) - 1)
    points = [(round(i * step, 1), round(_y(value), 1)) for i, value in enumerate(values)]
    path = "L".join(f"{x} {y}" for x, y in points)
    last_x, last_y = points[-1]
    return format_html(
        '<svg viewBox="0 0 {} {}" aria-hidden="true"><path class="zero" d="M0 {}H{}"/>'
        '<path class="run" d="M{}"/><circle class="last" cx="{}" cy="{}" r="2.5"/></svg>',
        *(WIDTH, HEIGHT, HEIGHT / 2, WIDTH, path, last_x, last_y),
    )


def mood_words(values: Sequence[float]) -> str:
    """The arc in words: "falling since message 3", "rising", "steady"; empty for fewer than two values."""
    if len(values) < 2:
        return ""
    start = len(values) - 1
    while start > 0 and values[start] < values[start - 1]:
        start -= 1
    if values[start] - values[-1] >= 0.2:
        return f"falling since message {start + 1} of {len(values)}"
    return "rising" if values[-1] - values[0] >= 0.2 else "steady"


def _y(value: float) -> float:
    return HEIGHT / 2 - max(-1.0, min(1.0, value)) * (HEIGHT / 2 - 2)


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a chart: its name, and a value per label or None where there is none."""

    name: str
    values: Sequence[float | None]


LINE_WIDTH, LINE_HEIGHT = 620, 190
LEFT, RIGHT, TOP, BOTTOM = 40, 136, 12, 24
GRID = 4  # horizontal lines above zero
APART = 14  # units between the names at the lines' ends


def lines(
    key: str, series: Sequence[Series], labels: Sequence[str], *, title: str, says: str, unit: str = ""
) -> SafeString:
    """Lines over labels, each named at its end and told apart by its dashes too. `key` makes the ids its own;
    `says` is what it shows, in words. Nothing without a value.
    """
    known = [value for one in series for value in one.values if value is not None]
    if not known:
        return SafeString("")
    top = nice(max(known))
    x = [LEFT + i * (LINE_WIDTH - LEFT - RIGHT) / max(len(labels) - 1, 1) for i in range(len(labels))]

    def y(value: float) -> float:
        return round(LINE_HEIGHT - BOTTOM - value / top * (LINE_HEIGHT - BOTTOM - TOP), 1)

    grid = format_html_join("", '<path class="grid" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>', (
        (LEFT, y(top * i / GRID), LINE_WIDTH - RIGHT, LEFT - 6, y(top * i / GRID) + 4, f"{top * i / GRID:g}")
        for i in range(GRID + 1)))  # fmt: skip
    every = max(1, -(-len(labels) // 7))
    below = format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', (
        (round(x[i], 1), LINE_HEIGHT - 6, labels[i]) for i in range(0, len(labels), every)))  # fmt: skip
    paths = format_html_join("", '<path class="run l{}" d="{}"/>', (
        (n, _path(x, [None if v is None else y(v) for v in one.values])) for n, one in enumerate(series, 1)
    ))  # fmt: skip
    names = format_html_join("", '<text class="name" x="{}" y="{}">{} {}{}</text>', (
        (LINE_WIDTH - RIGHT + 8, at + 4, name, f"{value:.0f}", unit) for name, value, at in _ends(series, y)
    ))  # fmt: skip
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title>'
        '<desc id="{}-d">{}</desc>{}{}{}{}</svg>',
        *(LINE_WIDTH, LINE_HEIGHT, key, key, key, title, key, says, grid, below, paths, names),
    )


def nice(value: float) -> float:
    """The end of an axis: the next of 4, 8, 12, 20, 40, 60, 80 times a power of ten that holds `value`."""
    size = 1.0
    while True:
        for step in (4, 8, 12, 20):
            if value <= step * size:
                return step * size
        size *= 5 if size in (1, 100, 10_000) else 2


def _path(x: Sequence[float], y: Sequence[float | None]) -> str:
    """The line, interrupted where there is no value; a value alone is a dot."""
    parts, open_ = [], False
    for at, value in zip(x, y, strict=True):
        if value is not None:
            parts.append(f"{'L' if open_ else 'M'}{round(at, 1)} {value}" + ("" if open_ else "h0"))
        open_ = value is not None
    return "".join(parts)


def _ends(series: Sequence[Series], y: Callable[[float], float]) -> Iterator[tuple[str, float, float]]:
    """The names with their last values, moved apart where they would lie over each other."""
    last = [
        (one.name, known[-1]) for one in series if (known := [value for value in one.values if value is not None])
    ]  # fmt: skip
    below = float(TOP - APART)
    spread: list[tuple[str, float, float]] = []
    for name, value in sorted(last, key=lambda end: y(end[1])):
        below = max(y(value), below + APART)
        spread.append((name, value, below))
    beyond = max((at for *_, at in spread), default=0.0) - (LINE_HEIGHT - BOTTOM)
    for name, value, at in spread:
        yield name, value, at - max(beyond, 0.0)


@dataclass(frozen=True, slots=True)
class Interval:
    """A share of 0 to 1 with its interval, under a name."""

    name: str
    share: float
    low: float
    high: float


ROW, NAMES = 22, 250
"""Units: the height of one line, and the room for its name."""


def intervals(key: str, rows: Sequence[Interval], *, title: str) -> SafeString:
    """Shares as dots on the lines of their intervals, on an axis that begins below the lowest. Nothing without rows."""
    if not rows:
        return SafeString("")
    least = min(max(int(10 * min(one.low for one in rows)) / 10, 0.0), 0.9)
    height = ROW * len(rows) + BOTTOM

    def x(share: float) -> float:
        return round(NAMES + (share - least) / (1 - least) * (LINE_WIDTH - NAMES - LEFT), 1)

    marks = [least + (1 - least) * step / 4 for step in range(5)]
    axis = '<path class="grid" d="M{} 0V{}"/><text x="{}" y="{}" text-anchor="middle">{} %</text>'
    below = ((x(one), height - BOTTOM, x(one), height - 6, f"{100 * one:.4g}") for one in marks)
    span, dot = '<path class="run l1" d="M{} {}H{}"/>', '<circle class="run l1" cx="{}" cy="{}" r="4"/>'
    bar = f'<text x="0" y="{{}}">{{}}</text>{span}{dot}'
    spans = (
        (ROW * n + 15, one.name, x(one.low), ROW * n + 11, x(one.high), x(one.share), ROW * n + 11)
        for n, one in enumerate(rows)
    )
    says = "; ".join(
        f"{one.name} {100 * one.share:.1f} %, {100 * one.low:.1f} to {100 * one.high:.1f}" for one in rows
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title>'
        '<desc id="{}-d">{}</desc>{}{}</svg>',
        *(
            LINE_WIDTH,
            height,
            key,
            key,
            key,
            title,
            key,
            says,
            format_html_join("", axis, below),
            format_html_join("", bar, spans),
        ),
    )
