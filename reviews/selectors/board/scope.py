"""Whose floor it is, and what the board is narrowed to. The address says both; nothing is kept."""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet

from accounts.actors import Actor
from accounts.choices import Capability
from accounts.models import Team, User
from accounts.permissions import reach
from escalations.choices import CaseState
from escalations.models import Backlog, Case, Waiting, real
from escalations.permissions import CHECKERS
from reviews.selectors.ready import grants_of

M = TypeVar("M", bound=Model)

PENDING = (CaseState.QUEUED, CaseState.CLAIMED)
"""What waits for a person or is in somebody's hands; what is put aside is told apart."""

WHERE: dict[str, Any] = {"client": "client_id", "queue": "queue__slug", "tier": "tier"}


@dataclass(frozen=True, slots=True)
class View:
    """What the board shows of the floor: slugs, "" for all. A team stands for its members and its client."""

    client: str = ""
    team: str = ""
    queue: str = ""

    @property
    def query(self) -> str:
        """As an address says it, without the question mark."""
        return urlencode(self.narrowed)

    @property
    def narrowed(self) -> dict[str, str]:
        """What it is narrowed to, by name."""
        return {name: value for name in NAMES if (value := getattr(self, name))}


NAMES = tuple(one.name for one in fields(View))


@dataclass(frozen=True)
class Floor:
    """A reader, what they look at, and when."""

    actor: User
    view: View
    now: datetime

    def of(self, rows: QuerySet[M], *, kept: bool = True) -> QuerySet[M]:
        """Those of `rows` (cases, or counts that lie in a client, a queue and a tier) that are on this floor.

        `kept` is whether rows say if they are kept for senior staff.
        """
        found = rows.filter(floor_of(self.actor) if kept else lead_by(self.actor))
        if self.view.client:
            found = found.filter(client__slug=self.view.client)
        if self.view.queue:
            found = found.filter(queue__slug=self.view.queue)
        if self.team_client is not None:
            found = found.filter(client_id=self.team_client)
        return found

    @cached_property
    def team_client(self) -> int | None:
        """The client of the team that the board is narrowed to, if it has one."""
        if not self.view.team:
            return None
        return Team.objects.filter(slug=self.view.team).values_list("client_id", flat=True).first()

    @cached_property
    def grants(self) -> str:
        """The reader's grants, as the key under which statements are kept."""
        return grants_of(self.actor)

    @property
    def cases(self) -> QuerySet[Case]:
        """Every case of this floor, whatever became of it; planted ones are nobody's work (R094)."""
        return self.of(Case.objects.filter(real()))

    @property
    def pending(self) -> QuerySet[Case]:
        """Those that wait or are in hand."""
        return self.cases.filter(state__in=PENDING)

    @property
    def waiting(self) -> QuerySet[Waiting]:
        """The rows of those that nobody holds."""
        return self.of(Waiting.objects.filter(real()))

    @property
    def backlog(self) -> QuerySet[Backlog]:
        """The maintained counts of those waiting or put aside."""
        return self.of(Backlog.objects.all())


def floor_of(actor: Actor) -> Q:
    """Cases, or counts of cases, on the board of `actor`: they lead there and may open each of them.

    A part of `escalations.permissions.seen_by`: of cases kept for senior staff a board shows those of whoever checks
    the work, for what else opens one depends on its skills, by which nothing is counted.
    """
    kept = Q(pk__in=[])
    for checker in CHECKERS:
        if checker != Capability.CASE_SENIOR:
            kept |= reach(actor, checker, **WHERE)
    return lead_by(actor) & (Q(senior_only=False) | kept)


def lead_by(actor: Actor) -> Q:
    """The same for figures that tell no case from another."""
    return reach(actor, Capability.FLOOR_VIEW, **WHERE) & reach(actor, Capability.CASE_VIEW, **WHERE)
