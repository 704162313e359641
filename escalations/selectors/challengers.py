"""Challengers: how they compare, and what keeps one from becoming champion (R096)."""

from escalations.choices import ModelState, Trial
from escalations.models import Comparison, ModelVersion

ASKED = (ModelState.CHALLENGER, ModelState.RETIRED)
"""What can be proposed: a challenger that is better, or a former champion to go back to."""


def newest(model: ModelVersion, trial: Trial = Trial.HELD_OUT) -> Comparison | None:
    """The comparison that counts."""
    return Comparison.objects.filter(challenger=model, trial=trial).select_related("champion").first()


def hindrance(model: ModelVersion) -> str:
    """Why the model cannot be proposed now, in words; "" when it can."""
    if model.state not in ASKED:
        return f"It is {model.get_state_display().lower()}."
    if model.state == ModelState.RETIRED:
        return "" if model.champion_since else "It never was the champion."
    held, live = newest(model), newest(model, Trial.SHADOW)
    if held is None or not held.promotable or held.champion.state != ModelState.CHAMPION:
        return "It is not yet shown to be better than the champion on held-out cases."
    if live is not None and live.high < 0:
        return "It does worse than the champion on live cases."
    return ""
