"""Where a case goes, at which tier, how grave, and who watches."""

from dataclasses import replace
from typing import Any

import pytest

from escalations.policy.default import default_data, default_document
from escalations.policy.document import PolicyDocument
from escalations.policy.engine import decide
from tests.escalations.policy.cases import QUIET, but, codes, noticed, outcome


def of_category(category: str, **changes: Any) -> dict[str, Any]:
    return {**changes, "triage": {"category": category, "alternatives": (), **changes.get("triage", {})}}


@pytest.mark.parametrize(
    ("changes", "queue"),
    [
        (of_category("delivery_delay", rules={"risk": "high"}), "operations"),  # R040
        (of_category("suspicious_payment"), "compliance"),  # R040
        (of_category("billing_dispute"), "billing"),  # R041
        (of_category("refund_request"), "billing"),  # R041
        (of_category("technical_fault"), "engineering"),  # R042
        (
            of_category("complaint_service", triage={"signals": (noticed("regulatory"),)}),
            "compliance",
        ),  # R043
        (of_category("regulatory_complaint"), "compliance"),  # R043
        (of_category("complaint_service"), "quality"),  # R044
        ({"triage": {"intents": ("a", "b", "c")}}, "sme"),  # R045
        ({"repeated_errors": 3}, "operations"),  # R034
        (of_category("technical_fault", repeated_errors=3), "operations"),  # R034
        ({"triage": {"signals": (noticed("ethical"),)}}, "compliance"),
        (
            {"case": {"proposed_action": "unlock"}, "rules": {"tool_teams": {"unlock": "compliance"}}},
            "compliance",
        ),
        (
            {"case": {"proposed_action": "credit"}, "rules": {"tool_teams": {"credit": "vip-desk"}}},
            "vip-desk",
        ),
        (of_category("resume_application"), "hr"),
        (of_category("no_such_topic", rules={"slug": "other_type", "default_queue": "vip-desk"}), "vip-desk"),
        (of_category("no_such_topic", rules={"slug": "other_type", "default_queue": ""}), "frontline"),
    ],
)
def test_each_kind_of_work_lands_in_its_queue(changes: Any, queue: str) -> None:
    """R034, R038 (who may use the tool), R040, R041, R042, R043, R044, R045."""
    assert outcome(**changes).queue == queue


@pytest.mark.parametrize(
    ("changes", "queue", "tier"),
    [
        ({}, "frontline", 1),
        ({"rules": {"risk": "medium"}}, "compliance", 3),
        ({"triage": {"risk": 0.4}}, "compliance", 3),
        ({"triage": {"signals": (noticed("regulatory"), noticed("unclear"))}}, "compliance", 3),
    ],
    ids=["harmless", "risky type", "risky by the engine", "regulated"],
)
def test_unclear_requests_go_to_compliance_only_when_risky_or_regulated(
    changes: Any, queue: str, tier: int
) -> None:
    """R035, and what was decided where the sources disagree (2)."""
    triage = {"signals": (noticed("unclear"),), **changes.get("triage", {})}
    if not triage["signals"]:
        triage["signals"] = (noticed("unclear"),)
    found = outcome(rules=changes.get("rules"), triage=triage)
    assert (found.queue, found.tier) == (queue, tier)


def test_multi_step_work_has_an_expert_and_an_overseer() -> None:
    """R045: whatever queue it lands in."""
    assert outcome(triage={"intents": ("a", "b", "c")}).oversee
    regulated = outcome(triage={"intents": ("a", "b", "c"), "signals": (noticed("regulatory"),)})
    assert (regulated.queue, regulated.oversee) == ("compliance", True)
    assert not outcome(triage={"confidence": 0.5}).oversee


def test_sensitive_topics_are_for_experienced_people_only() -> None:
    """R036."""
    assert outcome(triage={"signals": (noticed("sensitive"),)}).experienced_only
    assert not outcome(triage={"confidence": 0.5}).experienced_only


def test_an_ambiguous_case_starts_at_tier_one_and_a_policy_may_send_it_straight_up() -> None:
    """R030."""
    facts = but(triage={"out_of_scope": 0.7})
    assert decide(facts, default_document()).tier == 1
    data = default_data()
    rows = data["tables"]["tiers"]["nodes"][1]["content"]["rules"]
    rows.append({**rows[1], "_id": "ambiguous-up", "when": '"AMBIGUOUS_INPUT" in reasons', "tier": "2"})
    found = decide(facts, PolicyDocument.parse(data))
    assert (found.tier, found.queue) == (2, "operations")


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({}, 4),
        ({"rules": {"autonomy": "suggest"}}, 4),
        ({"triage": {"confidence": 0.5}}, 3),
        ({"case": {"proposed_arguments": {"amount": 900}}}, 2),
        ({"triage": {"signals": (noticed("regulatory"),)}}, 2),
        ({"triage": {"distress": 0.9}}, 1),
        ({"triage": {"anomaly": 1.0}}, 1),
        ({"flags": ("DISTRESS",)}, 1),
    ],
)
def test_severity_is_the_gravest_that_any_row_gives(changes: Any, severity: int) -> None:
    assert outcome(**changes).severity == severity


@pytest.mark.parametrize(
    ("severity_1", "own", "minutes"),
    [(False, 10, 10), (False, 5000, 1440), (True, 10, 10), (True, 5000, 60), (False, 0, 1440)],
)
def test_time_to_a_decision_is_the_tighter_of_type_and_severity(
    severity_1: bool, own: int, minutes: int
) -> None:
    found = outcome(rules={"sla_minutes": own}, triage={"distress": 0.9 if severity_1 else 0.0})
    assert found.sla_minutes == minutes


@pytest.mark.parametrize("default_queue", ["frontline", ""])
def test_nobody_is_left_in_a_queue_whose_people_may_not_take_the_case(default_queue: str) -> None:
    """A tier-2 case does not wait at the front desk, nor a tier-3 case with supervisors."""
    plain = {"slug": "other_type", "default_queue": default_queue}
    triage = {"category": "no_topic", "alternatives": ()}
    second = outcome(rules=plain, triage={**triage, "complexity": 0.9})
    assert (second.tier, second.queue) == (2, "supervisors")
    third = outcome(rules=plain, triage={**triage, "distress": 0.9, "anomaly": 1.0})
    assert (third.tier, third.queue) == (3, "sme")


def test_an_unknown_queue_from_a_rule_falls_back_to_the_types_own() -> None:
    data = default_data()
    del data["queues"]["billing"]
    rows = data["tables"]["queues"]["nodes"][1]["content"]["rules"]
    data["tables"]["queues"]["nodes"][1]["content"]["rules"] = [r for r in rows if r["_id"] != "billing"]
    facts = but(
        **of_category("billing_dispute", case={"proposed_action": "x"}, rules={"tool_teams": {"x": ""}})
    )
    assert decide(facts, PolicyDocument.parse(data)).queue == "operations"


def test_without_triage_risk_and_people_only_still_count() -> None:
    rules = replace(
        QUIET.rules, risk="high", mode="human_only", slug="suspicious_payment", default_queue="compliance"
    )
    found = outcome(replace(QUIET, rules=rules, triage=None))
    assert (found.queue, found.tier, found.risk) == ("compliance", 3, "high")
    assert {"TOOL_FAILURE", "HUMAN_FINAL_DECISION"} <= codes(found)


def test_the_engine_can_raise_risk_and_never_lower_it() -> None:
    assert outcome(rules={"risk": "high"}, triage={"risk": 0.0}).risk == "high"
    assert outcome(rules={"risk": "low"}, triage={"risk": 0.7}).risk == "high"
    assert outcome(rules={"risk": "medium"}, triage={"risk": 0.1}).risk == "medium"
    assert outcome(rules={"risk": "no such level"}).risk == "high"
