"""Small figures drawn on the server: SVG with attributes and classes only, so a strict style policy holds."""

from collections.abc import Sequence

from django.utils.html import format_html
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
