"""Further messages: what they change (R004, R014, R033)."""

from typing import Any

import pytest

from accounts.models import Event
from escalations.models import Decision, Job
from tests.cast import Cast
from tests.engine import Scripted, distressed, down, make_due, work
from tests.escalations.bodies import faq
from tests.escalations.cases import decision_of, let_undo_pass, queued, received, returned, settled
from tests.escalations.people import claim, decide
from tests.robot import CASES, Robot

pytestmark = pytest.mark.django_db


def test_a_customers_message_is_kept_with_the_whole_conversation(cast: Cast, robot: Robot) -> None:
    """R014."""
    case = queued(cast)
    assert robot.say(case.pk, "Are you there?").status_code == 202
    assert [(m.position, m.author) for m in case.messages.all()] == [(0, "customer"), (1, "customer")]
    line = Event.objects.get(stream=case.pk, kind="case.message")
    assert line.data["position"] == 1
    assert "there" not in str(line.data)


def test_distress_in_a_later_message_makes_a_waiting_case_critical(cast: Cast, robot: Robot) -> None:
    """R033, R004: both scorings stay in the trail."""
    case = queued(cast)
    before = case.rank_at
    robot.say(case.pk, "I cannot cope with this any more.")
    work(distressed(category="billing_dispute", confidence=0.99))
    case.refresh_from_db()
    assert (case.state, case.severity, case.tier) == ("queued", 1, 2)
    assert set(case.reason_codes) >= {"DISTRESS", "LOW_CONFIDENCE", "BEYOND_PERMISSION"}
    assert case.rank_at is not None
    assert before is not None
    assert case.rank_at < before
    moves = Event.objects.filter(stream=case.pk, kind__startswith="case.")
    kinds = list(moves.order_by("seq").values_list("kind", flat=True))
    assert kinds[-3:] == ["case.routed", "case.message", "case.triaged"]


def test_a_friendly_message_never_makes_a_case_less_urgent(cast: Cast, robot: Robot) -> None:
    """Machine output raises a floor and lowers none."""
    case = received(cast)
    work(distressed())
    robot.say(case.pk, "All good, thanks!")
    work(Scripted(confidence=1.0))
    case.refresh_from_db()
    assert (case.state, case.severity, case.tier, case.allocation) == ("queued", 1, 2, "human")
    assert "DISTRESS" in case.reason_codes


def test_a_holder_keeps_a_case_that_is_raised_while_they_work(cast: Cast, robot: Robot) -> None:
    case = queued(cast, engine=Scripted(confidence=0.3), **faq())
    claim(case, cast.fay)
    robot.say(case.pk, "I cannot cope.")
    work(distressed())
    case.refresh_from_db()
    assert (case.state, case.holder, case.severity) == ("claimed", cast.fay, 1)


@pytest.mark.parametrize("verb", ["hold", "snooze"])
def test_a_customers_answer_wakes_a_case_that_was_put_aside(cast: Cast, robot: Robot, verb: str) -> None:
    """R033: also when the engine is down."""
    for engine in (Scripted(), down()):
        case = queued(cast)
        claim(case, cast.sunny)
        decide(case, cast.sunny, verb)
        robot.say(case.pk, "Here is the receipt.")
        for _ in range(5):
            make_due(case, "triage")
            work(engine)
        case.refresh_from_db()
        assert (case.state, case.wake_at) == ("queued", None)


def test_a_new_message_holds_a_settlement_until_it_is_judged(cast: Cast, robot: Robot) -> None:
    """An autonomous settlement passes the same window as a person's (requirements 2, point 13)."""
    case = settled(cast)
    robot.say(case.pk, "Thank you!")
    assert not Job.objects.filter(case=case, kind="close", state="ready").exists()
    work(Scripted(confidence=0.99))
    case.refresh_from_db()
    assert case.state == "auto_resolved"
    let_undo_pass(case)
    assert case.state == "closed"


@pytest.mark.parametrize("engine", [distressed(), Scripted(confidence=0.1)])
def test_a_new_message_that_needs_a_person_undoes_a_settlement(
    cast: Cast, robot: Robot, engine: Scripted
) -> None:
    """R033."""
    case = settled(cast)
    robot.say(case.pk, "That is not what I asked.")
    work(engine)
    case.refresh_from_db()
    assert (case.state, decision_of(case).standing) == ("queued", "undone")
    make_due(case, "close")
    work()
    case.refresh_from_db()
    assert case.state == "queued"


def test_a_settlement_whose_new_message_cannot_be_judged_goes_to_a_person(cast: Cast, robot: Robot) -> None:
    case = settled(cast)
    robot.say(case.pk, "Wait!")
    work(down())
    make_due(case, "triage_deadline")
    work(down())
    case.refresh_from_db()
    assert (case.state, case.reason_codes) == ("queued", ["TOOL_FAILURE"])
    assert decision_of(case).standing == "undone"


def test_a_message_after_the_end_reopens_the_case_to_people(cast: Cast, robot: Robot) -> None:
    case = settled(cast)
    let_undo_pass(case)
    robot.say(case.pk, "One more thing.")
    work(Scripted(confidence=1.0))
    case.refresh_from_db()
    assert (case.state, case.closed_at, case.resolved_at) == ("queued", None, None)
    assert decision_of(case).standing == "final"
    assert Event.objects.filter(stream=case.pk, kind="case.reopened").exists()


def test_a_message_in_a_persons_undo_window_holds_their_decision_back(cast: Cast, robot: Robot) -> None:
    case = queued(cast)
    claim(case, cast.sunny)
    decide(case, cast.sunny, "approve", disposition="answered")
    robot.say(case.pk, "No, wait.")
    work()
    case.refresh_from_db()
    assert (case.state, decision_of(case).standing) == ("queued", "undone")


@pytest.mark.parametrize(
    ("engine", "state"), [(distressed(), "queued"), (Scripted(confidence=0.2), "with_ai")]
)
def test_only_distress_or_a_wish_for_a_person_calls_a_returned_case_back(
    cast: Cast, robot: Robot, engine: Scripted, state: str
) -> None:
    """R033."""
    case = returned(cast)
    robot.say(case.pk, "Hm.")
    work(engine)
    case.refresh_from_db()
    assert case.state == state


def test_the_same_key_adds_a_message_once(cast: Cast, robot: Robot) -> None:
    case = queued(cast)
    path = f"{CASES}{case.pk}/messages/"
    body = {"author": "customer", "text": "hello"}
    assert [robot.post(body, key="m-1", path=path).status_code for _ in range(2)] == [202, 200]
    assert robot.post({**body, "text": "bye"}, key="m-1", path=path).status_code == 422
    assert case.messages.count() == 2


def test_messages_while_triage_thinks_are_not_overlooked(cast: Cast, robot: Robot) -> None:
    """An answer about an older conversation is dropped; the newer one is judged."""
    case = received(cast)

    class Interrupted(Scripted):
        def triage(self, view: Any) -> Any:
            if not self.asked:
                robot.say(case.pk, "I cannot cope.")
            return super().triage(view)

    engine = Interrupted()
    work(engine)
    case.refresh_from_db()
    assert [len(view.messages) for view in engine.asked] == [1, 2]
    assert case.state == "auto_resolved"
    assert Decision.objects.filter(case=case).count() == 1


def test_a_conversation_has_an_end(cast: Cast, robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    """T26: nobody fills the desk through one case."""
    monkeypatch.setattr("escalations.services.messages.LONGEST", 2)
    case = queued(cast)
    assert [robot.say(case.pk, "hello").status_code for _ in range(2)] == [202, 409]
