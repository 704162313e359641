"""Who may see and take a case. Each rule stands beside its queryset twin (R079, R137)."""

from functools import lru_cache
from typing import Any

from django.db.models import Q

from accounts.actors import Actor
from accounts.choices import Capability
from accounts.models import AIAgent, User
from accounts.permissions import Verdict, can, reach, scopes_of
from escalations.errors import NotAllowed
from escalations.models import Case, Need, real
from escalations.planting import planted

CHECKERS = (Capability.CASE_SENIOR, Capability.QUALITY_REVIEW, Capability.LEDGER_READ)
"""Who may open a case kept for senior staff: those who also know what it asks for, and whoever checks the work
rather than does it (R036).
"""


def may_everywhere(actor: Actor, *capabilities: str) -> bool:
    """Does one of these reach every client and queue? What holds for everybody is for those who may everywhere."""
    return actor is None or any(
        scope.client is None and scope.queues is None
        for capability in capabilities
        for scope in scopes_of(actor, capability)
    )


_WHERE: dict[str, Any] = {"client": "client_id", "queue": "queue__slug", "tier": "tier"}


def may_see(actor: Actor, case: Case) -> Verdict:
    """May they open the case? What one holds one sees, even when triage has raised it above one's tier since. What one
    audits blind is not there until one has answered, on whatever page, in whatever browser (R087).
    """
    if isinstance(actor, AIAgent):
        own = case.agent_id == actor.pk and not planted(case.pk)
        return can(actor, Capability.CASE_STATUS, case) if own else Verdict(False, "posted by somebody else")
    if actor is not None and actor.auditing == case.pk:
        return Verdict(False, "they audit it blind")
    if actor is not None and case.holder_id == actor.pk and _knows(actor, case.client_id):
        return Verdict(True, "they hold it")
    seen = can(actor, Capability.CASE_VIEW, case)
    if seen and case.senior_only and not _opens_sensitive(actor, case):
        return Verdict(False, "kept for senior staff")
    return seen


def seen_by(actor: Actor) -> Q:
    """The twin of `may_see`, over cases."""
    if actor is None:
        return Q()
    if isinstance(actor, AIAgent):
        return Q(agent=actor) & real() & reach(actor, Capability.CASE_STATUS, **_WHERE)
    clients = {scope.client for scope in scopes_of(actor, Capability.CASE_VIEW)}
    held = Q(holder=actor) if None in clients else Q(holder=actor, client__in=clients)
    seen = waiting_seen_by(actor) | held
    return seen & ~Q(pk=actor.auditing) if actor.auditing else seen


def waiting_seen_by(actor: User) -> Q:
    """The same over `Waiting`, or over cases that nobody holds."""
    seen = reach(actor, Capability.CASE_VIEW, **_WHERE)
    checked = reach(actor, Capability.CASE_SENIOR, **_WHERE) & covered_by(actor)
    for checker in CHECKERS[1:]:
        checked |= reach(actor, checker, **_WHERE)
    return seen & (Q(senior_only=False) | checked)


def may_take(actor: Actor, case: Case) -> Verdict:
    """May they claim the case? A case kept for senior staff asks for `case.senior` there (R013, R036)."""
    taken = can(actor, Capability.CASE_CLAIM, case)
    if taken and case.senior_only and not can(actor, Capability.CASE_SENIOR, case):
        return Verdict(False, "kept for senior staff")
    return taken and covers(actor, case)


def knows_planted(actor: Actor, case: Case) -> bool:
    """May they know whether this case is planted (R094)?"""
    return bool(can(actor, Capability.PLANTED_VIEW, case))


def takeable_by(actor: Actor) -> Q:
    """The twin of `may_take`, over cases."""
    if actor is None:
        return Q()
    senior = reach(actor, Capability.CASE_SENIOR, **_WHERE)
    return reach(actor, Capability.CASE_CLAIM, **_WHERE) & (Q(senior_only=False) | senior) & covered_by(actor)


def covers(actor: Actor, case: Case) -> Verdict:
    """Do they know all that the case asks for, at the level it asks? The system does, software does not."""
    if actor is None or case.need == 0:
        return Verdict(True, "it asks for no skill")
    missing = asked_by(case.need).difference(actor.skills if isinstance(actor, User) else ())
    return Verdict(
        not missing, f"it asks for {', '.join(sorted(missing))}" if missing else "they have the skills"
    )


def covered_by(actor: Actor) -> Q:
    """The twin of `covers`, over cases."""
    if actor is None:
        return Q()
    if not isinstance(actor, User) or not actor.skills:
        return Q(need=0)
    return Q(need=0) | Q(need__in=Need.objects.filter(skills__contained_by=actor.skills).values("pk"))


@lru_cache(maxsize=4096)
def asked_by(need: int) -> frozenset[str]:
    """The "slug:level" words of a Need. They never change, so each process reads a row once."""
    return frozenset(Need.objects.values_list("skills", flat=True).get(pk=need)) if need else frozenset()


def _opens_sensitive(actor: Actor, case: Case) -> bool:
    senior = bool(can(actor, Capability.CASE_SENIOR, case)) and bool(covers(actor, case))
    return senior or any(can(actor, checker, case) for checker in CHECKERS[1:])


def _knows(actor: Actor, client_id: int) -> bool:
    """Do they see anything at all of this client?"""
    return any(scope.client in (None, client_id) for scope in scopes_of(actor, Capability.CASE_VIEW))


def may_manage_models(actor: Actor, client: int | None) -> Verdict:
    """May they make datasets and export examples of a client, or (None) of all, and train and promote models?"""
    if actor is None:
        return Verdict(True, "the system acts under its own rules")
    for scope in scopes_of(actor, Capability.MODEL_MANAGE):
        if scope.client in (None, client) and scope.queues is None:
            return Verdict(True, f"role {scope.role}")
    return Verdict(False, "no role of theirs allows model.manage there")


def must_manage_models(actor: Actor, client: int | None) -> None:
    """NotAllowed for whoever may not."""
    if not may_manage_models(actor, client):
        raise NotAllowed("Your roles do not let you export examples or manage models here.")


def may_approve_models(actor: Actor) -> Verdict:
    """May they approve or refuse a model that somebody else proposed? It serves everybody: who may for all clients."""
    for scope in scopes_of(actor, Capability.POLICY_APPROVE_OPS):
        if scope.client is None and scope.queues is None:
            return Verdict(True, f"role {scope.role}")
    return Verdict(False, "no role of theirs allows policy.approve_ops for all clients")
