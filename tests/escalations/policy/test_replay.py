"""R011: a version that is asked again about what it decided answers the same, in every part."""

import json
from dataclasses import asdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from escalations.policy.default import default_data, default_document
from escalations.policy.document import PolicyDocument
from escalations.policy.engine import decide
from escalations.policy.replay import as_stored, departures, kept, replay
from escalations.policy.types import Facts
from escalations.policy.vocabulary import NUMBERS
from tests.escalations.policy import cases, strategies


def through_the_database(value: Any) -> Any:
    """Text and back, as a jsonb column does it."""
    return json.loads(json.dumps(value))


def stored(facts: Facts) -> tuple[dict[str, Any], dict[str, Any] | None]:
    answer = through_the_database(asdict(facts.triage)) if facts.triage else None
    return through_the_database(kept(facts)), answer


@st.composite
def policies(draw: st.DrawFn) -> PolicyDocument:
    """The shipped policy with any numbers that are allowed, other times, thresholds of its own and fewer queue rows."""
    data = default_data()
    for name, bounds in NUMBERS.items():
        if draw(st.booleans()):
            data["numbers"][name] = draw(st.floats(bounds.least, min(bounds.most, 1000), allow_nan=False))
    for severity in data["sla_minutes"]:
        data["sla_minutes"][severity] = draw(st.integers(1, 5000))
    data["thresholds"] = draw(
        st.dictionaries(
            st.sampled_from(["harbour/order_status", "*/faq_chat", "harbour/*"]), strategies.unit, max_size=2
        )
    )
    rules = data["tables"]["queues"]["nodes"][1]["content"]["rules"]
    left_out = draw(st.sets(st.integers(0, len(rules) - 1), max_size=4))
    rules[:] = [rule for at, rule in enumerate(rules) if at not in left_out]
    return PolicyDocument.parse(data)


@settings(max_examples=25, deadline=None)
@given(strategies.facts(), policies())
def test_a_replay_gives_every_part_of_the_outcome_again(facts: Facts, policy: PolicyDocument) -> None:
    first = as_stored(decide(facts, policy))
    again = replay(*stored(facts), policy)
    assert departures(through_the_database(first), again) == []


@settings(max_examples=25, deadline=None)
@given(strategies.facts(strategies.unit), st.floats(0, 1))
def test_a_planted_change_moves_exactly_the_cases_it_is_about(facts: Facts, threshold: float) -> None:
    """With nothing but the threshold of one type changed, a case moves exactly when its confidence lies between."""
    data = {**default_data(), "thresholds": {"harbour/order_status": threshold}}
    draft = PolicyDocument.parse(data)
    old, new = (replay(*stored(facts), policy) for policy in (default_document(), draft))
    if facts.rules.slug != "order_status" or facts.rules.client != "harbour":
        assert departures(as_stored(old), new) in ([], ["trace"])  # the digest alone
        return
    low = [any(r.code == "LOW_CONFIDENCE" for r in outcome.reasons) for outcome in (old, new)]
    if facts.triage is None:
        assert low == [False, False]
    else:
        confidence = new.trace["signals"]["confidence"]
        assert low == [confidence < old.threshold, confidence < new.threshold]


def test_nothing_that_a_customer_wrote_is_kept_twice() -> None:
    said = json.dumps(kept(cases.QUIET))
    assert "Where is order" not in said
    assert "Where is my order" not in said


def test_a_stored_outcome_that_was_changed_is_told_part_by_part() -> None:
    outcome = decide(cases.QUIET, default_document())
    forged = {**as_stored(outcome), "settle": not outcome.settle, "tier": 3}
    assert departures(forged, outcome) == ["settle", "tier"]
