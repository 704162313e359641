"""Saved views of the board. A view is an address: whoever opens it sees their own floor through it."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import Team, User
from escalations.errors import Conflict, Invalid, NotVisible
from reviews.models import SavedView

MOST = 50


def save_view(*, name: str, path: str, query: str, team: str, actor: User) -> SavedView:
    """Keep it under `name`, shared with `team` (a slug, "" for nobody): only with one's own team, or one that one
    leads. Conflict when one has a view of that name.
    """
    shared = None
    if team:
        shared = Team.objects.filter(Q(memberships__user=actor) | Q(lead=actor), slug=team).first()
        if shared is None:
            raise Invalid("You are not in that team.", {"team": "Choose a team of yours."})
    if SavedView.objects.filter(owner=actor).count() >= MOST:
        raise Conflict(f"You keep {MOST} views already. Remove one first.")
    try:
        with transaction.atomic():
            return SavedView.objects.create(owner=actor, team=shared, name=name, path=path, query=query)
    except IntegrityError:
        raise Conflict(f"You have a view {name} already.") from None


def remove_view(*, pk: int, actor: User) -> None:
    """Drop it. NotVisible for somebody else's."""
    if not SavedView.objects.filter(pk=pk, owner=actor).delete()[0]:
        raise NotVisible("There is no such view.")
