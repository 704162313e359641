"""Finished cases and planted copies of them, made by the services."""

from datetime import timedelta
from random import Random
from typing import Any
from unittest.mock import patch

from django.utils import timezone

from accounts.models import User
from escalations.models import Case, Plant
from escalations.planting import Truth, Wrong
from escalations.selectors.plants import Spot
from reviews.services import planting
from tests.cast import Cast
from tests.engine import make_due, work
from tests.escalations.bodies import handoff
from tests.escalations.people import claim, decide
from tests.insight.cases import ended, handed
from tests.robot import Robot

TEXT = "I was charged 120.75 twice on account 4471."
LATER = timedelta(days=2)
PACKAGE = handoff(proposed={"action": "answer_customer", "arguments": {"amount": "120.75", "page": "fees"}})


def finished(robot: Robot, actor: User, **changes: Any) -> Case:
    """A case that `actor` approved, whose customer named an amount that the AI read."""
    at = TEXT.index("120.75")
    given: dict[str, Any] = {
        "messages": [{"author": "customer", "text": TEXT, "at": "2026-03-01T09:30:00Z"}],
        "fields": [
            {"name": "amount", "value": "120.75", "confidence": 0.8,
             "source": {"message": 0, "start": at, "end": at + 6}},
        ],
        "handoff": PACKAGE,
    }  # fmt: skip
    case = handed(robot, **{**given, **changes})
    ended(case, actor)
    return case


def planted_copy(cast: Cast, case: Case, wrong: Wrong) -> Case:
    """A planted copy of a finished case, with this wrong in it."""
    assert case.queue is not None
    with patch.object(planting, "wrong_of", lambda *_: wrong):
        made = planting.plant_one(Spot(cast.acme.pk, case.queue), timezone.now() + LATER, dice=Random(5))
    assert made is not None
    return Case.objects.select_related("queue", "agent", "case_type").get(pk=made.pk)


def answered(case: Case, actor: User, verb: str = "approve", **given: Any) -> Plant:
    """`actor` decides the planted case, and the undo window passes."""
    if case.holder_id != actor.pk:
        claim(case, actor)
    decide(case, actor, verb, **{"disposition": "answered", **given})
    make_due(case, "reveal")
    work()
    case.refresh_from_db()
    return Plant.objects.get(pk=case.pk)


ACTION = Wrong("action", "", "lookup_ledger", "answer_customer")
FIELD = Wrong("field", "amount", "102.75", "120.75")
TRUTH = Truth("faq_general", "answer_customer", {"amount": "120.75"}, (TEXT,))
