"""Shares of 1 as people read them."""

from django import template

register = template.Library()


@register.filter
def percent(share: float | None, places: int = 0) -> str:
    """.0512 as "5.1 %" with one place; empty for nothing."""
    return "" if share is None else f"{100 * share:.{places}f} %"
