"""What a board can be narrowed to: the reader's clients, teams and queues."""

from typing import Any

from django.db.models import QuerySet

from accounts.choices import Capability
from accounts.models import Client, Team, User
from accounts.permissions import scopes_of
from escalations.models import Queue
from reviews.selectors.board.kept import rows_of
from reviews.selectors.board.scope import Floor
from reviews.selectors.board.shapes import ViewOptions
from reviews.selectors.shapes import Option


def options_for(floor: Floor) -> ViewOptions:
    """By name; queues by tier first."""
    return ViewOptions(*(
        tuple(Option(*row) for row in rows_of(floor, asked)) for asked in (_clients, _teams, _queues)
    ))  # fmt: skip


def _clients(floor: Floor) -> QuerySet[Client, Any]:
    found = Client.objects.filter(is_active=True).order_by("name")
    if (only := _only_clients(floor.actor)) is not None:
        found = found.filter(pk__in=only)
    return found.values_list("slug", "name")


def _teams(floor: Floor) -> QuerySet[Team, Any]:
    found = Team.objects.order_by("name")
    if (only := _only_clients(floor.actor)) is not None:
        found = found.filter(client__in=only) | found.filter(client=None)
    return found.values_list("slug", "name")


def _queues(floor: Floor) -> QuerySet[Queue, Any]:
    scopes = scopes_of(floor.actor, Capability.FLOOR_VIEW)
    found = Queue.objects.filter(tier__lte=max((one.max_tier for one in scopes), default=0))
    if all(one.queues is not None for one in scopes):
        found = found.filter(slug__in=sorted({slug for one in scopes for slug in one.queues or ()}))
    return found.order_by("tier", "name").values_list("slug", "name")


def _only_clients(actor: User) -> list[int] | None:
    """The clients they lead in; None for every client."""
    clients = [scope.client for scope in scopes_of(actor, Capability.FLOOR_VIEW)]
    return None if None in clients else [one for one in clients if one is not None]
