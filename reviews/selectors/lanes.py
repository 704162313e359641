"""The lanes a person may take cases from, by their grants. Plain values; the database fills in queues and
clients.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import Scope, scopes_of
from escalations.choices import Tier
from escalations.permissions import CHECKERS


@dataclass(frozen=True, slots=True)
class Lane:
    """Some waiting cases: of a client (None: all), in queues (None: all), of one tier, kept for seniors or
    not.

    `senior` says that the person may take those marked `senior_only` there.
    """

    client: int | None
    queues: tuple[str, ...] | None
    tier: int
    kept: bool
    senior: bool

    @property
    def everywhere(self) -> bool:
        return self.client is None and self.queues is None

    def as_json(self) -> dict[str, Any]:
        return {
            "client": self.client, "queues": self.queues, "tier": self.tier, "kept": self.kept, "senior": self.senior,
        }  # fmt: skip


def lanes_to_claim(actor: User) -> list[Lane]:
    """Every lane that `actor` may claim from, each once."""
    risky = not settings.HANDRAIL_HIGH_RISK_NEEDS_SENIOR
    return _lanes(actor, Capability.CASE_CLAIM, (Capability.CASE_SENIOR,), kept_for_all=risky)


def takes_anything(lanes: Iterable[Lane]) -> bool:
    """Do the lanes that reach everywhere hold every waiting case there is?"""
    open_to_all = {
        (lane.tier, lane.kept) for lane in lanes if lane.everywhere and (lane.senior or not lane.kept)
    }
    return open_to_all >= {(tier, kept) for tier in Tier.values for kept in (True, False)}


def lanes_to_browse(actor: User) -> list[Lane]:
    """Every lane that `actor` may list; risk hides nothing, being kept for senior staff does."""
    return _lanes(actor, Capability.CASE_BROWSE, CHECKERS, kept_for_all=True)


def _lanes(actor: User, work: Capability, seniors: Iterable[Capability], *, kept_for_all: bool) -> list[Lane]:
    scopes = scopes_of(actor, work)
    found: dict[Lane, None] = {}
    for scope in scopes:
        found |= dict.fromkeys(_of(scope, kept=False, senior=False))
        if kept_for_all:
            found |= dict.fromkeys(_of(scope, kept=True, senior=False))
    for senior in (one for capability in seniors for one in scopes_of(actor, capability)):
        for scope in scopes:
            if (both := _overlap(scope, senior)) is not None:
                found |= dict.fromkeys(_of(both, kept=True, senior=True))
    everywhere = {(lane.tier, lane.kept, lane.senior) for lane in found if lane.everywhere}
    return [
        lane for lane in found if lane.everywhere or (lane.tier, lane.kept, lane.senior) not in everywhere
    ]


def _of(scope: Scope, *, kept: bool, senior: bool) -> Iterator[Lane]:
    queues = tuple(sorted(scope.queues)) if scope.queues is not None else None
    for tier in Tier.values:
        if tier <= scope.max_tier:
            yield Lane(scope.client, queues, tier, kept, senior)


def _overlap(one: Scope, other: Scope) -> Scope | None:
    """Where both scopes reach, or None."""
    if one.client is not None and other.client is not None and one.client != other.client:
        return None
    queues = one.queues if other.queues is None else other.queues
    if one.queues is not None and other.queues is not None:
        queues = one.queues & other.queues
        if not queues:
            return None
    client = one.client if one.client is not None else other.client
    return Scope(one.role, client, queues, min(one.max_tier, other.max_tier))
