"""Risk and complexity rise with what they should rise with (R004, R006)."""

import pytest

from escalations.triage.scores import amount_risk, complexity_of, risk_of
from escalations.triage.types import Signal, Step
from tests.escalations.triage.cases import case


def test_a_question_is_low_risk() -> None:
    assert risk_of(case("When are you open?"), [], None, 0.0) < 0.4


def test_money_and_irreversible_actions_are_riskier() -> None:
    answer = risk_of(case(proposed_action="send_reply"), [], None, 0.0)
    refund = risk_of(case(proposed_action="issue_refund"), [], 50.0, 0.0)
    large = risk_of(case(proposed_action="issue_refund"), [], 50_000.0, 0.0)
    delete = risk_of(case(proposed_action="delete_account"), [], None, 0.0)
    assert answer < 0.4 <= refund < 0.7 <= large
    assert delete > answer


def test_unknown_actions_count_as_changes() -> None:
    assert risk_of(case(proposed_action="frobnicate"), [], None, 0.0) > risk_of(case(), [], None, 0.0)


@pytest.mark.parametrize("code", ["threat", "regulatory", "injection", "ungrounded", "ethical", "sensitive"])
def test_grave_signals_raise_risk(code: str) -> None:
    assert risk_of(case(), [Signal(code, 1.0)], None, 0.0) >= 0.4


def test_more_evidence_never_lowers_risk() -> None:
    signals = [Signal("dispute", 0.8), Signal("complaint", 0.6), Signal("distress", 0.5)]
    steps = [risk_of(case(), signals[:n], None, 0.0) for n in range(4)]
    assert steps == sorted(steps)
    assert risk_of(case(), signals, None, 0.99) > steps[-1]


def test_amounts_saturate() -> None:
    assert amount_risk(None) == amount_risk(5) == 0.0
    assert amount_risk(1_000) == pytest.approx(0.3)
    assert amount_risk(10**14) == 0.75


def test_complexity_rises_with_intents_length_failures_and_doubt() -> None:
    plain = complexity_of(case("When are you open?"), "When are you open?", 1, 0.9)
    assert plain < 0.2
    failed = Step("look_up", False)
    harder = (
        complexity_of(case("Hi"), "Hi", 3, 0.9),
        complexity_of(case("Hi"), "word " * 400, 1, 0.9),
        complexity_of(case("Hi", steps=(failed, failed)), "Hi", 1, 0.9),
        complexity_of(case("Hi"), "Hi", 1, 0.01),
        complexity_of(case("Hi"), "What? When? Where? Who? Why? How?", 1, 0.9),
    )
    assert all(score > plain for score in harder)
    worst = complexity_of(case(*["Hi"] * 20, steps=(failed,) * 5), "word? " * 900, 5, 0.0)
    assert max(harder) < worst <= 1.0
    assert worst >= 0.8
