"""The pages under insight that somebody may open."""

from typing import Any

from django.urls import reverse

from accounts.choices import Capability as Can
from accounts.models import User
from accounts.permissions import scopes_of

TABS = (
    ("reviews:insight", "Handoff success", (Can.INSIGHT_VIEW,)),
    ("reviews:weekly", "Weekly review", (Can.INSIGHT_VIEW,)),
    ("reviews:attention", "Attention", (Can.INSIGHT_VIEW, Can.CASE_DECIDE)),
)


def tabs(actor: User, here: str) -> list[dict[str, Any]]:
    """Address, label and whether it is `here` of each page the person may open."""
    return [
        {"url": reverse(name), "label": label, "here": name == here}
        for name, label, needs in TABS
        if any(scopes_of(actor, need) for need in needs)
    ]
