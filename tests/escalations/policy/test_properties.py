"""What holds for every case, however odd."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalations.policy.default import default_data, default_document
from escalations.policy.document import PolicyDocument
from escalations.policy.engine import decide
from escalations.policy.explain import explain
from escalations.policy.tables import TableError
from escalations.policy.types import Facts, Outcome
from escalations.policy.vocabulary import ALLOCATIONS, HOLDS, REASON_CODES
from escalations.triage.types import Signal, Triage
from tests.escalations.policy.cases import QUIET
from tests.escalations.policy.strategies import facts, signal_codes, unit

POLICY = default_document()
REREAD = PolicyDocument.parse(json.dumps(default_data(), sort_keys=True))
GRAVE = ("out_of_scope", "distress", "anomaly", "risk", "complexity")


@given(facts())
@settings(max_examples=150, deadline=None)
def test_any_case_gets_a_queue_a_tier_a_severity_and_an_answer(case: Facts) -> None:
    found = decide(case, POLICY)
    assert found.queue
    assert found.tier in (1, 2, 3)
    assert found.severity in (1, 2, 3, 4)
    assert found.allocation in ALLOCATIONS
    assert found.sla_minutes > 0
    assert {reason.code for reason in found.reasons} <= REASON_CODES
    assert (
        found.queue not in POLICY.queues
        or POLICY.queues[found.queue][0] <= found.tier <= POLICY.queues[found.queue][1]
    )


@given(facts())
@settings(max_examples=150, deadline=None)
def test_nothing_is_settled_unless_every_condition_holds(case: Facts) -> None:
    """R002, R006, R009, R013, R014, R017, R025, R033."""
    found = decide(case, POLICY)
    if found.settle:
        assert case.triage is not None
        assert case.rules.autonomy == "autonomous"
        assert case.rules.mode == "normal"
        assert not case.rules.human_final_decision
        assert not case.was_human
        assert found.allocation == "ai"
        assert found.risk == "low"
        assert found.reasons == ()
        assert found.confidence is not None
        assert found.confidence >= found.threshold
        assert case.case.proposed_action in ("", *case.rules.grants)
    assert found.settle is not bool(found.trace["held_by"])
    assert set(found.trace["held_by"]) <= set(HOLDS)


@given(facts())
@settings(max_examples=150, deadline=None)
def test_the_same_facts_and_document_give_the_same_outcome(case: Facts) -> None:
    """Replay: also from a document read back from JSON with its keys in another order."""
    first = decide(case, POLICY)
    assert decide(case, POLICY) == first
    assert decide(case, REREAD) == first


@given(facts())
@settings(max_examples=100, deadline=None)
def test_an_outcome_survives_json_and_can_still_be_explained(case: Facts) -> None:
    found = decide(case, POLICY)
    stored = json.loads(json.dumps(asdict(found), allow_nan=False))
    rules = explain(stored["trace"], POLICY)
    fired = {(rule.table, rule.row) for rule in rules if rule.fired and rule.table != "settle"}
    assert fired == {(row["table"], row["row"]) for row in stored["rows"]}


def test_a_table_that_breaks_sends_the_case_to_a_senior_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """No case is lost, and none is settled, because a policy fails on it."""
    policy = PolicyDocument.parse(default_data())

    def broken(table: str, signals: Any) -> Any:
        raise TableError(f"{table}: no memory left")

    monkeypatch.setattr(policy.tables, "run", broken)
    found = decide(replace(QUIET, flags=("DISTRESS",)), policy)
    assert not found.settle
    assert [reason.code for reason in found.reasons] == ["TOOL_FAILURE", "DISTRESS"]
    assert (found.queue, found.tier, found.allocation) == ("operations", 2, "human")
    assert found.trace["error"] == "reasons: no memory left"


def no_laxer(before: Outcome, after: Outcome) -> None:
    assert not (after.settle and not before.settle)
    assert after.tier >= before.tier
    assert after.severity <= before.severity
    assert ALLOCATIONS.index(after.allocation) >= ALLOCATIONS.index(before.allocation)
    assert {r.code for r in before.reasons} <= {r.code for r in after.reasons}


def judged(case: Facts, **changes: Any) -> Facts:
    triage: Triage = case.triage  # type: ignore[assignment]
    return replace(case, triage=replace(triage, **changes))


with_triage = (facts(unit) | st.just(QUIET)).filter(lambda case: case.triage is not None)


@given(with_triage, st.sampled_from(GRAVE), unit)
@settings(max_examples=150, deadline=None)
def test_raising_a_score_never_relaxes_anything(case: Facts, name: str, value: float) -> None:
    """Machine output can only raise a floor."""
    raised = judged(case, **{name: max(value, getattr(case.triage, name))})
    no_laxer(decide(case, POLICY), decide(raised, POLICY))


@given(with_triage, st.sampled_from(signal_codes), unit)
@settings(max_examples=150, deadline=None)
def test_noticing_one_thing_more_never_relaxes_anything(case: Facts, code: str, score: float) -> None:
    more = judged(case, signals=(*(case.triage.signals if case.triage else ()), Signal(code, score)))
    no_laxer(decide(case, POLICY), decide(more, POLICY))


@given(with_triage, st.floats(-1, 1))
@settings(max_examples=100, deadline=None)
def test_a_worse_mood_never_relaxes_anything(case: Facts, mood: float) -> None:
    sentiment = case.triage.sentiment if case.triage else 0.0
    no_laxer(decide(case, POLICY), decide(judged(case, sentiment=min(mood, sentiment)), POLICY))


@given(
    facts(unit) | st.just(QUIET),
    st.sampled_from(sorted(REASON_CODES)),
    st.sampled_from(["flags", "handoff_reasons"]),
)
@settings(max_examples=150, deadline=None)
def test_adding_a_reason_never_relaxes_anything(case: Facts, code: str, by: str) -> None:
    """R037: and the reason is among those stored."""
    added: dict[str, Any] = {by: (*getattr(case, by), code)}
    after = decide(replace(case, **added), POLICY)
    no_laxer(decide(case, POLICY), after)
    assert code in {reason.code for reason in after.reasons}
    assert not after.settle


@given(with_triage, unit)
@settings(max_examples=100, deadline=None)
def test_less_confidence_never_settles_what_more_did_not(case: Facts, confidence: float) -> None:
    less = judged(case, confidence=min(confidence, case.triage.confidence if case.triage else 0.0))
    assert decide(case, POLICY).settle or not decide(less, POLICY).settle


@given(facts(unit) | st.just(QUIET), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_stricter_rules_of_a_type_never_relax_anything(case: Facts, which: int) -> None:
    stricter: tuple[dict[str, Any], ...] = (
        {"human_final_decision": True},
        {"mode": "human_only"},
        {"risk": "high"},
        {"autonomy": "suggest"},
    )
    after = decide(replace(case, rules=replace(case.rules, **stricter[which])), POLICY)
    no_laxer(decide(case, POLICY), after)
    assert not after.settle
