"""A person's own settings: breaks and how the screens look."""

import zoneinfo
from typing import Any

from django.utils import timezone

from accounts.models import User
from escalations.errors import Invalid


def take_break(*, actor: User, on: bool) -> None:
    """Begin or end a break. While it lasts no case is reserved for them."""
    User.objects.filter(pk=actor.pk).update(on_break_since=timezone.now() if on else None)


def set_preferences(*, actor: User, tz: str, **chosen: Any) -> None:
    """Store theme, density, keys and hints, and the time zone in which they read times."""
    if tz not in zoneinfo.available_timezones():
        raise Invalid("There is no such time zone.", {"timezone": "There is no such time zone."})
    User.objects.filter(pk=actor.pk).update(timezone=tz, preferences=actor.preferences | chosen)
