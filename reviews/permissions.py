"""Who may do what with a case, from the person's grants and where the case stands. Nothing here writes."""

from django.conf import settings
from django.db.models import Q

from accounts.actors import Actor
from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import Verdict, can, scopes_of
from escalations.choices import CaseMode, CaseState, RiskLevel, Verb
from escalations.models import Case
from escalations.permissions import covers
from escalations.planting import planted
from reviews.choices import LessonState
from reviews.models import Lesson

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
    timeline, and a lesson to whoever publishes them.
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
        "lesson": may_write_lesson(actor, case, decided=False),
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


def may_publish_lessons(actor: Actor, client_id: int) -> Verdict:
    """May they publish, change and retire lessons of this client? A lesson lies in no queue."""
    return _at_client(actor, Capability.LESSON_PUBLISH, client_id)


def may_write_lesson(actor: Actor, case: Case, *, decided: bool) -> Verdict:
    """May they write down what `case`, which they may see, taught? Whoever publishes there, and whoever decided it."""
    if case.closed_at is None:  # a planted case never closes in this sense, so it is no exception here (R094)
        return Verdict(False, "the case is not settled for good")
    if lead := may_publish_lessons(actor, case.client_id):
        return lead
    own = _at_client(actor, Capability.CASE_DECIDE, case.client_id)
    return own if decided or not own else Verdict(False, "somebody else decided it")


def may_change_lesson(actor: Actor, lesson: Lesson) -> Verdict:
    """May they change its text? Its author while it is proposed; after that whoever publishes."""
    if lesson.state == LessonState.RETIRED:
        return Verdict(False, "a retired lesson stays as it is")
    mine = isinstance(actor, User) and lesson.author_id == actor.pk and lesson.state == LessonState.DRAFT
    if mine and (own := _at_client(actor, Capability.CASE_VIEW, lesson.client_id)):
        return own
    return may_publish_lessons(actor, lesson.client_id)


def lessons_seen_by(actor: Actor) -> Q:
    """Over lessons: those of the clients whose cases they see; proposed ones only their own and, for whoever publishes,
    all.
    """
    if actor is None:
        return Q()
    here = _clients(actor, Capability.CASE_VIEW)
    if not isinstance(actor, User):
        return Q(pk__in=[])
    if actor.auditing:  # what it taught would say how it was decided (R087)
        here &= ~Q(case=actor.auditing)
    ready = ~Q(state=LessonState.DRAFT) | Q(author=actor) | _clients(actor, Capability.LESSON_PUBLISH)
    return here & ready


def _at_client(actor: Actor, capability: str, client_id: int) -> Verdict:
    if actor is None:
        return Verdict(True, "the system acts under its own rules")
    for scope in scopes_of(actor, capability):
        if scope.client in (None, client_id):
            return Verdict(True, f"role {scope.role}")
    return Verdict(False, f"no role of theirs allows {capability} there")


def _clients(actor: Actor, capability: str) -> Q:
    clients = {scope.client for scope in scopes_of(actor, capability)}
    if None in clients:
        return ~Q(pk__in=[])  # everything: an empty Q would vanish from an "or"
    return Q(client__in=[one for one in clients if one is not None])
