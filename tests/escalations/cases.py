"""Cases in some state, made by the services: posted at the API, triaged, claimed, decided, finished."""

from typing import Any

from accounts.models import User
from escalations.models import Case, Decision
from escalations.selectors.clocks import tenures_in
from escalations.selectors.timed import timed_cases
from tests.cast import Cast
from tests.engine import Scripted, make_due, work
from tests.escalations.bodies import dispute, faq
from tests.escalations.people import claim, decide
from tests.robot import Robot


def received(cast: Cast, agent: str = "acme-bot", **body: Any) -> Case:
    """Posted, not triaged."""
    answer = Robot(cast.token(agent)).post(faq(**body))
    assert answer.status_code == 202, answer.content
    return Case.objects.get(pk=answer.json()["id"])


def queued(cast: Cast, agent: str = "acme-bot", engine: Scripted | None = None, **body: Any) -> Case:
    """Waiting for a person: a dispute unless `body` says otherwise."""
    case = received(cast, agent, **{**dispute(), **body})
    work(engine or Scripted(category="billing_dispute", confidence=0.6))
    return Case.objects.select_related("queue").get(pk=case.pk)


def settled(cast: Cast) -> Case:
    """Settled by the AI, not yet final."""
    case = received(cast)
    work()
    return Case.objects.get(pk=case.pk)


def let_undo_pass(case: Case) -> None:
    """The undo window ends; what was decided is final."""
    make_due(case, "close")
    work()
    case.refresh_from_db()


def decision_of(case: Case) -> Decision:
    """The newest decision on the case."""
    return Decision.objects.filter(case=case).latest("created_at")


def now_due(case: Case) -> None:
    """Its triage deadline has come."""
    make_due(case, "triage_deadline")


def returned(cast: Cast) -> Case:
    """With the AI again, by a person's decision that is final."""
    case = queued(cast)
    claim(case, cast.sunny)
    decide(case, cast.sunny, "return_to_ai", instructions="Ask for the second receipt.")
    let_undo_pass(case)
    return case


def accountable_for(case: Case) -> User:
    """Who answers for the case at this moment, as its line of responsibility says (R012)."""
    loaded = Case.objects.select_related("queue", "agent").get(pk=case.pk)
    last = tenures_in(timed_cases([case.pk])[0], loaded)[-1]
    assert last.until is None
    return User.objects.get(pk=last.user)
