"""Trees as data: what passes the check always ends, and what cannot end never passes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.trees import POLICY, SCHEMA, Desk, TreeFacts, check, walk
from escalations.trees.facts import departments_of
from escalations.trees.shipped import default_tree, outage_tree
from escalations.trees.words import ASKS, parsed, readable

DESK = Desk(
    queues={
        "frontline": 1,
        "billing": 1,
        "engineering": 2,
        "supervisors": 2,
        "hr": 2,
        "sme": 3,
        "compliance": 3,
    },
    words={"types": frozenset({"faq", "outage"}), "reasons": frozenset({"REGULATORY", "DISTRESS"})},
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "severity": st.integers(1, 4), "tier": st.integers(1, 3), "department_count": st.integers(0, 20),
    "repeated_errors": st.integers(1, 9), "amount": st.floats(0, 1e6), "confidence": st.floats(0, 100),
    "risk": st.sampled_from(["low", "medium", "high"]), "type": st.sampled_from(["faq", "outage"]),
    "reason": st.sampled_from(["REGULATORY", "DISTRESS"]), "queue": st.sampled_from(["sme", "frontline"]),
}  # fmt: skip
WORD = st.text("abc", min_size=1, max_size=3)
FACTS = st.builds(
    TreeFacts, severity=st.integers(1, 4), tier=st.integers(1, 3), client=WORD, type=WORD | st.just("outage"),
    channel=WORD, category=WORD, risk=st.sampled_from(["low", "medium", "high", "odd"]),
    reasons=st.lists(WORD | st.just("DISTRESS"), max_size=3).map(tuple),
    departments=st.lists(WORD, max_size=4).map(tuple), amount=st.none() | st.floats(0, 1e9),
    confidence=st.none() | st.floats(0, 100), repeated_errors=st.integers(0, 9),
)  # fmt: skip


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Any]:
    """Well-formed questions whose answers lead anywhere at all, back and in circles too."""
    names = [str(number) for number in range(draw(st.integers(1, 7)))]
    exits = st.sampled_from(
        [*(f"node:{name}" for name in names), *(f"queue:{slug}" for slug in DESK.queues), POLICY]
    )

    def node(name: str) -> dict[str, Any]:
        ask = draw(st.sampled_from(sorted(ASKS)))
        op = draw(st.sampled_from(sorted(ASKS[ask].ops)))
        value = draw(VALUES.get(ask, WORD))
        return {"id": name, "ask": ask, "op": op, "value": [value] if op == "one_of" else value,
                "yes": draw(exits), "no": draw(exits)}  # fmt: skip

    return {"schema": SCHEMA, "nodes": [node(name) for name in names]}


def goes_round(document: dict[str, Any]) -> bool:
    """By brute force: is there a way through the answers that is longer than the tree has questions?"""
    nodes = {f"node:{node['id']}": node for node in document["nodes"]}
    at = set(nodes)
    for _ in nodes:
        at = {nodes[name][answer] for name in at for answer in ("yes", "no")} & set(nodes)
    return bool(at)


@given(trees(), FACTS)
def test_a_checked_tree_ends_at_a_queue_for_any_case(document: dict[str, Any], facts: TreeFacts) -> None:
    """R052: whatever passed the check ends at one of the desk's queues or at policy's, each question asked once."""
    found = walk(document, facts)
    asked = [step.node for step in found.path]
    assert len(asked) == len(set(asked))
    if not check(document, DESK):
        assert found.path[-1].to in {POLICY, *(f"queue:{slug}" for slug in DESK.queues)}
        assert found.queue in {"", *DESK.queues}


@given(trees())
def test_a_tree_that_goes_round_never_passes_the_check(document: dict[str, Any]) -> None:
    """R052: rejected if a loop exists; the check and a brute-force search agree."""
    told = [problem for problem in check(document, DESK) if "round" in problem.says]
    assert bool(told) == goes_round(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
BROKEN = st.fixed_dictionaries(
    {"id": JSON | st.just("1"), "ask": JSON | st.just("severity"), "op": JSON | st.just("is"), "value": JSON,
     "yes": JSON | st.just("queue:sme"), "no": JSON | st.just("policy")}
)  # fmt: skip


@given(
    JSON | st.fixed_dictionaries({"schema": st.just(SCHEMA), "nodes": st.lists(BROKEN, max_size=3) | JSON})
)
def test_whatever_is_given_the_check_answers_in_words(document: Any) -> None:
    for problem in check(document, DESK):
        assert problem.says


def node(**changes: Any) -> dict[str, Any]:
    plain = {"id": "1", "ask": "severity", "op": "is", "value": 2, "yes": "queue:sme", "no": "policy"}
    return plain | changes


@pytest.mark.parametrize(
    ("changes", "part", "says"),
    [
        ({"yes": "queue:attic"}, "yes", "There is no queue attic."),
        ({"yes": ""}, "yes", "Say where a case goes on yes"),
        ({"no": None}, "no", "Say where a case goes on no"),
        ({"no": "node:9"}, "no", "There is no question 9."),
        ({"no": "node:1"}, "no", "leads back to question 1"),
        ({"ask": "weather"}, "ask", "Choose what to ask."),
        ({"op": "has"}, "op", "Severity cannot be compared that way."),
        ({"value": "grave"}, "value", "Severity needs a number."),
        ({"value": True}, "value", "Severity needs a number."),
        ({"value": float("nan")}, "value", "Severity needs a number."),
        ({"value": 7}, "value", "Severity goes from 1 to 4."),
        ({"value": 1.5}, "value", "Severity is a whole number."),
        ({"ask": "reason", "op": "has", "value": "NICE"}, "value", "knows no reasons “NICE”"),
        ({"ask": "type", "op": "one_of", "value": []}, "value", "needs a value"),
    ],
)
def test_a_wrong_tree_is_told_beside_the_question(changes: dict[str, Any], part: str, says: str) -> None:
    """R052: a leaf without a queue, a loop, a missing branch, a wrong type."""
    (problem,) = check({"schema": SCHEMA, "nodes": [node(**changes)]}, DESK)
    assert (problem.node, problem.part) == ("1", part)
    assert says in problem.says


def test_a_question_that_nothing_leads_to_is_told() -> None:
    (problem,) = check({"schema": SCHEMA, "nodes": [node(), node(id="2")]}, DESK)
    assert (problem.node, problem.says) == ("2", "No answer leads to this question.")


def test_a_leaf_on_a_tier_without_owner_and_timer_is_told() -> None:
    """R058, R052."""
    bare = Desk(queues=DESK.queues, tiers=frozenset({1, 2}))
    (problem,) = check({"schema": SCHEMA, "nodes": [node()]}, bare)
    assert "stands on tier 3, which has no owner and timer" in problem.says


def test_a_tree_has_a_limit() -> None:
    chain = [node(id=str(n), no=f"node:{n + 1}") for n in range(60)] + [node(id="60")]
    (problem,) = check({"schema": SCHEMA, "nodes": chain}, DESK)
    assert "at most 60" in problem.says
    assert check({"schema": SCHEMA, "nodes": [*chain[:59], node(id="59")]}, DESK) == []


@pytest.mark.parametrize("tree", [default_tree(), outage_tree()])
def test_the_shipped_trees_pass(tree: dict[str, Any]) -> None:
    assert check(tree, DESK) == []


@pytest.mark.parametrize(
    ("facts", "queue"),
    [
        ({"severity": 2}, "frontline"),
        ({"severity": 1}, "engineering"),
        ({"severity": 2, "tier": 2}, "engineering"),
    ],
)
def test_an_outage_starts_at_the_frontline_and_rises_to_engineers(facts: dict[str, Any], queue: str) -> None:
    """R051."""
    assert walk(outage_tree(), TreeFacts(**facts)).queue == queue


@pytest.mark.parametrize(
    ("facts", "queue"),
    [
        ({"severity": 1}, "supervisors"),
        ({"severity": 1, "departments": ("billing", "engineering")}, "sme"),
        ({"queue": "compliance", "severity": 1}, ""),
        ({"severity": 4}, ""),
    ],
)
def test_the_shipped_default_sends_by_severity_departments_and_law(facts: dict[str, Any], queue: str) -> None:
    """R043, R049, R050."""
    assert walk(default_tree(), TreeFacts(**facts)).queue == queue


def test_the_path_says_each_question_with_what_was_found() -> None:
    """R052: node by node."""
    first, second = walk(outage_tree(), TreeFacts(severity=2, tier=1)).path
    assert (first.asked, first.found, first.answer, first.to) == ("Tier has reached 2", "1", "no", "node:2")
    assert (second.asked, second.answer) == ("Severity is this or graver: 1", "no")


def test_what_is_not_known_is_answered_no() -> None:
    tree = {"schema": SCHEMA, "nodes": [node(ask="amount", op="below", value=10)]}
    assert walk(tree, TreeFacts(amount=None)).path[0].answer == "no"


def test_departments_are_counted_once_however_many_labels_name_them() -> None:
    """R049."""
    topics = {
        "refund": "billing",
        "duplicate_charge": "billing",
        "technical_fault": "technical",
        "chat": "small_talk",
    }
    labels = ("refund", "duplicate_charge", "technical_fault", "chat", "unheard_of")
    assert departments_of(labels, topics) == ("billing", "engineering")


@pytest.mark.parametrize(
    ("ask", "op", "text", "value"),
    [("severity", "is", " 2 ", 2), ("amount", "below", "1 250.5", 1250.5), ("severity", "is", "two", "two"),
     ("type", "one_of", "faq, outage,", ["faq", "outage"]), ("type", "is", " faq ", "faq")],
)  # fmt: skip
def test_a_forms_text_becomes_the_value_it_means(ask: str, op: str, text: str, value: Any) -> None:
    assert parsed(ask, op, text) == value
    assert readable(ask, op, value).startswith(ASKS[ask].label)
