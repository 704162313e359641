"""Presence as the desk keeps it: people who went quiet are away, and the loop hears of whoever came back."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from accounts.choices import PresenceState
from accounts.models import User
from accounts.services.presence import set_presence, wrap_up_ends
from escalations.models import Decision
from reviews.services.waking import wake

AT_WORK = (PresenceState.AVAILABLE, PresenceState.BUSY, PresenceState.WRAP_UP)


def say_presence(*, person: User, state: str) -> bool:
    """What somebody says of themselves; whether that is news. Invalid for a word that is no state."""
    changed = set_presence(person=person, state=state, actor=person)
    if changed and state == PresenceState.AVAILABLE:
        wake()
    return changed


def sweep_presence() -> int:
    """End wrap-ups that are over, and make away whoever went quiet; how many changed."""
    return wrap_up_ends() + mark_away()


def mark_away() -> int:
    """Make away whoever said to be at work and showed no page and decided nothing for HANDRAIL_AWAY_MINUTES."""
    since = Now() - timedelta(minutes=settings.HANDRAIL_AWAY_MINUTES)
    lately = Decision.objects.filter(user=OuterRef("pk"), created_at__gt=since)
    quiet = User.objects.filter(
        ~Exists(lately), presence_row__state__in=AT_WORK, presence_row__last_seen__lte=since
    ).order_by("pk")[:200]
    return sum(
        set_presence(person=person, state=PresenceState.AWAY, actor=None, because="unseen")
        for person in quiet
    )
