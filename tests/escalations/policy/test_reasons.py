"""Each trigger fires on its condition and not beside it, with what was measured against which limit."""

from dataclasses import replace
from typing import Any

import pytest

from escalations.triage.types import Extracted, Step
from tests.escalations.policy.cases import QUIET, but, codes, noticed, outcome, steps

PROCESS = ("lookup_order", "check_policy", "answer_customer")
COLLECTIONS = {"slug": "collections", "default_queue": "collections"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"triage": {"confidence": 0.89}}, "LOW_CONFIDENCE"),
        ({"triage": {"alternatives": (("order_status", 0.55), ("faq_general", 0.41))}}, "AMBIGUOUS_INPUT"),
        ({"triage": {"out_of_scope": 0.5}}, "AMBIGUOUS_INPUT"),
        ({"triage": {"category": "oos"}}, "AMBIGUOUS_INPUT"),
        ({"case": {"agent_intent": "billing_dispute"}}, "CONFLICTING_SIGNALS"),
        ({"case": {"agent_confidence": 0.99}, "triage": {"confidence": 0.55}}, "CONFLICTING_SIGNALS"),
        ({"triage": {"intents": ("a", "b", "c")}}, "MULTI_STEP"),
        ({"case": {"proposed_arguments": {"actions": [1, 2, 3]}}}, "MULTI_STEP"),
        ({"case": {"fields": (Extracted("amount", "500.00", 0.99),)}}, "HIGH_IMPACT"),
        ({"case": {"proposed_arguments": {"amount": 500}}}, "HIGH_IMPACT"),
        ({"case": {"proposed_arguments": {"lines": [{"total": "USD 1,200.00"}]}}}, "HIGH_IMPACT"),
        ({"rules": {"irreversible": ("answer_customer",)}}, "HIGH_IMPACT"),
        ({"triage": {"sentiment": -0.4, "signals": (noticed("complaint"),)}}, "NEGATIVE_SENTIMENT"),
        ({"triage": {"sentiment": -0.4, "signals": (noticed("dispute"),)}}, "NEGATIVE_SENTIMENT"),
        ({"triage": {"distress": 0.5}}, "DISTRESS"),
        ({"triage": {"signals": (noticed("distress"),)}}, "DISTRESS"),
        ({"case": {"proposed_action": "close_account"}}, "BEYOND_PERMISSION"),
        ({"triage": {"signals": (noticed("negotiate"),)}}, "BEYOND_PERMISSION"),
        ({"cross_checks": (("total", "100.00", "101.01"),)}, "DATA_MISMATCH"),
        ({"triage": {"anomaly": 0.98}}, "ANOMALY"),
        ({"triage": {"signals": (noticed("amount_outlier", 0.99),)}}, "ANOMALY"),
        ({"triage": {"signals": (noticed("injection"),)}}, "ANOMALY"),
        ({"rules": {"process": PROCESS}}, "SEQUENCE_DEVIATION"),
        ({"repeated_errors": 3}, "REPEATED_ERROR"),
        ({"triage": {"signals": (noticed("sensitive"),)}}, "SENSITIVE_TOPIC"),
        ({"triage": {"signals": (noticed("threat"),)}}, "SENSITIVE_TOPIC"),
        ({"triage": {"signals": (noticed("ethical"),)}}, "ETHICAL_CONCERN"),
        ({"triage": {"signals": (noticed("regulatory"),)}}, "REGULATORY"),
        ({"triage": {"category": "regulatory_complaint"}}, "REGULATORY"),
        ({"rules": {"human_final_decision": True}}, "HUMAN_FINAL_DECISION"),
        ({"rules": {"mode": "human_only"}}, "HUMAN_FINAL_DECISION"),
        ({"case": {"channel": "invoice", "fields": ()}}, "FORMAT_CHANGE"),
        (
            {
                "case": {
                    "channel": "form",
                    "fields": (Extracted("order_number", "5", 0.9), Extracted("zz", "1")),
                }
            },
            "FORMAT_CHANGE",
        ),
        ({"case": {"fields": (Extracted("amount", "five hundred", 0.99),)}}, "FORMAT_CHANGE"),
        ({"triage": {"signals": (noticed("ungrounded"),)}}, "UNGROUNDED"),
        ({"case": {"steps": (Step("lookup_order", ok=False),)}}, "TOOL_FAILURE"),
        ({"agent_policy_version": "3", "live_policy_version": "4"}, "POLICY_SUPERSEDED"),
        ({"triage": {"signals": (noticed("human_requested"),)}}, "HUMAN_REQUESTED"),
        ({"case": {"agent_intent": "talk_to_human"}}, "HUMAN_REQUESTED"),
        ({"flags": ("SLA_AT_RISK",)}, "SLA_AT_RISK"),
        ({"flags": ("RANDOM_AUDIT",)}, "RANDOM_AUDIT"),
        ({"flags": ("MANUAL_FLAG",)}, "MANUAL_FLAG"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_of_the_24_reasons_fires_and_keeps_the_ai_from_settling(changes: Any, code: str) -> None:
    """R019, R021, R022, R023, R024, R025, R026, R029, R031, R037, R092: rules and scores together, each named."""
    found = outcome(**changes)
    assert code in codes(found)
    assert not found.settle


@pytest.mark.parametrize(
    "changes",
    [
        {"triage": {"alternatives": (("order_status", 0.575), ("faq_general", 0.425))}},
        {"triage": {"alternatives": ()}},
        {"triage": {"out_of_scope": 0.49}},
        {"triage": {"intents": ("a", "b", "b")}},
        {"triage": {"sentiment": -0.39, "signals": (noticed("complaint", 0.4),)}},
        {"triage": {"distress": 0.49, "signals": (noticed("distress", 0.49),)}},
        {"triage": {"anomaly": 0.979}},
        {"triage": {"signals": tuple(noticed(c, 0.49) for c in ("regulatory", "threat", "ungrounded"))}},
        {"case": {"fields": (Extracted("amount", "499.99", 0.99), Extracted("order_number", "55102", 0.99))}},
        {"case": {"agent_intent": "delivery_delay"}},
        {"case": {"agent_intent": "words nobody knows"}},
        {"case": {"agent_confidence": 1.0}},
        {"cross_checks": (("total", "100.00", "101.00"), ("status", "Paid", " paid "))},
        {"repeated_errors": 2},
        {"agent_policy_version": "", "live_policy_version": "4"},
        {"agent_policy_version": "4", "live_policy_version": "4"},
    ],
)
def test_just_beside_its_condition_no_reason_fires(changes: Any) -> None:
    assert codes(outcome(**changes)) == set()


def test_both_categories_show_when_they_are_too_close() -> None:
    """R022."""
    found = outcome(triage={"alternatives": (("order_status", 0.50), ("faq_general", 0.44))})
    (reason,) = found.reasons
    assert (reason.score, reason.limit) == (0.06, 0.15)
    assert reason.values == ("order_status 0.50", "faq_general 0.44")


def test_both_values_and_both_places_show_when_two_sources_disagree() -> None:
    """R022."""
    fields = (
        Extracted("order_number", "55102", 0.99, 0, 15, 20),
        Extracted("order_number", "55120", 0.95, 1, 3, 8),
    )
    found = outcome(case={"fields": fields})
    (reason,) = found.reasons
    assert (reason.code, reason.field, reason.values) == (
        "AMBIGUOUS_INPUT",
        "order_number",
        ("55102", "55120"),
    )
    assert [(span.message, span.start, span.end) for span in reason.spans] == [(0, 15, 20), (1, 3, 8)]


def test_two_spellings_of_one_value_do_not_disagree() -> None:
    fields = tuple(Extracted("order_number", value, 0.99) for value in ("AB 55", "ab  55."))
    assert codes(outcome(case={"fields": fields})) == set()


def test_a_disputed_charge_that_the_ledger_shows_as_completed() -> None:
    """R027: the sources' worked example."""
    found = outcome(
        case={
            "case_type": "billing_dispute",
            "fields": (
                Extracted("amount", "49.90", 0.97, 0, 30, 35),
                Extracted("charge_status", "disputed", 0.9, 0, 2, 9),
            ),
            "proposed_action": "issue_credit",
            "proposed_arguments": {"amount": 49.9},
        },
        rules={
            "slug": "billing_dispute",
            "required_fields": ("amount",),
            "tool_teams": {"issue_credit": "billing"},
            "default_queue": "frontline",
        },
        triage={
            "category": "billing_dispute",
            "alternatives": (("billing_dispute", 0.97),),
            "confidence": 0.999,
        },
        cross_checks=(("charge_status", "completed", "disputed"),),
    )
    assert not found.settle
    assert {"AMBIGUOUS_INPUT", "BEYOND_PERMISSION"} <= codes(found)
    assert found.queue == "billing"
    ambiguous = next(r for r in found.reasons if r.code == "AMBIGUOUS_INPUT")
    assert (ambiguous.field, ambiguous.values) == ("charge_status", ("completed", "disputed"))
    assert ambiguous.spans[0].start == 2


def test_an_action_over_the_credit_limit_is_beyond_permission_though_granted() -> None:
    """R025."""
    granted = {"proposed_action": "refund_payment"}
    assert codes(outcome(case={**granted, "proposed_arguments": {"amount": "50.00"}})) == set()
    for arguments in ({"amount": "50.01"}, {}, {"amount": "fifty"}, {"amount": float("nan")}):
        assert "BEYOND_PERMISSION" in codes(outcome(case={**granted, "proposed_arguments": arguments}))


def test_an_amount_written_to_be_overlooked_is_not_overlooked() -> None:
    """R023: an agent cannot hide a sum in its notation."""
    for amount in (
        "1e6",
        "1_000_000",
        "1.000.000,00",
        "USD 1 000 000",
        "1'000'000",
        10**400,
        float("inf"),
        "1.250",
    ):
        assert "HIGH_IMPACT" in codes(outcome(case={"proposed_arguments": {"amount": amount}})), amount
    for amount in ("5k", "2 million", "12 to 13", "x" * 200):
        assert "FORMAT_CHANGE" in codes(outcome(case={"proposed_arguments": {"amount": amount}})), amount


@pytest.mark.parametrize(
    ("given", "code"),
    [("DISTRESS", "DISTRESS"), (" human_requested ", "HUMAN_REQUESTED"), ("no such code", "MANUAL_FLAG")],
)
def test_what_an_agent_or_a_person_asks_for_is_added(given: str, code: str) -> None:
    """R037: a reason can be set by the AI and by a person."""
    for by in ("flags", "handoff_reasons"):
        found = outcome(**{by: (given,)})
        assert codes(found) == {code}
        assert not found.settle


def test_an_ethical_concern_can_be_set_by_a_person() -> None:
    """R037."""
    found = outcome(flags=("ETHICAL_CONCERN",))
    assert codes(found) == {"ETHICAL_CONCERN"}
    assert found.queue == "compliance"


@pytest.mark.parametrize(
    ("action", "changes", "settles"),
    [
        ("send_reminder", {}, True),
        ("send_reminder", {"case": {"agent_intent": "negotiate"}}, False),
        ("send_reminder", {"triage": {"intents": ("payment_plan",)}}, False),
        ("send_reminder", {"triage": {"signals": (noticed("dispute"),)}}, False),
        ("send_reminder", {"triage": {"category": "billing_dispute"}}, False),
    ],
    ids=["reminder", "agent says negotiate", "asks for a plan", "dispute in words", "dispute by category"],
)
def test_reminders_go_out_alone_and_people_negotiate(action: str, changes: Any, settles: bool) -> None:
    """R015."""
    found = outcome(
        rules=COLLECTIONS,
        case={"proposed_action": action, **changes.get("case", {})},
        triage={"category": "payment_reminder", "alternatives": (), **changes.get("triage", {})},
    )
    assert found.settle is settles
    assert found.queue == "collections"
    assert ("BEYOND_PERMISSION" in codes(found)) is not settles


def test_a_failed_validation_names_the_rule_and_the_field() -> None:
    """R016."""
    found = outcome(
        case={"channel": "invoice", "fields": (Extracted("total", "210.00", 0.99, 0, 4, 10),)},
        cross_checks=(("total", "200.00", "210.00"),),
    )
    shown = {(r.code, r.field): r for r in found.reasons}
    mismatch = shown["DATA_MISMATCH", "total"]
    assert (mismatch.score, mismatch.limit, mismatch.values) == (0.05, 0.01, ("200.00", "210.00"))
    assert mismatch.spans[0].start == 4
    assert ("FORMAT_CHANGE", "order_number") in shown


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (steps("lookup_order", "check_policy"), None),
        (steps("lookup_order"), "missing"),
        (steps("check_policy", "lookup_order"), "out of order"),
        (steps("lookup_order", "lookup_order", "check_policy"), "repeated"),
        (steps("lookup_order", "check_policy", minutes_apart=61), 61.0),
        (steps("lookup_order", "check_policy", minutes_apart=-1), "before its predecessor"),
    ],
)
def test_a_step_missing_repeated_reordered_or_late_is_a_deviation(made: Any, kind: Any) -> None:
    """R031: the proposed answer is the last declared step."""
    found = outcome(case={"steps": made}, rules={"process": PROCESS})
    assert codes(found) == ({"SEQUENCE_DEVIATION"} if kind else set())
    assert kind in {None, *(r.score for r in found.reasons)}


def test_a_step_has_its_own_time_window() -> None:
    """R031."""
    made = steps("lookup_order", "check_policy", minutes_apart=5)
    late = {"process": PROCESS, "limits": {"window:check_policy": 3}}
    assert codes(outcome(case={"steps": made}, rules=late)) == {"SEQUENCE_DEVIATION"}


def test_a_tool_that_failed_and_then_succeeded_is_no_failure() -> None:
    retried = (*steps("lookup_order", last_ok=False), *steps("lookup_order", "check_policy"))
    assert codes(outcome(case={"steps": retried}, rules={"process": PROCESS})) == set()


def test_steps_not_yet_made_are_not_missing_after_a_failure() -> None:
    failed = steps("lookup_order", "check_policy", last_ok=False)
    found = outcome(case={"steps": failed, "proposed_action": ""}, rules={"process": PROCESS})
    assert codes(found) == {"TOOL_FAILURE"}


def test_every_reason_that_fired_is_kept() -> None:
    """R019."""
    found = outcome(
        triage={"confidence": 0.3, "distress": 0.9, "out_of_scope": 0.9, "signals": (noticed("regulatory"),)},
        repeated_errors=9,
        handoff_reasons=("RANDOM_AUDIT",),
    )
    assert codes(found) >= {
        *("LOW_CONFIDENCE", "DISTRESS", "AMBIGUOUS_INPUT", "REGULATORY", "REPEATED_ERROR", "RANDOM_AUDIT"),
    }  # fmt: skip
    by_rule = {row.row for row in found.rows if row.table == "reasons"}
    assert {"low-confidence", "distress", "unclear-request", "regulatory", "repeated-error"} <= by_rule


def test_spans_come_from_the_words_that_show_the_signal() -> None:
    found = outcome(triage={"signals": (noticed("human_requested"),)})
    (reason,) = found.reasons
    assert [(s.message, s.start, s.end) for s in reason.spans] == [(0, 0, 5)]


def test_a_case_types_limits_override_the_policys_numbers() -> None:
    facts = but(case={"proposed_arguments": {"amount": 800}})
    assert codes(outcome(facts)) == {"HIGH_IMPACT"}
    assert outcome(replace(facts, rules=replace(facts.rules, limits={"high_impact_amount": 1000}))).settle


def test_no_limit_can_switch_distress_off() -> None:
    """R033: a type may set its own number, inside bounds."""
    facts = replace(QUIET, rules=replace(QUIET.rules, limits={"distress_limit": 99.0, "signal_floor": 99.0}))
    triage = (
        replace(facts.triage, distress=1.0, signals=(noticed("human_requested"),)) if facts.triage else None
    )
    assert {"DISTRESS", "HUMAN_REQUESTED"} <= codes(outcome(replace(facts, triage=triage)))


def test_no_case_text_stands_in_a_reasons_numbers_or_in_the_trace() -> None:
    """What disagreed is under `values` only, which the ledger leaves out."""
    secret = "Zyxwvutsrq"
    found = outcome(
        case={
            "subject": secret,
            "fields": (Extracted("order_number", secret, 0.9), Extracted("order_number", secret + "2", 0.9)),
            "proposed_arguments": {"amount": secret},
        },
        cross_checks=(("status", secret, "other"),),
    )
    assert any(secret in value for reason in found.reasons for value in reason.values)
    assert secret not in repr([replace(reason, values=()) for reason in found.reasons])
    assert secret not in repr(found.trace)
