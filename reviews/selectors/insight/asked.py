"""Which handoffs somebody asks about: their own reach, a period, a client, and what narrows a list (R068)."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.choices import Capability
from accounts.models import Client
from accounts.permissions import reach, scopes_of
from escalations.autonomy.success import PARTS
from escalations.models import Case, HandoffOutcome
from escalations.permissions import seen_by

WHERE: dict[str, Any] = {"client": "client_id", "queue": "queue__slug", "tier": "tier"}

PART_NAMES = {
    "complete": "Package complete", "nothing_asked_again": "Nothing known asked again",
    "right_queue": "Right queue at once", "in_time": "Taken within the tier's target",
    "not_reopened": "Not reopened",
}  # fmt: skip

DEFINITION = (
    "A handoff succeeds when the AI agent's package was complete, nobody asked again for a fact that was known, the "
    "case was not sent on to another queue of its tier, somebody took it within the tier's target, and it was not "
    "reopened within {hours} hours of its end. Share of the handoffs that are judged for good, once the {hours} hours "
    "are over: before that a fault may show, but no success."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Handoffs that `actor` may know of, of a client (None: of all), handed over from `since` to before `until`;
    `narrow` holds what a list was opened with: type, agent, missing, part, outcome.
    """

    actor: Actor
    since: datetime
    until: datetime
    client: Client | None = None
    narrow: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> QuerySet[HandoffOutcome]:
        """The handoffs whose figures the actor may know."""
        mine = HandoffOutcome.objects.filter(reach(self.actor, Capability.INSIGHT_VIEW, **WHERE))
        found = mine.filter(handed_at__gte=self.since, handed_at__lt=self.until)
        if self.client is not None:
            found = found.filter(client=self.client)
        return found.filter(_narrowed(self.narrow))

    @property
    def shown(self) -> QuerySet[HandoffOutcome]:
        """Of these, those of cases that the actor may open."""
        return self.rows.filter(case__in=Case.objects.filter(seen_by(self.actor)))

    @property
    def before(self) -> "Asked":
        """The period of the same length that ends where this one begins."""
        return replace(self, since=self.since - (self.until - self.since), until=self.since)


def clients_seen(actor: Actor) -> QuerySet[Client]:
    """The clients of whose figures the actor may know anything."""
    scopes = scopes_of(actor, Capability.INSIGHT_VIEW)
    every_one = Client.objects.order_by("name")
    if actor is None or any(scope.client is None for scope in scopes):
        return every_one
    return every_one.filter(pk__in={scope.client for scope in scopes})


def _narrowed(narrow: dict[str, str]) -> Q:
    found = Q()
    if kind := narrow.get("type"):
        found &= Q(case_type__slug=kind)
    if agent := narrow.get("agent"):
        found &= Q(agent__name=agent)
    if part := narrow.get("missing"):
        found &= Q(missing=[]) if part == "nothing" else Q(missing__contains=[part])
    known = {
        "good": Q(success=True, final=True), "failed": Q(success=False, final=True), "known": Q(final=True),
        "pending": Q(final=False),
    }  # fmt: skip
    part = narrow.get("part", "")
    if part in PARTS:
        values = {"good": True, "failed": False}
        if (outcome := narrow.get("outcome", "")) in values:
            return found & Q(**{part: values[outcome]})
        return found & Q(**{f"{part}__isnull": False})
    return found & known.get(narrow.get("outcome", ""), Q())
