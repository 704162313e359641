"""Cases that an AI agent hands to people, made through the API, the triage worker and people's own services."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from escalations.models import Case, HandoffOutcome
from escalations.services.handoff_judging import judge_handoffs
from tests.engine import Scripted, make_due, work
from tests.escalations.bodies import faq
from tests.escalations.people import claim, decide
from tests.robot import Robot

UNSURE = {"confidence": 0.4}
LATER = timedelta(hours=73)


def handed(robot: Robot, *, unsure: dict[str, Any] | None = None, **changes: Any) -> Case:
    """A case that came to people because the AI was unsure."""
    posted = robot.post(faq(**changes))
    assert posted.status_code == 202, posted.content
    work(Scripted(**(unsure or UNSURE)))
    return Case.objects.get(pk=posted.json()["id"])


def ended(case: Case, actor: User, verb: str = "approve", **given: Any) -> None:
    """`actor` takes the case, ends it, and nobody takes that back."""
    if case.holder_id != actor.pk:
        claim(case, actor)
    decide(case, actor, verb, **{"disposition": "answered", **given})
    final(case)


def final(case: Case) -> None:
    """Let the undo window pass."""
    make_due(case, "close")
    work()
    case.refresh_from_db()
    assert case.state == "closed"


def judged(case: Case, *, at: datetime | None = None) -> HandoffOutcome:
    """The handoff as the sweeper finds it, by default after the window for reopening."""
    judge_handoffs(now=at or timezone.now() + LATER)
    return HandoffOutcome.objects.get(pk=case.pk)
