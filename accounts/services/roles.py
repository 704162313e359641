"""Roles and grants: who is given what, and when it ends."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.actors import Actor
from accounts.choices import Capability, EventKind, RoleSlug
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.hints import kick
from accounts.ledger import record, stream_of
from accounts.models import AIAgent, Client, Grant, Role, RoleVersion, User
from accounts.roles import BUILT_IN
from accounts.services.guards import must_reach, someone_must_be_left, take_turn


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
    RoleVersion.objects.bulk_create(
        [
            RoleVersion(
                role=role, number=role.version, capabilities=role.capabilities, cells=role.cells,
                max_tier=role.max_tier, valid_from=Now(),
            )
            for role in Role.objects.filter(versions__isnull=True)
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
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> Grant:
    """Give `role` to a person or an AI agent, from a moment (none: now) to a moment (none: until ended).

    No client means all, no queues means all, no tier means the role's. NotAllowed when `actor` may not, gives to
    themselves, or reaches less far than the grant would; Invalid when the role or the dates do not fit.
    """
    role = role if isinstance(role, Role) else Role.objects.get(slug=role)
    machine = isinstance(to, AIAgent)
    if machine != (role.slug == RoleSlug.AI_AGENT):
        raise Invalid(
            "The AI agent's role is for AI agents, and they hold no other.", {"role": "not for them"}
        )
    if isinstance(to, AIAgent) and (client is None or client.pk != to.client_id):
        raise Invalid("An AI agent works for its own client only.", {"client": "Not this agent's client."})
    if max_tier is not None and not 1 <= max_tier <= role.max_tier:
        raise Invalid("A grant reaches no higher than its role.", {"max_tier": f"1 to {role.max_tier}"})
    if valid_to is not None and valid_to <= (valid_from or timezone.now()):
        raise Invalid("A grant ends after it begins.", {"valid_to": "Before the beginning, or past."})
    _may_change(actor, to)
    must_reach(actor, role.capabilities, client=client, queues=queues, tier=max_tier or role.max_tier)
    with transaction.atomic():
        grant = Grant.objects.create(
            **{"agent" if machine else "user": to},
            role=role, client=client, queues=sorted(queues), max_tier=max_tier,
            valid_from=valid_from or Now(), valid_to=valid_to, granted_by=actor if isinstance(actor, User) else None,
        )  # fmt: skip
        record(
            stream_of("agent" if machine else "user", to.pk),
            kind=EventKind.GRANT_GIVEN, actor=actor, grant=grant.pk, role=role.slug,
            client=client.pk if client else None, queues=sorted(queues), max_tier=max_tier,
            valid_from=valid_from.isoformat() if valid_from else "", valid_to=valid_to.isoformat() if valid_to else "",
        )  # fmt: skip
    to.__dict__.pop("grant_rows", None)
    return grant


def end_grant(*, grant: Grant, actor: Actor) -> None:
    """End a grant now; whoever held it loses it with their next request. Conflict when it had ended, or when nobody
    would be left who can change rights.
    """
    to: User | AIAgent = grant.user or grant.agent  # type: ignore[assignment]  # the database asks for one of them
    _may_change(actor, to)
    tier = grant.max_tier or grant.role.max_tier
    must_reach(actor, (), client=grant.client, queues=grant.queues, tier=tier)
    with transaction.atomic():
        take_turn()
        running = Q(valid_to__isnull=True) | Q(valid_to__gt=Now())
        if not Grant.objects.filter(running, pk=grant.pk).update(valid_to=Now()):
            raise Conflict("This grant has ended already.")
        if Capability.ROLES_EDIT in grant.role.capabilities:
            someone_must_be_left()
        stream = stream_of("agent" if grant.agent_id else "user", to.pk)
        record(stream, kind=EventKind.GRANT_ENDED, actor=actor, grant=grant.pk, role=grant.role.slug)
        if grant.user_id is not None:
            kick(grant.user_id)  # what they hear is what they may
    to.__dict__.pop("grant_rows", None)


def _may_change(actor: Actor, to: User | AIAgent) -> None:
    """Nobody changes their own rights (safety T5)."""
    if actor is not None and type(actor) is type(to) and actor.pk == to.pk:
        raise NotAllowed("Nobody changes their own rights.")
