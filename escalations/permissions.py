"""Who may see and take a case. Each rule stands beside its queryset twin (R079, R137)."""

from typing import Any

from django.db.models import Q

from accounts.actors import Actor
from accounts.choices import Capability
from accounts.models import AIAgent
from accounts.permissions import Verdict, can, reach, scopes_of
from escalations.models import Case

CHECKERS = (Capability.CASE_SENIOR, Capability.QUALITY_REVIEW, Capability.LEDGER_READ)
"""Who may open a case kept for senior staff: those, and whoever checks the work rather than does it (R036)."""

_WHERE: dict[str, Any] = {"client": "client_id", "queue": "queue__slug", "tier": "tier"}


def may_see(actor: Actor, case: Case) -> Verdict:
    """May they open the case? What one holds one sees, even when triage has raised it above one's tier since."""
    if isinstance(actor, AIAgent):
        own = case.agent_id == actor.pk
        return can(actor, Capability.CASE_STATUS, case) if own else Verdict(False, "posted by somebody else")
    if actor is not None and case.holder_id == actor.pk and _knows(actor, case.client_id):
        return Verdict(True, "they hold it")
    seen = can(actor, Capability.CASE_VIEW, case)
    if seen and case.senior_only and not any(can(actor, checker, case) for checker in CHECKERS):
        return Verdict(False, "kept for senior staff")
    return seen


def seen_by(actor: Actor) -> Q:
    """The twin of `may_see`, over cases."""
    if actor is None:
        return Q()
    if isinstance(actor, AIAgent):
        return Q(agent=actor) & reach(actor, Capability.CASE_STATUS, **_WHERE)
    seen = reach(actor, Capability.CASE_VIEW, **_WHERE)
    checked = Q(pk__in=[])
    for checker in CHECKERS:
        checked |= reach(actor, checker, **_WHERE)
    clients = {scope.client for scope in scopes_of(actor, Capability.CASE_VIEW)}
    held = Q(holder=actor) if None in clients else Q(holder=actor, client__in=clients)
    return (seen & (Q(senior_only=False) | checked)) | held


def may_take(actor: Actor, case: Case) -> Verdict:
    """May they claim the case? A case kept for senior staff asks for `case.senior` there (R013, R036)."""
    taken = can(actor, Capability.CASE_CLAIM, case)
    if taken and case.senior_only and not can(actor, Capability.CASE_SENIOR, case):
        return Verdict(False, "kept for senior staff")
    return taken


def takeable_by(actor: Actor) -> Q:
    """The twin of `may_take`, over cases."""
    if actor is None:
        return Q()
    senior = reach(actor, Capability.CASE_SENIOR, **_WHERE)
    return reach(actor, Capability.CASE_CLAIM, **_WHERE) & (Q(senior_only=False) | senior)


def _knows(actor: Actor, client_id: int) -> bool:
    """Do they see anything at all of this client?"""
    return any(scope.client in (None, client_id) for scope in scopes_of(actor, Capability.CASE_VIEW))
