"""Where a supervisor may move cases to: people of the floor and queues within their reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.choices import Capability
from accounts.permissions import scopes_of
from escalations.models import Queue
from reviews.selectors.board.kept import rows_of
from reviews.selectors.board.people import Worker
from reviews.selectors.board.scope import Floor
from reviews.selectors.shapes import Option


@dataclass(frozen=True, slots=True)
class Targets:
    """The choices of "Move to"; people say how much they have."""

    people: tuple[Option, ...]
    queues: tuple[Option, ...]


def targets_for(floor: Floor, workers: Sequence[Worker]) -> Targets:
    """People at work first."""
    scopes = scopes_of(floor.actor, Capability.CASE_ASSIGN)
    queues = [
        (pk, name, tier)
        for pk, slug, name, tier in rows_of(floor, _queues)
        if any(tier <= one.max_tier and (one.queues is None or slug in one.queues) for one in scopes)
    ]
    return Targets(
        tuple(
            Option(f"p{one.user.pk}", f"{one.user.short_name}, {one.units} of {one.capacity}"
                   + ("" if one.is_here(floor.now) else ", not here"))
            for one in workers
        ),
        tuple(Option(f"q{pk}", f"{name}, tier {tier}") for pk, name, tier in queues),
    )  # fmt: skip


def _queues(_floor: Floor) -> QuerySet[Queue, Any]:
    return Queue.objects.order_by("tier", "name").values_list("pk", "slug", "name", "tier")
