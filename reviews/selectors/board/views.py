"""Saved views: one's own, and those shared with one's teams."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.models.user import shortened
from reviews.models import SavedView


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A saved view as a link; `by` is whoever shared it, "" for one's own."""

    id: int
    name: str
    url: str
    by: str
    team: str


def views_for(actor: User) -> tuple[ViewLink, ...]:
    """By name."""
    mine = Q(owner=actor) | Q(team__memberships__user=actor) | Q(team__lead=actor)
    found = SavedView.objects.filter(mine).select_related("owner", "team").distinct()
    return tuple(
        ViewLink(
            one.pk, one.name, f"{reverse('reviews:' + one.path)}?{one.query}",
            "" if one.owner_id == actor.pk else shortened(one.owner.name), one.team.name if one.team else "",
        )
        for one in found
    )  # fmt: skip
