"""The learning curve as a figure. It shows; it decides nothing."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from escalations.autonomy.intervals import Interval
from escalations.models import ModelVersion
from reviews import charts

register = template.Library()


@register.filter
def p_value(value: float) -> str:
    """ "0.0312", or "< 0.0001"."""
    return "< 0.0001" if value < 0.0001 else f"{value:.4f}"


@register.simple_tag
def learning_curve(points: Sequence[tuple[ModelVersion, int, Interval]]) -> SafeString:
    """Each model's accuracy with its interval, by how many cases people had taught it."""
    rows = [
        charts.Interval(f"{taught} cases, {model.name}"[:36], right.estimate, right.low, right.high)
        for model, taught, right in points
    ]
    return charts.intervals("m-curve", rows, title="Accuracy on held-out cases, by cases that people taught")
