"""Figures of the desk's pages, drawn on the server: SVG with attributes and classes only, as our style policy asks."""

from collections.abc import Callable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from escalations.autonomy.reliability import Bin

WIDTH, HEIGHT = 620, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 10, 40
MARKS = 5


def reliability_curve(key: str, bins: Sequence[Bin], *, threshold: float | None, says: str) -> SafeString:
    """The share that was right over the confidence, with its interval; on the dashed line both are equal. `threshold`
    is drawn where the AI begins to settle alone. Nothing without a bin.
    """
    if not bins:
        return SafeString("")
    least = min([one.low for one in bins] + [one.least for one in bins] + [threshold or 1.0])
    floor = max(int(10 * least) / 10, 0.0)
    if floor >= 0.95:
        floor = 0.9

    def x(score: float) -> float:
        return round(LEFT + (score - floor) / (1 - floor) * (WIDTH - LEFT - RIGHT), 1)

    def y(share: float) -> float:
        return round(HEIGHT - BOTTOM - (share - floor) / (1 - floor) * (HEIGHT - BOTTOM - TOP), 1)

    marks = [floor + (1 - floor) * at / (MARKS - 1) for at in range(MARKS)]
    grid = format_html_join("", '<path class="grid" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>', (
        (LEFT, y(one), WIDTH - RIGHT, LEFT - 6, y(one) + 4, f"{100 * one:.4g}") for one in marks))  # fmt: skip
    below = format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', (
        (x(one), HEIGHT - BOTTOM + 16, f"{100 * one:.4g}") for one in marks))  # fmt: skip
    even = format_html('<path class="run l2" d="M{} {}L{} {}"/>', x(floor), y(floor), x(1.0), y(1.0))
    spans = format_html_join("", '<path class="run l1" d="M{} {}V{}"/><circle class="run l1" cx="{}" cy="{}" r="4"/>', (
        (x(one.said), y(one.least), y(one.most), x(one.said), y(one.right)) for one in bins))  # fmt: skip
    path = format_html(
        '<path class="run l1" d="M{}"/>', "L".join(f"{x(one.said)} {y(one.right)}" for one in bins)
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title>'
        '<desc id="{}-d">{}</desc>{}{}{}{}{}{}<text x="{}" y="{}" text-anchor="end">confidence, %</text></svg>',
        *(WIDTH, HEIGHT, key, key, key, "Right answers by confidence, %", key, says),
        *(grid, below, even, path, spans, _line(threshold, x), WIDTH - RIGHT, HEIGHT - 6),
    )


def _line(threshold: float | None, x: Callable[[float], float]) -> SafeString:
    """Where the AI begins to settle alone."""
    if threshold is None:
        return SafeString("")
    # its words stand below the axis: beside the line they would lie over the points
    line = (
        '<path class="run l3" d="M{} {}V{}"/><text class="name" x="{}" y="{}">dotted: alone from {} %</text>'
    )
    return format_html(line, x(threshold), TOP, HEIGHT - BOTTOM, LEFT, HEIGHT - 6, f"{100 * threshold:.4g}")
