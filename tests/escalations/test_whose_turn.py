"""Who may speak when: the AI waits while a person is needed (R010, R014)."""

from typing import Any

import pytest

from accounts.models import Event
from escalations.models import ExtractedField
from tests.cast import Cast
from tests.engine import Scripted, work
from tests.escalations.bodies import handoff
from tests.escalations.cases import let_undo_pass, queued, returned, settled
from tests.escalations.people import claim, decide
from tests.robot import Robot

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("where", ["queued", "claimed", "on_hold", "snoozed"])
def test_the_ai_is_silent_while_a_person_is_needed_and_the_attempt_is_on_record(
    cast: Cast, robot: Robot, where: str
) -> None:
    """R010, R014: 409, nothing added, one line in the ledger."""
    case = queued(cast)
    if where != "queued":
        claim(case, cast.sunny)
    if where in ("on_hold", "snoozed"):
        decide(case, cast.sunny, {"on_hold": "hold", "snoozed": "snooze"}[where])
    assert case.state == where
    answer = robot.say(case.pk, "Let me help you myself!", author="ai")
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert case.messages.count() == 1
    line = Event.objects.get(stream=case.pk, kind="case.message_refused")
    assert (line.actor_kind, line.actor_id, line.data["state"]) == ("ai", str(cast.acme_bot.pk), where)


def test_the_ai_is_silent_after_a_person_has_settled_the_case(cast: Cast, robot: Robot) -> None:
    """R014: in the undo window and after it."""
    case = queued(cast)
    claim(case, cast.sunny)
    decide(case, cast.sunny, "approve", disposition="answered")
    assert robot.say(case.pk, "Anything else?", author="ai").status_code == 409
    let_undo_pass(case)
    assert robot.say(case.pk, "Anything else?", author="ai").status_code == 409


def test_the_ai_may_speak_on_what_it_settled_itself(cast: Cast, robot: Robot) -> None:
    case = settled(cast)
    assert robot.say(case.pk, "Happy to help.", author="ai").status_code == 202
    case.refresh_from_db()
    assert case.state == "auto_resolved"


def test_the_ai_may_speak_on_what_was_returned_to_it_and_is_told_what_to_do(cast: Cast, robot: Robot) -> None:
    case = returned(cast)
    assert robot.get(case.pk).json()["decision"]["instructions"] == "Ask for the second receipt."
    assert robot.say(case.pk, "Could you send the second receipt?", author="ai").status_code == 202
    case.refresh_from_db()
    assert case.state == "with_ai"


def test_a_new_handoff_brings_a_returned_case_back_to_a_person(cast: Cast, robot: Robot) -> None:
    """The AI does not settle what a person has touched, however sure it is now."""
    case = returned(cast)
    amount = {
        "name": "amount",
        "value": "121.00",
        "confidence": 0.99,
        "source": {"message": 1, "start": 0, "end": 4},
    }
    package = handoff(summary="Receipt found.")
    answer = robot.say(case.pk, "Here it is.", author="ai", handoff=package, fields=[amount])
    assert answer.status_code == 202
    work(Scripted(confidence=1.0))
    case.refresh_from_db()
    assert case.state == "queued"
    assert case.handoff is not None
    assert case.handoff.package["summary"] == "Receipt found."
    assert case.handoffs.count() == 2
    kept = ExtractedField.objects.get(case=case, name="amount")
    assert (kept.value, kept.message) == ("121.00", 1)
    assert ExtractedField.objects.filter(case=case, name="account_number").exists()


def test_a_span_outside_the_conversation_is_refused_with_a_later_message_too(
    cast: Cast, robot: Robot
) -> None:
    case = returned(cast)
    wrong = [{"name": "amount", "value": "1", "source": {"message": 1, "start": 0, "end": 400}}]
    answer = robot.say(case.pk, "Here.", author="ai", handoff=handoff(), fields=wrong)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/fields/0/source/end"
    assert case.messages.count() == 1


@pytest.mark.parametrize("more", [{"handoff": handoff()}, {"fields": []}])
def test_a_handoff_is_taken_only_for_a_returned_case(cast: Cast, robot: Robot, more: dict[str, Any]) -> None:
    assert robot.say(queued(cast).pk, "hello", **more).status_code == 409
    assert robot.say(settled(cast).pk, "hello", **more).status_code == 409
