"""A person's own settings: how the screens look."""

import zoneinfo
from collections.abc import Mapping
from typing import Any

from accounts.models import User
from escalations.errors import Invalid
from reviews.keymap import moved, problems


def set_preferences(*, actor: User, tz: str, **chosen: Any) -> None:
    """Store theme, density, keys and hints, and the time zone in which they read times."""
    if tz not in zoneinfo.available_timezones():
        raise Invalid("There is no such time zone.", {"timezone": "There is no such time zone."})
    User.objects.filter(pk=actor.pk).update(timezone=tz, preferences=actor.preferences | chosen)


def set_keys(*, actor: User, chosen: Mapping[str, str]) -> dict[str, str]:
    """Store which letter does what (given letter to chosen one); what is wrong with it by given letter, then nothing
    is stored.
    """
    if wrong := problems(chosen):
        return wrong
    User.objects.filter(pk=actor.pk).update(preferences=actor.preferences | {"keymap": moved(chosen)})
    return {}
