"""Who may do what with a case, from the person's grants and where the case stands. Nothing here writes."""

from django.conf import settings

from accounts.actors import Actor
from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import Verdict, can
from escalations.choices import CaseMode, CaseState, RiskLevel, Verb
from escalations.models import Case
from escalations.permissions import covers
from escalations.planting import planted

SETTLED = (CaseState.AUTO_RESOLVED, CaseState.CLOSED)


def needs_senior(case: Case) -> bool:
    """Is this case kept for people with `case.senior` (R013, R036)? `selectors.working_order` says the same
    in SQL.
    """
    return case.senior_only or (settings.HANDRAIL_HIGH_RISK_NEEDS_SENIOR and case.risk == RiskLevel.HIGH)


def may_claim(actor: Actor, case: Case) -> Verdict:
    """May a person take this case on? An AI identity holds none of these capabilities (T7)."""
    return _work(actor, Capability.CASE_CLAIM, case) and covers(actor, case)


def may_decide(actor: Actor, case: Case) -> Verdict:
    """May a person decide it, once they hold it?"""
    return _work(actor, Capability.CASE_DECIDE, case)


def may_take_over(actor: Actor, case: Case) -> Verdict:
    """May a person take it from whoever holds it?"""
    return can(actor, Capability.CASE_TAKE_OVER, case) and may_claim(actor, case)


def available_actions(actor: User, case: Case) -> frozenset[str]:
    """What the page offers `actor` on `case` now: claim, take_over, release, skip, decide, draft, flag,
    timeline.
    """
    held = case.state == CaseState.CLAIMED and case.holder_id == actor.pk
    offers = {
        "claim": case.state == CaseState.QUEUED and may_claim(actor, case),
        "take_over": case.state == CaseState.CLAIMED and not held and may_take_over(actor, case),
        "release": held,
        "skip": held,
        "draft": held,
        "decide": held and may_decide(actor, case),
        "flag": case.state in SETTLED and not planted(case.pk) and can(actor, Capability.CASE_FLAG, case),
        "timeline": can(actor, Capability.CASE_VIEW, case) or held,
    }
    return frozenset(name for name, offered in offers.items() if offered)


def verbs_for(case: Case) -> tuple[Verb, ...]:
    """The verbs this case allows its holder. A case kept for people never goes back to the AI (R013)."""
    verbs = [verb for verb in Verb if verb != Verb.AUTO_RESOLVE]
    if case.case_type.mode == CaseMode.HUMAN_ONLY:
        verbs.remove(Verb.RETURN_TO_AI)
    return tuple(verbs)


def _work(actor: Actor, capability: str, case: Case) -> Verdict:
    if not isinstance(actor, User):
        return Verdict(False, "only a person works a case")
    if needs_senior(case) and not (senior := can(actor, Capability.CASE_SENIOR, case)):
        return Verdict(False, f"kept for senior staff: {senior.rule}")
    return can(actor, capability, case)
