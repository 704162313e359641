"""Posting a case: what is kept, what is answered (R001, R003, R069, R070)."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Event
from escalations.choices import Channel
from escalations.models import Case, Job, Message
from tests.cast import Cast
from tests.escalations.bodies import dispute, faq, handoff
from tests.robot import CASES, Robot

pytestmark = pytest.mark.django_db


def test_a_posted_case_is_acknowledged_with_its_reference(cast: Cast, robot: Robot) -> None:
    answer = robot.post(faq())
    case = Case.objects.get(pk=answer.json()["id"])
    assert answer.status_code == 202
    assert answer.json() == {
        "id": str(case.pk), "ref": case.ref, "state": "received", "url": f"http://testserver{CASES}{case.pk}/",
    }  # fmt: skip
    assert answer["Location"] == answer.json()["url"]
    assert case.ref.startswith("AC-")
    assert (case.client, case.agent) == (cast.acme, cast.acme_bot)


def test_everything_that_came_with_it_is_kept(cast: Cast, robot: Robot) -> None:
    """R003: values pre-filled later stand with confidence and source span."""
    body = dispute()
    case = Case.objects.get(pk=robot.post(body).json()["id"])
    amount = case.fields.get(name="amount")
    text = case.messages.get().text
    assert (amount.value, amount.confidence) == ("120.00", 0.62)
    assert amount.start is not None
    assert amount.end is not None
    assert text[amount.start : amount.end] == "120.00"
    assert case.customer == body["customer"]
    assert case.handoff is not None
    assert case.handoff.package["proposed"] == body["handoff"]["proposed"]
    assert case.handoff.package["steps"][0]["at"] == "2026-03-01T09:30:10+00:00"


def test_its_work_and_its_first_line_in_the_ledger_are_there_with_it(robot: Robot) -> None:
    case_id = robot.post(faq()).json()["id"]
    assert sorted(Job.objects.filter(case=case_id).values_list("kind", "state")) == [
        ("triage", "ready"),
        ("triage_deadline", "ready"),
    ]
    line = Event.objects.get(stream=case_id)
    assert (line.kind, line.version, line.actor_kind) == ("case.received", 1, "ai")


def test_a_post_takes_three_statements(robot: Robot) -> None:
    robot.post(faq())  # notes the use of the token
    with CaptureQueriesContext(connection) as queries:
        robot.post(dispute())
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 3


@pytest.mark.parametrize("channel", Channel.values)
def test_every_channel_is_taken(robot: Robot, channel: str) -> None:
    """R001."""
    case_id = robot.post(faq(channel=channel)).json()["id"]
    assert Case.objects.get(pk=case_id).channel == channel


def test_the_same_key_and_body_again_is_the_same_case(robot: Robot) -> None:
    body = faq()
    first, again = robot.post(body, key="k-1"), robot.post(dict(reversed(body.items())), key="k-1")
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json()
    assert Case.objects.count() == 1


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(robot: Robot) -> None:
    robot.post(faq(), key="k-1")
    answer = robot.post(faq(), key="k-1")
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:handrail:problem:invalid"
    assert Case.objects.count() == 1


def test_the_same_external_id_is_the_first_case_and_its_key_is_taken(cast: Cast, robot: Robot) -> None:
    """R001: the same `external_id` posted twice yields one case."""
    first = robot.post(faq(external_id="T-1"), key="k-1")
    again = robot.post(dispute(external_id="T-1"), key="k-2")
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert robot.post(faq(), key="k-2").status_code == 422
    elsewhere = Robot(cast.token("birch-bot")).post(faq(external_id="T-1"), key="k-1")
    assert elsewhere.status_code == 202


def test_a_key_answered_before_is_answered_still_when_the_type_is_retired(cast: Cast, robot: Robot) -> None:
    body = faq()
    first = robot.post(body, key="k-1").json()
    type(cast.case_type("faq_chat")).objects.filter(slug="faq_chat").update(is_active=False)
    assert robot.post(body, key="k-1").json() == first
    assert robot.post(body, key="k-2").status_code == 400


def test_an_agent_posts_only_the_types_it_was_given(cast: Cast) -> None:
    faq_bot = Robot(cast.token("acme-faq-bot"))
    assert faq_bot.post(faq()).status_code == 202
    refused = faq_bot.post(dispute())
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:handrail:problem:not_allowed")
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("without", "missing", "completeness"),
    [
        ((), [], 1.0),
        (("summary",), ["summary"], 0.86),
        (("steps", "told_customer", "known_facts"), ["steps", "told_customer", "known_facts"], 0.68),
        (("confidence", "schema"), ["confidence", "schema"], 0.91),
    ],
)
def test_what_a_handoff_leaves_out_is_counted_and_named(
    robot: Robot, without: tuple[str, ...], missing: list[str], completeness: float
) -> None:
    """R069, R070."""
    package = {part: value for part, value in handoff().items() if part not in without}
    case_id = robot.post(faq(handoff=package)).json()["id"]
    assert robot.get(case_id).json()["handoff"] == {"completeness": completeness, "missing": missing}


def test_a_case_without_a_handoff_is_taken_and_flagged_as_lacking_all_of_it(robot: Robot) -> None:
    """R069."""
    body = faq()
    del body["handoff"]
    case_id = robot.post(body).json()["id"]
    found = robot.get(case_id).json()["handoff"]
    assert found["completeness"] == 0
    assert set(found["missing"]) == set(handoff())


def test_an_agent_action_may_come_without_messages(robot: Robot) -> None:
    answer = robot.post(faq(channel="action", messages=[]))
    assert answer.status_code == 202
    assert not Message.objects.filter(case=answer.json()["id"]).exists()


def test_text_is_kept_to_the_character_and_never_interpreted(robot: Robot) -> None:
    """Markup is text here; screens escape it."""
    text = '  <img src=x onerror=alert(1)> <b hx-get="/x">\u202egro\u00e9\n\t{{ 7*7 }} \U0001f600  '
    case_id = robot.post(faq(messages=[{"author": "customer", "text": text}])).json()["id"]
    assert Message.objects.get(case=case_id).text == text


def test_a_post_that_fails_half_way_leaves_nothing(robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction that cannot commit keeps neither case nor work nor key."""
    from escalations.services import receiving

    monkeypatch.setattr(
        receiving, "messages_of", lambda case, given, first: [Message(case=case, position=0)] * 2
    )
    answer = robot.post(faq(), key="k-1")
    assert answer.status_code == 400
    assert not Case.objects.exists()
    assert not Job.objects.exists()
    monkeypatch.undo()
    assert robot.post(faq(), key="k-1").status_code == 202


def test_an_id_that_is_nowhere_is_not_found(robot: Robot) -> None:
    for part in ("", "events"):
        assert robot.get(uuid.uuid4(), part).status_code == 404
    assert robot.say(uuid.uuid4(), "hello").status_code == 404
