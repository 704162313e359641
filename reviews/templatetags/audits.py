"""Shares and gravities as people read them."""

from django import template

from escalations.choices import ErrorGravity

register = template.Library()

GRAVITIES = {code: str(label) for code, label in ErrorGravity.choices}


@register.filter
def percent(share: float | None, places: int = 0) -> str:
    """.0512 as "5.1 %" with one place; empty for nothing."""
    return "" if share is None else f"{100 * share:.{places}f} %"


@register.filter
def gravity(code: str | None) -> str:
    """How grave, in words; a dash where nobody has said."""
    return GRAVITIES.get(code or "", "–")
