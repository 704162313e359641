"""Customer feedback at the API: tied to the decision, its model and its policy (R099)."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Event
from escalations.models import Case, Decision, Feedback
from tests.cast import Cast
from tests.engine import work
from tests.escalations.bodies import faq
from tests.insight.cases import ended, handed
from tests.robot import CASES, Robot

pytestmark = pytest.mark.django_db


def say(robot: Robot, case: Case, key: str | None = None, **body: Any) -> Any:
    return robot.post(body, key=key, path=f"{CASES}{case.pk}/feedback/")


def test_feedback_is_kept_with_the_decision_the_model_and_the_policy(cast: Cast, robot: Robot) -> None:
    """R099: about a person's decision and about the AI's alike; its words are not in the ledger."""
    case = handed(robot)
    ended(case, cast.fay)
    answer = say(robot, case, score=4, text="Quick, at last. Zanzibar")
    assert answer.status_code == 201, answer.content
    kept = Feedback.objects.get()
    made = Decision.objects.get(case=case)
    assert (kept.decision_id, kept.model_version, kept.policy_id) == (made.pk, "scripted-1", made.policy_id)
    assert (kept.score, kept.agent_version, kept.text) == (4, "acme-bot-1", "Quick, at last. Zanzibar")
    event = Event.objects.get(kind="feedback.given")
    assert (event.stream, event.data["score"]) == (case.pk, 4)
    assert "Zanzibar" not in str(event.data)
    settled = Case.objects.get(pk=robot.post(faq()).json()["id"])
    work()
    assert say(robot, settled, score=1).json()["model_version"] == "scripted-1"


def test_the_same_again_changes_nothing_and_another_body_is_refused(cast: Cast, robot: Robot) -> None:
    """R099: idempotent by key, and without a key by what was said."""
    case = handed(robot)
    ended(case, cast.fay)
    first = say(robot, case, "k1", score=5)
    again = say(robot, case, "k1", score=5)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert say(robot, case, "k1", score=2).status_code == 422
    assert say(robot, case, "k2", score=3).status_code == 201
    assert Feedback.objects.count() == 2
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Feedback.objects.update(score=5)


@pytest.mark.parametrize(
    "body", [{}, {"score": 0}, {"score": 6}, {"score": "good"}, {"score": 3, "mood": "x"}]
)
def test_a_body_that_says_no_score_is_refused(cast: Cast, robot: Robot, body: dict[str, Any]) -> None:
    case = handed(robot)
    assert say(robot, case, **body).status_code == 400


def test_nothing_decided_and_somebody_elses_case_are_refused(cast: Cast, robot: Robot) -> None:
    """R099: 409 while there is nothing to speak of; another agent's case is not there."""
    case = handed(robot)
    assert say(robot, case, score=3).status_code == 409
    assert say(Robot(cast.token("birch-bot")), case, score=3).status_code == 404
