"""Roles and grants: who is given what, and when it ends."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import Capability, EventKind, RoleSlug
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.ledger import record, stream_of
from accounts.models import AIAgent, Client, Grant, Role, User
from accounts.permissions import can, scopes_of
from accounts.roles import BUILT_IN


@dataclass(frozen=True, slots=True)
class Place:
    """A client without a queue, for asking `can()` about it."""

    client_id: int
    queue_slug: str = ""
    tier: int = 1


def ensure_roles() -> None:
    """Make the built-in eight where they are missing; a role that an admin changed stays as it is (R046)."""
    Role.objects.bulk_create(
        [
            Role(
                slug=role.slug, name=role.slug.label, description=role.description,
                capabilities=list(role.capabilities), max_tier=role.max_tier, built_in=True,
            )
            for role in BUILT_IN
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def give_grant(
    *,
    to: User | AIAgent,
    role: Role | str,
    actor: Actor,
    client: Client | None = None,
    queues: Collection[str] = (),
    max_tier: int | None = None,
    valid_to: datetime | None = None,
) -> Grant:
    """Give `role` to a person or an AI agent; no client means all, no queues means all, no tier means the role's.

    NotAllowed when `actor` may not, gives to themselves, or reaches less far than the grant would.
    """
    role = role if isinstance(role, Role) else Role.objects.get(slug=role)
    machine = isinstance(to, AIAgent)
    if machine != (role.slug == RoleSlug.AI_AGENT):
        raise Invalid(
            "The AI agent's role is for AI agents, and they hold no other.", {"role": "not for them"}
        )
    _may_give(actor, to, client)
    with transaction.atomic():
        grant = Grant.objects.create(
            **{"agent" if machine else "user": to},
            role=role, client=client, queues=sorted(queues), max_tier=max_tier,
            valid_from=Now(), valid_to=valid_to, granted_by=actor if isinstance(actor, User) else None,
        )  # fmt: skip
        record(
            stream_of("agent" if machine else "user", to.pk),
            kind=EventKind.GRANT_GIVEN, actor=actor, grant=grant.pk, role=role.slug,
            client=client.pk if client else None, queues=sorted(queues), max_tier=max_tier,
        )  # fmt: skip
    to.__dict__.pop("grant_rows", None)
    return grant


def end_grant(*, grant: Grant, actor: Actor) -> None:
    """End a grant now; whoever held it loses it with their next request. Conflict when it had ended."""
    to: User | AIAgent = grant.user or grant.agent  # type: ignore[assignment]  # the database asks for one of them
    _may_give(actor, to, grant.client)
    with transaction.atomic():
        running = Q(valid_to__isnull=True) | Q(valid_to__gt=Now())
        if not Grant.objects.filter(running, pk=grant.pk).update(valid_to=Now()):
            raise Conflict("This grant has ended already.")
        stream = stream_of("agent" if grant.agent_id else "user", to.pk)
        record(stream, kind=EventKind.GRANT_ENDED, actor=actor, grant=grant.pk, role=grant.role.slug)
    to.__dict__.pop("grant_rows", None)


def _may_give(actor: Actor, to: User | AIAgent, client: Client | None) -> None:
    """Nobody gives rights to themselves, nor further than their own reach (safety T5)."""
    if actor is None:
        return
    if type(actor) is type(to) and actor.pk == to.pk:
        raise NotAllowed("Nobody changes their own rights.")
    if client is None:
        allowed = any(s.client is None and s.queues is None for s in scopes_of(actor, Capability.ROLES_EDIT))
    else:
        allowed = bool(can(actor, Capability.ROLES_EDIT, Place(client.pk)))
    if not allowed:
        raise NotAllowed("You may not change roles there.")
