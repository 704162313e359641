"""AI agents: registered with a human owner, suspended at once (R078)."""

import re
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import Capability, EventKind, RoleSlug
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.ledger import record, stream_of
from accounts.models import AIAgent, Client, Grant, Role, User
from accounts.permissions import can
from accounts.services.roles import Place

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


def create_agent(
    *,
    name: str,
    client: Client,
    owner: User,
    actor: Actor,
    tools: Collection[str] = (),
    case_types: Collection[str] = (),
    purpose: str = "",
    version: str = "",
) -> AIAgent:
    """Register software that may post this client's cases, with the person who answers for it.

    `tools` is what it may do by itself; `case_types` what it may post, empty for all of the client's. It cannot
    sign in and holds the AI agent's role for this client, no other.
    """
    if actor is not None and not can(actor, Capability.AGENTS_MANAGE, Place(client.pk)):
        raise NotAllowed("You may not manage this client's AI agents.")
    if not NAME.fullmatch(name):
        raise Invalid("An agent's name is letters, digits, - and _, at most 80.", {"name": "not a name"})
    if not owner.is_active:
        raise Invalid("The owner must be somebody who works here.", {"owner": "not active"})
    try:
        with transaction.atomic():
            agent = AIAgent.objects.create(
                name=name, client=client, owner=owner, purpose=purpose, version=version,
                tools=sorted(set(tools)), case_types=sorted(set(case_types)),
            )  # fmt: skip
            grant = Grant.objects.create(
                agent=agent, role=Role.objects.get(slug=RoleSlug.AI_AGENT), client=client, valid_from=Now(),
                granted_by=actor if isinstance(actor, User) else None,
            )  # fmt: skip
            record(
                stream_of("agent", agent.pk), kind=EventKind.AGENT_CREATED, actor=actor, client=client.pk,
                owner=owner.pk, tools=agent.tools, case_types=agent.case_types, grant=grant.pk,
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(f"{client.name} has an AI agent of that name.") from error
    return agent


def suspend_agent(*, agent: AIAgent, actor: Actor) -> None:
    """Stop an agent at once: its next request is refused whatever token it shows. Conflict when it was stopped."""
    if actor is not None and not can(actor, Capability.AGENTS_MANAGE, Place(agent.client_id)):
        raise NotAllowed("You may not manage this client's AI agents.")
    with transaction.atomic():
        if not AIAgent.objects.filter(pk=agent.pk, suspended_at__isnull=True).update(suspended_at=Now()):
            raise Conflict("This AI agent is suspended already.")
        record(stream_of("agent", agent.pk), kind=EventKind.AGENT_SUSPENDED, actor=actor)
