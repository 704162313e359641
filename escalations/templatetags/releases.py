"""Figures and paths of rehearsals, as words."""

from collections.abc import Mapping
from typing import Any

from django import template

from escalations.choices import ReasonCode, Verb

register = template.Library()

OUTCOMES = {
    **{str(verb): str(label) for verb, label in Verb.choices},
    "audit_wrong": "An audit found the AI wrong",
}


@register.filter
def pct(share: float | None) -> str:
    """A share as per cent: one decimal, two below one per cent."""
    if share is None:
        return "–"
    return f"{100 * share:.{2 if 0 < share < 0.01 else 1}f} %"


@register.filter
def signed(value: float | None, places: int = 1) -> str:
    """A change, with a sign that is read as one; nothing changed is 0."""
    if value is None:
        return "–"
    text = f"{abs(value):.{places}f}"
    if not float(text):
        return "0"
    return f"+{text}" if value > 0 else f"\N{MINUS SIGN}{text}"


@register.filter
def less(value: int, other: int) -> int:
    """The difference."""
    return value - other


@register.filter
def path_words(path: Mapping[str, Any]) -> str:
    """Where a policy sends a case, and why."""
    if path["settle"]:
        return "settled by the AI"
    why = ", ".join(
        str(ReasonCode(code).label).lower() for code in path["reasons"] if code in ReasonCode.values
    )
    return f"{path['queue']}, tier {path['tier']}, severity {path['severity']}{f': {why}' if why else ''}"


@register.filter
def outcome_words(outcome: str) -> str:
    """What people made of it."""
    return OUTCOMES.get(outcome, outcome) if outcome else "nobody looked"
