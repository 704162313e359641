"""From the post to the settlement or the queue (R002, R011, R017, R019, R025, R032, R033, R085)."""

from typing import Any

import pytest

from accounts.models import Event
from escalations.models import Case, CaseType, Decision, Routing, TriageRecord
from tests.cast import Cast
from tests.engine import Scripted, distressed, work
from tests.escalations.bodies import dispute, handoff
from tests.escalations.cases import decision_of, let_undo_pass, queued, received, settled
from tests.robot import Robot

pytestmark = pytest.mark.django_db

THRESHOLD = 0.75  # of faq_chat


@pytest.mark.parametrize(
    ("confidence", "state"),
    [(THRESHOLD - 0.01, "queued"), (THRESHOLD, "auto_resolved"), (THRESHOLD + 0.01, "auto_resolved")],
)
def test_the_threshold_divides_what_the_ai_settles_from_what_people_get(
    cast: Cast, confidence: float, state: str
) -> None:
    """R002: at T - 0.01, T and T + 0.01."""
    case = received(cast)
    work(Scripted(confidence=confidence))
    case.refresh_from_db()
    assert case.state == state
    assert ("LOW_CONFIDENCE" in case.reason_codes) == (confidence < THRESHOLD)
    assert (case.confidence, case.threshold) == (confidence, THRESHOLD)


def test_no_person_takes_part_in_a_settlement(cast: Cast) -> None:
    """R002, R011, R085: the decision names policy, model, inputs and scores."""
    case = settled(cast)
    decision = decision_of(case)
    assert (decision.verb, decision.actor_kind, decision.user, decision.standing) == (
        "auto_resolve", "ai", None, "pending",
    )  # fmt: skip
    assert decision.policy == cast.policy
    assert (decision.model_version, decision.inputs_hash) == ("scripted-1", "0" * 64)
    assert decision.scores["confidence"] == 0.97
    assert decision.action == handoff()["proposed"]
    let_undo_pass(case)
    assert case.state == "closed"
    assert decision_of(case).standing == "final"
    assert not Event.objects.filter(stream=case.pk, actor_kind="human").exists()


def test_every_settlement_has_its_decision_and_every_decision_its_settlement(cast: Cast) -> None:
    """R085: the two counts are equal, and no column that explains one is empty."""
    for _ in range(4):
        settled(cast)
    queued(cast)
    received(cast)
    work(distressed())
    made = Decision.objects.filter(verb="auto_resolve")
    told = Event.objects.filter(kind="case.auto_resolved")
    assert made.count() == told.count() == Case.objects.filter(state="auto_resolved").count() == 4
    for line in told:
        assert line.actor_kind == "ai"
        for part in ("inputs", "model", "policy", "policy_digest", "scores", "decision"):
            assert line.data[part]


def test_a_used_policy_cannot_be_deleted_or_changed(cast: Cast) -> None:
    """R011."""
    from django.db import DatabaseError, transaction

    settled(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        type(cast.policy).objects.filter(pk=cast.policy.pk).update(document={})
    with pytest.raises(DatabaseError), transaction.atomic():
        cast.policy.delete()


@pytest.mark.parametrize("slug", ["hiring", "legal", "billing_dispute"])
def test_what_a_person_must_decide_is_never_settled_even_at_full_confidence(cast: Cast, slug: str) -> None:
    """R006, R013, R017."""
    case = received(cast, case_type=slug)
    work(Scripted(confidence=1.0, category=CaseType.objects.get(slug=slug, client=cast.acme).labels[0]))
    case.refresh_from_db()
    assert case.state == "queued"
    assert not Decision.objects.filter(case=case).exists()


def test_distress_overrides_every_threshold(cast: Cast) -> None:
    """R033: at confidence 0.99, on a harmless type, before anything else in the queue."""
    case = received(cast)
    work(distressed(confidence=0.99))
    case.refresh_from_db()
    assert (case.state, case.severity, case.allocation) == ("queued", 1, "human")
    assert "DISTRESS" in case.reason_codes
    assert case.queue is not None
    assert case.queue.tier > 1
    ordinary = queued(cast)
    assert case.rank_at is not None
    assert ordinary.rank_at is not None
    assert case.rank_at < ordinary.rank_at


def test_an_action_beyond_the_agents_grants_goes_to_the_team_that_has_it(cast: Cast) -> None:
    """R025: `issue_credit` is not among the bot's tools; nothing is attempted and no decision made."""
    case = queued(cast, engine=Scripted(category="billing_dispute", confidence=0.99))
    assert "BEYOND_PERMISSION" in case.reason_codes
    assert case.queue is not None
    assert case.queue.slug == "billing"
    assert not Decision.objects.filter(case=case).exists()


def test_rules_and_scores_are_weighed_together_and_all_that_fired_is_told(cast: Cast, robot: Robot) -> None:
    """R019: a score below its limit, a missing grant and the record against the request, side by side."""
    looked_up = {"tool": "lookup_ledger", "ok": True, "result": {"record": {"amount": "60.00"}}}
    case = queued(cast, handoff=handoff(**{**dispute()["handoff"], "steps": [looked_up]}))
    shown = robot.get(case.pk).json()
    fired = {reason["code"]: reason for reason in shown["reasons"]}
    assert set(fired) >= {"LOW_CONFIDENCE", "BEYOND_PERMISSION", "DATA_MISMATCH"}
    assert (fired["LOW_CONFIDENCE"]["score"], fired["LOW_CONFIDENCE"]["limit"]) == (0.6, 0.95)
    assert fired["DATA_MISMATCH"]["field"] == "amount"
    assert set(case.reason_codes) == set(fired)
    outcome = Routing.objects.get(case=case).outcome
    assert outcome["rows"]
    assert shown["policy_version"] == cast.policy.number


def test_the_engine_sees_the_case_and_nothing_of_others(cast: Cast) -> None:
    """R003, R137: messages, fields with spans, steps and proposal as posted; past amounts of this client only."""
    received(cast, "birch-bot", **dispute(handoff=handoff()))
    queued(cast, fields=[{"name": "amount", "value": "80.00"}])
    engine = Scripted()
    work(engine)
    queued(cast, engine=engine)
    view = engine.asked[-1]
    assert (view.client, view.case_type) == ("acme", "billing_dispute")
    assert [m.author for m in view.messages] == ["customer"]
    assert {f.name for f in view.fields} == {"amount", "account_number"}
    assert (view.proposed_action, view.steps[0].tool) == ("issue_credit", "search_help")
    assert view.past_amounts == (80.0,)
    assert view.known_names == ("Dana Quill",)


def test_triage_and_routing_are_kept_and_shown(cast: Cast, robot: Robot) -> None:
    """R004."""
    case = queued(cast)
    shown = robot.get(case.pk).json()
    assert shown["triage"]["scores"]["complexity"] == 0.1
    assert shown["allocation"] == "human"
    assert (case.triage, case.routing) == (
        TriageRecord.objects.get(case=case),
        Routing.objects.get(case=case),
    )


def test_an_unsure_chat_is_before_people_within_seconds(cast: Cast) -> None:
    """R032: nothing waits for a clock; the work is due at once and done in one pass."""
    case = received(cast)
    assert work(Scripted(confidence=0.3)) == 1
    routed = Event.objects.get(stream=case.pk, kind="case.routed")
    case.refresh_from_db()
    assert (routed.at - case.created_at).total_seconds() < 5
    assert case.state == "queued"


def test_a_queue_that_this_desk_does_not_have_falls_back_to_the_types_own(cast: Cast) -> None:
    cast.queue("supervisors").delete()
    case = received(cast)
    work(distressed())
    case.refresh_from_db()
    assert case.queue is not None
    assert case.queue.slug == "frontline"
    assert case.tier == 2


def test_the_threshold_in_force_and_its_policy_show_on_the_case(cast: Cast, robot: Robot) -> None:
    """R010."""
    shown: dict[str, Any] = robot.get(queued(cast).pk).json()
    assert (shown["threshold"], shown["policy_version"]) == (0.95, 1)
