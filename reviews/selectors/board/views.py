"""Saved views: one's own, and those shared with one's teams."""

from dataclasses import dataclass
from functools import cache

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.models.user import shortened
from reviews.models import SavedView
from reviews.selectors.ready import SOMEBODY, Ready, fetch, ready


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
    return tuple(
        ViewLink(
            pk, name, f"{address_of(path)}?{query}", "" if owner == actor.pk else shortened(owner_name), team or "",
        )
        for pk, name, path, query, owner, owner_name, team in fetch(_made(), actor)
    )  # fmt: skip


@cache
def _made() -> Ready | None:
    mine = Q(owner=SOMEBODY) | Q(team__memberships__user=SOMEBODY) | Q(team__lead=SOMEBODY)
    found = SavedView.objects.filter(mine).distinct()
    return ready(found.values_list("id", "name", "path", "query", "owner_id", "owner__name", "team__name"))


@cache
def address_of(path: str) -> str:
    """The address of a page of this app by its name."""
    return reverse(f"reviews:{path}")
