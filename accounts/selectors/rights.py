"""Who may what, and why; and who held what on any day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.actors import Actor
from accounts.choices import HUMAN_ONLY_CAPABILITIES, Capability
from accounts.grants import grant_rows_of
from accounts.models import AIAgent, Client, Grant, RoleVersion
from accounts.permissions import Placed, Scope, Verdict, can, scopes_in


@dataclass(frozen=True, slots=True)
class Line:
    """One grant's share in the answer: its role, where it reaches, and whether it carries the answer."""

    role: str
    reach: str
    carries: bool
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdict that the product itself would give, and every grant's part in it."""

    verdict: Verdict
    lines: tuple[Line, ...]


def explain(actor: Actor, capability: str, obj: Placed | None) -> Explanation:
    """Why may `actor` do `capability` to `obj` (None: anywhere), or why not?"""
    if actor is None:
        return Explanation(can(actor, capability, obj), ())
    names = dict(Client.objects.values_list("pk", "name"))
    lines = tuple(_lines(actor, capability, obj, names))
    return Explanation(can(actor, capability, obj), lines)


def in_words(scope: Scope, clients: dict[int, str]) -> str:
    """ "Harbour Telecom, queues billing, up to tier 2"."""
    where = "every client" if scope.client is None else clients.get(scope.client, "a client that is gone")
    queues = "every queue" if scope.queues is None else "queues " + ", ".join(sorted(scope.queues))
    return f"{where}, {queues}, up to tier {scope.max_tier}"


@dataclass(frozen=True, slots=True)
class Held:
    """One right as it was: who (kind, id and name), which role, where, and what the role allowed then."""

    kind: str
    who_id: int
    who: str
    role: str
    client: str
    queues: tuple[str, ...]
    max_tier: int
    capabilities: tuple[str, ...]
    since: datetime
    until: datetime | None
    by: str


def held_at(moment: datetime, capability: str = "") -> list[Held]:
    """Everything anybody held at `moment`, or only grants whose role allowed `capability` then."""
    grants = (
        Grant.objects.filter(valid_from__lte=moment)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=moment))
        .select_related("user", "agent", "role", "client", "granted_by")
        .order_by("user__name", "agent__name", "role__name", "pk")
    )
    then = {
        one.role_id: one
        for one in RoleVersion.objects.filter(valid_from__lte=moment).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=moment)
        )
    }
    return [
        held
        for grant in grants
        if (held := _held(grant, then.get(grant.role_id))) and (not capability or capability in held.capabilities)
    ]  # fmt: skip


def _held(grant: Grant, role: RoleVersion | None) -> Held:
    who: Any = grant.user or grant.agent
    tier = role.max_tier if role else 0
    return Held(
        "person" if grant.user_id else "AI agent", who.pk, str(who), grant.role.name,
        grant.client.name if grant.client else "every client", tuple(grant.queues),
        min(tier, grant.max_tier or tier), tuple(role.capabilities) if role else (), grant.valid_from, grant.valid_to,
        grant.granted_by.name if grant.granted_by else "set-up",
    )  # fmt: skip


def _lines(actor: Any, capability: str, obj: Placed | None, clients: dict[int, str]) -> Iterator[Line]:
    machine = isinstance(actor, AIAgent)
    for row in grant_rows_of(actor):
        role = row["role"]
        if capability not in row["capabilities"]:
            yield Line(role, "", False, f"the role does not allow “{Capability(capability).label.lower()}”")
        elif machine and (actor.suspended_at or capability in HUMAN_ONLY_CAPABILITIES):
            yield Line(role, "", False, "suspended" if actor.suspended_at else "only people may ever do this")
        elif not (scopes := scopes_in(row, capability)):
            yield Line(role, "", False, "the role's cell and the grant do not overlap")
        else:
            for scope in scopes:
                yield Line(role, in_words(scope, clients), *_covers(scope, obj))


def _covers(scope: Scope, obj: Placed | None) -> tuple[bool, str]:
    if obj is None:
        return True, "reaches there"
    if scope.client is not None and scope.client != obj.client_id:
        return False, "another client"
    if scope.queues is not None and obj.queue_slug not in scope.queues:
        return False, f"not its queue ({obj.queue_slug or 'none yet'})"
    if obj.tier > scope.max_tier:
        return False, f"tier {obj.tier} is above it"
    return True, "covers it"
