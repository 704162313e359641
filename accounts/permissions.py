"""One `can()` for pages, lists, search, the API, people and AI identities alike (R079)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Q

from accounts.actors import Actor
from accounts.choices import HUMAN_ONLY_CAPABILITIES
from accounts.grants import grant_rows_of
from accounts.models import AIAgent


class Placed(Protocol):
    """Anything that lies in a client, perhaps in a queue, at a tier."""

    @property
    def client_id(self) -> int: ...
    @property
    def queue_slug(self) -> str: ...
    @property
    def tier(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """Where one grant reaches. None means everywhere."""

    role: str
    client: int | None
    queues: frozenset[str] | None
    max_tier: int

    def covers(self, obj: Placed) -> bool:
        """Does this grant reach `obj`?"""
        return (
            (self.client is None or self.client == obj.client_id)
            and (self.queues is None or obj.queue_slug in self.queues)
            and obj.tier <= self.max_tier
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """May they, and which rule says so; true in a condition when allowed."""

    allowed: bool
    rule: str

    def __bool__(self) -> bool:
        return self.allowed


def scopes_of(actor: Actor, capability: str) -> tuple[Scope, ...]:
    """Every scope in which `actor` holds `capability`, empty when in none."""
    if actor is None or (isinstance(actor, AIAgent) and not _may_hold(actor, capability)):
        return ()
    return tuple(
        scope
        for row in grant_rows_of(actor)
        if capability in row["capabilities"]
        for scope in scopes_in(row, capability)
    )


def can(actor: Actor, capability: str, obj: Placed | None = None) -> Verdict:
    """May `actor` do `capability` to `obj`, or at all when there is no object?"""
    if actor is None:
        return Verdict(True, "the system acts under its own rules")
    scopes = scopes_of(actor, capability)
    if not scopes:
        return Verdict(False, f"no role of theirs allows {capability}")
    if obj is None:
        return Verdict(True, f"role {scopes[0].role}")
    for scope in scopes:
        if scope.covers(obj):
            return Verdict(True, f"role {scope.role}")
    return Verdict(False, "outside the clients, queues or tiers of their roles")


def reach(actor: Actor, capability: str, *, client: str, queue: str, tier: str) -> Q:
    """The queryset twin of `can`: rows that `capability` reaches. Arguments name the model's lookups."""
    if actor is None:
        return Q()
    reached = Q(pk__in=[])
    for scope in scopes_of(actor, capability):
        condition = Q(**{f"{tier}__lte": scope.max_tier})
        if scope.client is not None:
            condition &= Q(**{client: scope.client})
        if scope.queues is not None:
            condition &= Q(**{f"{queue}__in": sorted(scope.queues)})
        reached |= condition
    return reached


def scopes_in(row: Mapping[str, Any], capability: str) -> tuple[Scope, ...]:
    """Where one grant allows `capability`: the grant's own reach, narrowed by the role's cell for it; one scope a
    client.

    `row` is one of `grants.grant_rows_of`. Empty when grant and cell do not overlap.
    """
    cell = row["cells"].get(capability) or {}
    tier = row["max_tier"] if row["max_tier"] is not None else row["role_tier"]
    tier = min(tier, cell.get("max_tier") or tier)
    queues: frozenset[str] | None = frozenset(row["queues"]) or None
    if cell.get("queues"):
        both = {one for one in cell["queues"] if queues is None or one in queues}
        if not both:
            return ()
        queues = frozenset(both)
    return tuple(Scope(row["role"], client, queues, tier) for client in _clients(row["client"], cell))


def _clients(granted: int | None, cell: Mapping[str, Any]) -> tuple[int | None, ...]:
    if not cell.get("clients"):
        return (granted,)
    return tuple(one for one in cell["clients"] if granted in (None, one))


def _may_hold(agent: AIAgent, capability: str) -> bool:
    return agent.suspended_at is None and capability not in HUMAN_ONLY_CAPABILITIES
