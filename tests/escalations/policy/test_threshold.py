"""Where the AI may settle a case, and the one score that decides it."""

from dataclasses import replace
from typing import Any

import pytest

from escalations.policy.default import default_data
from escalations.policy.document import PolicyDocument
from escalations.policy.engine import decide
from tests.escalations.policy.cases import QUIET, but, codes, noticed, outcome


def test_a_quiet_case_is_settled_with_no_reason() -> None:
    found = outcome(QUIET)
    assert found.settle
    assert found.reasons == ()
    assert found.allocation == "ai"
    assert found.trace["held_by"] == []


@pytest.mark.parametrize("threshold", [0.5, 0.75, 0.9, 0.95, 0.99])
@pytest.mark.parametrize(("away", "settles"), [(-0.01, False), (0.0, True), (0.01, True)])
def test_confidence_at_or_over_the_threshold_settles(threshold: float, away: float, settles: bool) -> None:
    """R002: at T-0.01, T and T+0.01."""
    found = outcome(rules={"threshold": threshold}, triage={"confidence": round(threshold + away, 2)})
    assert found.settle is settles
    assert codes(found) == (set() if settles else {"LOW_CONFIDENCE"})


def test_low_confidence_keeps_score_threshold_and_policy_version() -> None:
    """R021."""
    found = outcome(triage={"confidence": 0.62})
    (reason,) = found.reasons
    assert (reason.code, reason.score, reason.limit) == ("LOW_CONFIDENCE", 0.62, 0.9)
    assert (found.confidence, found.threshold) == (0.62, 0.9)
    assert len(found.trace["policy"]) == 64


@pytest.mark.parametrize("confidence", [0.8999999999999999, 0.9 - 1e-15, 0.899999999])
def test_a_hair_below_the_threshold_is_below_it(confidence: float) -> None:
    """R021: also where the table engine's decimals would round the difference away."""
    found = outcome(triage={"confidence": confidence})
    assert not found.settle
    assert codes(found) == {"LOW_CONFIDENCE"}


@pytest.mark.parametrize(
    ("thresholds", "limit"),
    [
        ({}, 0.9),
        ({"*/order_status": 0.98}, 0.98),
        ({"harbour/*": 0.99}, 0.99),
        ({"harbour/order_status": 0.5, "*/order_status": 0.98}, 0.5),
        ({"meridian/order_status": 0.5}, 0.9),
    ],
)
def test_the_document_sets_thresholds_per_client_and_case_type(thresholds: Any, limit: float) -> None:
    """R021: the most specific entry holds, else the case type's own."""
    policy = PolicyDocument.parse(default_data() | {"thresholds": thresholds})
    assert decide(QUIET, policy).threshold == limit


@pytest.mark.parametrize("autonomy", ["off", "suggest", "supervised", "anything else"])
@pytest.mark.parametrize("confidence", [0.999, 1.0])
def test_only_an_autonomous_type_is_settled(autonomy: str, confidence: float) -> None:
    found = outcome(rules={"autonomy": autonomy}, triage={"confidence": confidence})
    assert not found.settle
    assert found.trace["held_by"] == ["autonomy"]


@pytest.mark.parametrize("confidence", [0.95, 0.999, 1.0])
@pytest.mark.parametrize(
    "changes",
    [
        {"rules": {"risk": "high"}},
        {"triage": {"risk": 0.9}},
    ],
    ids=["by type", "by the engine"],
)
def test_high_risk_is_never_settled_at_any_confidence(changes: Any, confidence: float) -> None:
    """R006: 0.999 included."""
    triage = changes.get("triage", {}) | {"confidence": confidence}
    found = outcome(rules=changes.get("rules"), triage=triage)
    assert not found.settle
    assert found.risk == "high"
    assert found.allocation == "human"


def test_a_type_where_people_decide_is_never_settled() -> None:
    """R017: at confidence 1.0."""
    found = outcome(rules={"human_final_decision": True}, triage={"confidence": 1.0})
    assert not found.settle
    assert "HUMAN_FINAL_DECISION" in codes(found)


def test_hiring_is_decided_by_a_person_even_if_the_type_forgot_to_say_so() -> None:
    """R017."""
    found = outcome(rules={"slug": "resume_screening"}, triage={"confidence": 1.0})
    assert not found.settle
    assert "HUMAN_FINAL_DECISION" in codes(found)
    assert found.queue == "hr"


def test_a_people_only_type_goes_to_senior_people() -> None:
    """R013: the AI decides nothing, the first tier is passed over."""
    found = outcome(rules={"mode": "human_only"}, triage={"confidence": 1.0})
    assert not found.settle
    assert found.tier >= 2
    assert found.experienced_only


def test_a_case_that_people_took_over_stays_with_people() -> None:
    """R014."""
    found = outcome(was_human=True, triage={"confidence": 1.0})
    assert not found.settle
    assert "HUMAN_FINAL_DECISION" in codes(found)


def test_distress_overrides_every_threshold() -> None:
    """R033: at confidence 0.99."""
    found = outcome(triage={"confidence": 0.99, "distress": 0.8})
    assert not found.settle
    assert "DISTRESS" in codes(found)
    assert (found.severity, found.queue) == (1, "supervisors")
    assert found.tier == 2


def test_a_case_without_triage_goes_to_its_types_own_queue() -> None:
    found = outcome(replace(but(rules={"default_queue": "billing"}), triage=None))
    assert not found.settle
    assert codes(found) == {"TOOL_FAILURE"}
    assert found.queue == "billing"
    assert found.confidence is None


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf"), -1.0, 2.0])
@pytest.mark.parametrize("name", ["confidence", "distress", "anomaly", "risk", "out_of_scope", "complexity"])
def test_a_score_that_is_no_score_never_helps_the_ai(name: str, bad: float) -> None:
    at_best = {"confidence": 1.0}.get(name, 0.0)
    if outcome(triage={name: bad}).settle:
        assert outcome(triage={name: at_best}).settle
        assert bad == (2.0 if name == "confidence" else -1.0)


def test_an_unreadable_threshold_asks_for_certainty() -> None:
    assert not outcome(rules={"threshold": float("nan")}, triage={"confidence": 0.999}).settle


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"rules": {"mode": "human_only"}}, "mode"),
        ({"rules": {"human_final_decision": True}}, "final_decision"),
        ({"rules": {"risk": "high"}}, "risk"),
        ({"rules": {"risk": "medium"}}, "allocation"),
        ({"triage": {"confidence": 0.5}}, "confidence"),
        ({"triage": {"distress": 0.9}}, "distress"),
        ({"triage": {"signals": (noticed("ungrounded"),)}}, "ungrounded"),
        ({"triage": {"signals": (noticed("human_requested"),)}}, "human_requested"),
        ({"case": {"proposed_action": "close_account"}}, "permission"),
        ({"was_human": True}, "taken_over"),
        ({"flags": ("MANUAL_FLAG",)}, "reasons"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_tests_beside_the_tables_hold_by_themselves(changes: Any, name: str) -> None:
    """R006, R009, R013, R014, R017, R025, R033: each keeps the AI from settling whatever a table says."""
    assert name in outcome(**changes).trace["held_by"]
