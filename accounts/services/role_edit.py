"""Changing what a role allows: every change is a version, an event with its difference, and in force at once."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import CONFLICTS, HUMAN_ONLY_CAPABILITIES, Capability, EventKind, RoleSlug
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.ledger import record, stream_of
from accounts.models import Client, Grant, Role, RoleVersion, User
from accounts.services.guards import must_reach, someone_must_be_left, take_turn

SLUG = re.compile(r"[a-z][a-z0-9_-]{1,48}")
TIERS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class RoleChange:
    """What a role shall allow. `cells` narrows capabilities: {capability: {clients, queues, max_tier}}."""

    name: str
    description: str = ""
    max_tier: int = 1
    capabilities: tuple[str, ...] = ()
    cells: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change adds, takes and moves, how many people and AI agents it concerns, and what it warns of."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    rescoped: tuple[str, ...]
    tier: tuple[int, int] | None
    holders: int
    warnings: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.rescoped or self.tier)


def difference(role: Role, change: RoleChange) -> Difference:
    """The change in words that a page can show before it is made."""
    before, after = {*role.capabilities}, {*change.capabilities}
    cells = cleaned(change)
    rescoped = [
        one for one in sorted(before & after) if (role.cells.get(one) or {}) != (cells.get(one) or {})
    ]
    holders = 0
    if role.pk:
        running = Q(valid_to__isnull=True) | Q(valid_to__gt=Now())
        people = Grant.objects.filter(running, role=role).values("user", "agent").distinct()
        holders = people.count()
    warnings = [f"One role {said}." for one, other, said in CONFLICTS if {one, other} <= after]
    moved = (role.max_tier, change.max_tier) if role.max_tier != change.max_tier else None
    return Difference(
        tuple(sorted(after - before)), tuple(sorted(before - after)), tuple(rescoped), moved, holders, tuple(warnings)
    )  # fmt: skip


def create_role(*, slug: str, change: RoleChange, actor: Actor) -> Role:
    """A new role; nobody holds it yet. Invalid, Conflict (the name is taken), NotAllowed."""
    if not SLUG.fullmatch(slug):
        raise Invalid(
            "A role's short name is small letters, digits, - and _, beginning with a letter.",
            {"slug": "Small letters, digits, - and _; 2 to 49 of them."},
        )
    role = Role(slug=slug, capabilities=[], version=0)
    _check(role, change, actor)
    try:
        with transaction.atomic():
            _write(role, change)
            role.version = 1
            role.save(force_insert=True)
            _keep_version(role, actor)
            record(
                stream_of("role", role.pk), kind=EventKind.ROLE_CREATED, actor=actor, role=slug, **_told(role)
            )
    except IntegrityError as error:
        raise Conflict(f"There is a role called {slug}.") from error
    return role


def change_role(*, role: Role, change: RoleChange, version: int, actor: Actor) -> Role:
    """Make `role` allow what `change` says; in force with the next request of everybody who holds it.

    `version` is the one the editor looked at: Conflict when somebody changed it since, or when nobody would be left
    who can change rights. NotAllowed when `actor` would widen a role that they hold themselves.
    """
    _check(role, change, actor)
    with transaction.atomic():
        take_turn()
        now = Role.objects.select_for_update().get(pk=role.pk)
        if now.version != version:
            raise Conflict("Somebody changed this role since you opened it.", version=now.version)
        made = difference(now, change)
        if not made and (now.name, now.description) == (change.name, change.description):
            return now
        _write(now, change)
        now.version += 1
        now.save(update_fields=["name", "description", "capabilities", "cells", "max_tier", "version"])
        RoleVersion.objects.filter(role=now, valid_to__isnull=True).update(valid_to=Now())
        _keep_version(now, actor)
        someone_must_be_left()
        record(
            stream_of("role", now.pk), kind=EventKind.ROLE_CHANGED, actor=actor, role=now.slug, version_now=now.version,
            added=made.added, removed=made.removed, rescoped=made.rescoped, **_told(now),
        )  # fmt: skip
    return now


def delete_role(*, role: Role, actor: Actor) -> None:
    """Remove a role that nobody ever held. Conflict otherwise: the past must stay explainable."""
    must_reach(actor, role.capabilities, client=None, queues=(), tier=role.max_tier)
    if role.built_in or Grant.objects.filter(role=role).exists():
        raise Conflict(
            "A built-in role, or one that somebody held, stays. Take its capabilities away instead."
        )
    with transaction.atomic():
        record(stream_of("role", role.pk), kind=EventKind.ROLE_DELETED, actor=actor, role=role.slug)
        role.versions.all().delete()
        role.delete()


def cleaned(change: RoleChange) -> dict[str, dict[str, Any]]:
    """The cells that narrow anything, in a fixed form."""
    kept = {}
    for capability in change.capabilities:
        cell = change.cells.get(capability) or {}
        tidy: dict[str, Any] = {}
        if clients := sorted({int(one) for one in cell.get("clients") or ()}):
            tidy["clients"] = clients
        if queues := sorted({str(one) for one in cell.get("queues") or ()}):
            tidy["queues"] = queues
        tier = cell.get("max_tier")
        if tier is not None and int(tier) < change.max_tier:
            tidy["max_tier"] = int(tier)
        if tidy:
            kept[str(capability)] = tidy
    return kept


def _check(role: Role, change: RoleChange, actor: Actor) -> None:
    _valid(role, change)
    added = {*change.capabilities} - {*role.capabilities}
    must_reach(actor, added, client=None, queues=(), tier=max(change.max_tier, role.max_tier or 1))
    if isinstance(actor, User) and role.pk and _holds(actor, role):
        wider = added or change.max_tier > role.max_tier or _opened(role, change)
        if wider:
            raise NotAllowed("Nobody widens a role that they hold themselves: ask another admin.")


def _valid(role: Role, change: RoleChange) -> None:
    errors = {}
    if not change.name.strip():
        errors["name"] = "A role needs a name."
    if unknown := {*change.capabilities} - {*Capability.values}:
        errors["capabilities"] = f"No such capability: {', '.join(sorted(unknown))}."
    machine = role.slug == RoleSlug.AI_AGENT
    crossed = {*change.capabilities} & HUMAN_ONLY_CAPABILITIES if machine else {
        one for one in change.capabilities if one not in HUMAN_ONLY_CAPABILITIES
    }  # fmt: skip
    if crossed:
        errors["capabilities"] = (
            "An AI agent can hold none of these: " if machine else "Only AI agents post cases: "
        ) + ", ".join(sorted(crossed))
    if change.max_tier not in TIERS:
        errors["max_tier"] = "Tiers are 1 to 3."
    errors |= _bad_cells(change)
    if errors:
        raise Invalid("The role cannot be like that.", errors)


def _bad_cells(change: RoleChange) -> dict[str, str]:
    errors = {}
    known = {*Client.objects.values_list("pk", flat=True)}
    for capability, cell in change.cells.items():
        try:
            clients = {int(one) for one in cell.get("clients") or ()}
            tier = cell.get("max_tier")
            fits = tier is None or int(tier) in TIERS
        except (TypeError, ValueError):
            clients, fits = {-1}, False
        if clients - known:
            errors[f"cell.{capability}"] = "There is no such client."
        elif not fits:
            errors[f"cell.{capability}"] = "Tiers are 1 to 3."
    return errors


def _opened(role: Role, change: RoleChange) -> bool:
    """Does any capability that stays reach further than before?"""
    cells = cleaned(change)
    return any(
        not _within(cells.get(one) or {}, role.cells.get(one) or {}, change.max_tier, role.max_tier)
        for one in {*change.capabilities} & {*role.capabilities}
    )


def _within(new: Mapping[str, Any], old: Mapping[str, Any], new_tier: int, old_tier: int) -> bool:
    for part in ("clients", "queues"):
        before: Collection[Any] = old.get(part) or ()
        if before and not (new.get(part) and {*new[part]} <= {*before}):
            return False
    return bool((new.get("max_tier") or new_tier) <= (old.get("max_tier") or old_tier))


def _holds(actor: User, role: Role) -> bool:
    running = Q(valid_to__isnull=True) | Q(valid_to__gt=Now())
    return Grant.objects.filter(running, user=actor, role=role).exists()


def _write(role: Role, change: RoleChange) -> None:
    role.name, role.description = change.name.strip(), change.description.strip()
    role.capabilities = sorted({*change.capabilities})
    role.cells, role.max_tier = cleaned(change), change.max_tier


def _keep_version(role: Role, actor: Actor) -> None:
    RoleVersion.objects.create(
        role=role, number=role.version, capabilities=role.capabilities, cells=role.cells, max_tier=role.max_tier,
        changed_by=actor if isinstance(actor, User) else None, valid_from=Now(),
    )  # fmt: skip


def _told(role: Role) -> dict[str, Any]:
    return {"capabilities": role.capabilities, "cells": role.cells, "max_tier": role.max_tier}
