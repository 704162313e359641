"""Tokens of AI agents: issued once, shown once, kept as a hash, ended at once."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.grants import with_grants
from accounts.ledger import record, stream_of
from accounts.models import AgentToken, AIAgent, User
from accounts.permissions import can
from accounts.services.roles import Place

PREFIX = "hr"
DEFAULT_DAYS, MAX_DAYS = 30, 90
MAX_LIVE = 2  # one in use and one to change over to
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token: `plain` is shown to a person once and is nowhere kept."""

    token: AgentToken
    plain: str


def issue_token(*, agent: AIAgent, actor: Actor, days: int = DEFAULT_DAYS) -> Issued:
    """A token for `agent`, valid for 1 to 90 days: `hr_<key id>_<43 url-safe characters>` (256 random bits).

    Conflict when two are live already: one to use and one to change over to are enough.
    """
    _may_manage(actor, agent)
    if not 1 <= days <= MAX_DAYS:
        raise Invalid("A token lives for 1 to 90 days.", {"days": f"1 to {MAX_DAYS}"})
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    with transaction.atomic():
        AIAgent.objects.select_for_update().get(
            pk=agent.pk
        )  # two issuers at once must not make a third token
        live = AgentToken.objects.filter(agent=agent, revoked_at__isnull=True, expires_at__gt=Now())
        if live.count() >= MAX_LIVE:
            raise Conflict(f"{agent.name} has {MAX_LIVE} live tokens; revoke one first.")
        token = AgentToken.objects.create(
            agent=agent, key_id=key_id, digest=digest_of(secret), expires_at=Now() + timedelta(days=days),
            created_by=actor if isinstance(actor, User) else None,
        )  # fmt: skip
        stream = stream_of("agent", agent.pk)
        record(stream, kind=EventKind.AGENT_TOKEN_ISSUED, actor=actor, key_id=key_id, days=days)
    return Issued(token, f"{PREFIX}_{key_id}_{secret}")


def revoke_token(*, token: AgentToken, actor: Actor) -> None:
    """End a token now: the next request with it is refused. Conflict when it was revoked before."""
    _may_manage(actor, token.agent)
    with transaction.atomic():
        if not AgentToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=Now()):
            raise Conflict("This token has been revoked already.")
        stream = stream_of("agent", token.agent_id)
        record(stream, kind=EventKind.AGENT_TOKEN_REVOKED, actor=actor, key_id=token.key_id)


def agent_of_token(plain: str) -> AIAgent | None:
    """Whose token this is, with owner, client and grants loaded; None unless all of them are in force now.

    One statement; at most once a minute a second one notes the use. Unknown, wrong, expired, revoked,
    suspended and orphaned are told alike.
    """
    prefix, _, rest = plain.partition("_")
    key_id, _, secret = rest.partition("_")
    agent = _holder(key_id) if prefix == PREFIX and 0 < len(key_id) <= 16 and key_id.isascii() else None
    known = bytes(agent.token_digest) if agent is not None else bytes(32)  # type: ignore[attr-defined]
    same = hmac.compare_digest(known, digest_of(secret))
    if agent is None or not same:
        return None
    if agent.token_stale:  # type: ignore[attr-defined]
        AgentToken.objects.filter(pk=agent.token_id).update(last_used_at=Now())  # type: ignore[attr-defined]
    return agent


def digest_of(secret: str) -> bytes:
    """What is kept of a secret. It is random, so a fast hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _holder(key_id: str) -> AIAgent | None:
    live = AIAgent.objects.filter(
        tokens__key_id=key_id, tokens__revoked_at__isnull=True, tokens__expires_at__gt=Now(),
        suspended_at__isnull=True, owner__is_active=True, client__is_active=True,
    )  # fmt: skip
    unused = Q(tokens__last_used_at__isnull=True) | Q(tokens__last_used_at__lt=Now() - TOUCH_EVERY)
    found = with_grants(live).annotate(
        token_id=F("tokens__pk"),
        token_digest=F("tokens__digest"),
        token_stale=ExpressionWrapper(unused, BooleanField()),
    )
    return found.select_related("client").first()


def _may_manage(actor: Actor, agent: AIAgent) -> None:
    if actor is not None and not can(actor, Capability.AGENTS_MANAGE, Place(agent.client_id)):
        raise NotAllowed("You may not manage this client's AI agents.")
