"""R090: an AI agent that has not taken note of the policy in force does not act alone under it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from accounts.models import AIAgent, Event
from escalations.models import Acknowledgement, Case, PolicyVersion, Routing
from escalations.selectors.known import agents_and_versions, superseded_cases, superseded_work
from escalations.selectors.policy import live_policy
from escalations.services.policies import publish_policy
from tests.cast import Cast
from tests.engine import work
from tests.escalations.bodies import handoff
from tests.escalations.cases import received, settled
from tests.escalations.releases import released, stricter
from tests.robot import Robot

pytestmark = pytest.mark.django_db

POLICY = "/api/v1/policy/"


def posted(cast: Cast, **body: Any) -> Case:
    """A harmless case from Acme's bot, judged at .97."""
    case = received(cast, **body)
    work()
    return Case.objects.get(pk=case.pk)


def acknowledges(cast: Cast, body: Any, agent: str = "acme-bot") -> Any:
    return Robot(cast.token(agent)).post(body, path=f"{POLICY}acknowledge/")


def silent() -> dict[str, Any]:
    """A hand-over that does not say under which version the agent worked."""
    package = handoff()
    del package["policy_version"]
    return package


def test_a_new_version_stops_an_agent_until_it_has_taken_note(cast: Cast) -> None:
    assert posted(cast, handoff=silent()).state == "auto_resolved"
    publish_policy(document=stricter(0.8), actor=None)
    stopped = posted(cast, handoff=silent())
    assert (stopped.state, stopped.reason_codes) == ("queued", ["POLICY_SUPERSEDED"])
    answer = acknowledges(cast, {"policy_version": 2})
    assert (answer.status_code, answer.json()["acknowledged"]) == (200, True)
    assert posted(cast, handoff=silent()).state == "auto_resolved"


def test_it_holds_for_each_agent_by_itself(cast: Cast) -> None:
    publish_policy(document=stricter(0.8), actor=None)
    acknowledges(cast, {"policy_version": 2}, agent="acme-faq-bot")
    assert posted(cast, handoff=silent()).state == "queued"
    assert posted(cast, agent="acme-faq-bot", handoff=silent()).state == "auto_resolved"


def test_a_hand_over_under_the_version_in_force_is_taking_note(cast: Cast) -> None:
    publish_policy(document=stricter(0.8), actor=None)
    assert posted(cast, handoff=handoff(policy_version="2")).state == "auto_resolved"
    posted(cast, handoff=handoff(policy_version="2"))
    found = Acknowledgement.objects.get(agent=cast.acme_bot, version__number=2)
    assert found.via == "handoff"
    assert Event.objects.filter(kind="policy.acknowledged", data__number=2).count() == 1
    assert posted(cast, handoff=silent()).state == "auto_resolved"


def test_a_case_that_was_worked_under_an_older_version_is_held_whatever_the_agent_knows_by_now(
    cast: Cast,
) -> None:
    publish_policy(document=stricter(0.8), actor=None)
    acknowledges(cast, {"policy_version": 2})
    assert posted(cast, handoff=handoff(policy_version="1")).state == "queued"


def test_an_agent_that_came_after_the_version_begins_under_it(cast: Cast) -> None:
    publish_policy(document=stricter(0.8), actor=None)
    AIAgent.objects.filter(pk=cast.acme_bot.pk).update(created_at=Now())
    assert posted(cast, handoff=silent()).state == "auto_resolved"


def test_only_the_version_in_force_can_be_taken_note_of(cast: Cast) -> None:
    publish_policy(document=stricter(0.8), actor=None)
    for body, status in (
        ({"policy_version": 1}, 409), ({"policy_version": 3}, 409), ({"policy_version": "2"}, 400), ({}, 400),
        ({"policy_version": 2, "more": 1}, 400), ({"policy_version": 10**12}, 400), ([], 400), ("{", 400),
    ):  # fmt: skip
        assert acknowledges(cast, body).status_code == status, body
    assert not Acknowledgement.objects.exists()
    assert [acknowledges(cast, {"policy_version": 2}).status_code for _ in range(2)] == [200, 200]
    assert Event.objects.filter(kind="policy.acknowledged").count() == 1


def test_an_agent_reads_what_is_in_force_and_what_changed(cast: Cast) -> None:
    released(cast)
    told = Robot(cast.token()).http.get(POLICY).json()
    assert (told["policy_version"], told["digest"]) == (2, live_policy().digest)
    assert (told["acknowledged"], told["since_version"]) == (False, 1)
    assert told["changes"] == ["Thresholds: acme/faq_chat: the type's own, now 0.99."]


def test_neither_people_nor_strangers_take_note(cast: Cast) -> None:
    for token in ("", "hr_0_0"):
        assert Robot(token).http.get(POLICY).status_code == 401
        assert Robot(token).post({"policy_version": 1}, path=f"{POLICY}acknowledge/").status_code == 401


def test_what_was_done_under_an_older_version_is_flagged_and_counted(cast: Cast) -> None:
    first = live_policy()
    publish_policy(document=stricter(0.8), actor=None)
    case = posted(cast)  # its hand-over says version 1
    live = live_policy()
    assert Routing.objects.get(case=case).superseded
    assert superseded_work(live).handed_over == 1
    assert superseded_cases(live) == [case]
    assert superseded_work(first).handed_over == 0
    behind = {one.agent.name: (one.number, one.may_act) for one in agents_and_versions(live)}
    assert behind["acme-bot"] == (None, False)


def test_a_decision_recorded_after_its_version_had_ended_is_counted(cast: Cast) -> None:
    """R090: a publication may come between the judgement and its record; that is not hidden."""
    settled(cast)
    first = live_policy()
    publish_policy(document=stricter(0.8), actor=None)
    assert superseded_work(PolicyVersion.objects.get(pk=first.pk)).decided == 0
    ended = PolicyVersion.objects.get(pk=first.pk).superseded_at
    assert ended is not None
    with connection.cursor() as cursor:  # a version that ended never changes: had it ended sooner
        cursor.execute("SET LOCAL session_replication_role = replica")
        PolicyVersion.objects.filter(pk=first.pk).update(superseded_at=ended - timedelta(minutes=5))
    assert superseded_work(PolicyVersion.objects.get(pk=first.pk)).decided == 1
