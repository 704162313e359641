"""What the pages of roles and rights show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Now

from accounts.choices import HUMAN_ONLY_CAPABILITIES, Capability, RoleSlug
from accounts.models import Client, Role
from accounts.services.role_edit import RoleChange
from escalations.choices import Tier
from escalations.models import Queue

GROUPS = {
    "case": "Cases", "floor": "Cases", "quality": "Checking", "ledger": "Checking", "audit": "Checking",
    "planted": "Checking", "insight": "Checking", "lesson": "Checking", "policy": "The desk",
    "autonomy": "The desk", "model": "The desk", "sla": "The desk", "people": "The desk", "alerts": "The desk",
    "roles": "The desk", "agents": "The desk",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix: allowed or not, and its scope in words."""

    allowed: bool
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A capability with one cell a role; `first` opens a group of capabilities."""

    capability: str
    label: str
    group: str
    first: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All roles (slug, name, how many hold it, highest tier) against all capabilities."""

    roles: tuple[Any, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where a right may be: clients, queues, tiers."""

    clients: tuple[tuple[int, str], ...]
    queues: tuple[tuple[str, str], ...]
    tiers: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One capability on a role's page, with what its cell narrows."""

    capability: str
    label: str
    group: str
    first: bool
    allowed: bool
    clients: frozenset[int]
    queues: frozenset[str]
    max_tier: int | None
    words: str


@dataclass(frozen=True, slots=True)
class RolePage:
    """A role as somebody is about to make it."""

    name: str
    description: str
    max_tier: int
    choices: tuple[Choice, ...]
    machine: bool


def places() -> Places:
    """Every client, queue and tier, for the choices of the pages."""
    return Places(
        tuple(Client.objects.filter(is_active=True).values_list("pk", "name")),
        tuple(Queue.objects.values_list("slug", "name")),
        tuple((int(one.value), str(one.label)) for one in Tier),
    )


def matrix() -> Matrix:
    """The matrix as it is in force."""
    running = Q(grants__valid_to__isnull=True) | Q(grants__valid_to__gt=Now())
    roles = tuple(Role.objects.annotate(holders=Count("grants", filter=running)).order_by("-built_in", "pk"))
    names = dict(Client.objects.values_list("pk", "name"))
    rows, group = [], ""
    for one in Capability:
        here = group_of(one)
        cells = tuple(_cell(role, one, names) for role in roles)
        rows.append(Row(one, str(one.label), here, here != group, cells))
        group = here
    return Matrix(roles, tuple(rows))


def role_page(role: Role, change: RoleChange) -> RolePage:
    """The page of a role that `change` describes."""
    machine = role.slug == RoleSlug.AI_AGENT
    names, choices, group = dict(Client.objects.values_list("pk", "name")), [], ""
    for one in Capability:
        if (one in HUMAN_ONLY_CAPABILITIES) == machine:
            continue
        cell, here = change.cells.get(one) or {}, group_of(one)
        choices.append(
            Choice(
                one, str(one.label), here, here != group, one in change.capabilities,
                frozenset(cell.get("clients") or ()), frozenset(cell.get("queues") or ()), cell.get("max_tier"),
                scope_words(cell, change.max_tier, names),
            )
        )  # fmt: skip
        group = here
    return RolePage(change.name, change.description, change.max_tier, tuple(choices), machine)


def group_of(capability: str) -> str:
    """The heading under which a capability stands."""
    if capability not in HUMAN_ONLY_CAPABILITIES:
        return "AI agents"
    return GROUPS[capability.partition(".")[0]]


def scope_words(cell: Mapping[str, Any], tier: int, clients: Mapping[int, str]) -> str:
    """ "Harbour Telecom; billing; tier 1", or "tier 2" when nothing else narrows it."""
    parts = []
    if cell.get("clients"):
        parts.append(", ".join(clients.get(one, "?") for one in cell["clients"]))
    if cell.get("queues"):
        parts.append(", ".join(cell["queues"]))
    parts.append(f"tier {min(tier, cell.get('max_tier') or tier)}")
    return "; ".join(parts)


def _cell(role: Role, capability: str, names: Mapping[int, str]) -> Cell:
    if capability not in role.capabilities:
        return Cell(False, "–")
    return Cell(True, scope_words(role.cells.get(capability) or {}, role.max_tier, names))
