"""A policy document: its hash, its faults, its floors, its reading by several threads."""

import copy
import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from escalations.choices import Allocation, CaseMode, ReasonCode, RiskLevel
from escalations.policy.default import default_data, default_document
from escalations.policy.document import PolicyDocument, PolicyError, load, version_hash
from escalations.policy.engine import decide
from escalations.policy.explain import explain
from escalations.policy.lint import lint
from escalations.policy.vocabulary import ALLOCATIONS, HOLDS, NUMBERS, REASON_CODES, RISKS, SIGNALS
from tests.escalations.policy.cases import QUIET, but, outcome


def rules_of(data: dict[str, Any], table: str) -> list[dict[str, str]]:
    rules: list[dict[str, str]] = data["tables"][table]["nodes"][1]["content"]["rules"]
    return rules


def changed(table: str, row: str, **cells: str) -> dict[str, Any]:
    """The shipped document with some cells of one row changed."""
    data = copy.deepcopy(default_data())
    next(rule for rule in rules_of(data, table) if rule["_id"] == row).update(cells)
    return data


def test_the_words_of_policy_are_the_words_of_a_case() -> None:
    assert set(ReasonCode.values) == REASON_CODES
    assert tuple(Allocation.values) == ALLOCATIONS
    assert tuple(RiskLevel.values) == RISKS
    assert set(CaseMode.values) == {"normal", "human_only"}
    assert len(REASON_CODES) == 24


def test_the_shipped_policy_has_no_fault_and_a_reason_for_every_number() -> None:
    data = default_data()
    assert lint(data) == []
    assert set(NUMBERS) <= set(data["notes"])


def test_what_is_measured_is_what_the_vocabulary_names() -> None:
    signals = outcome(QUIET).trace["signals"]
    assert set(signals) == {*SIGNALS, "n", "reasons", "tier"}


def test_the_hash_is_of_the_content_not_of_its_order() -> None:
    data = default_data()
    upside_down = json.loads(json.dumps(data), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert (
        PolicyDocument.parse(upside_down).version_hash == PolicyDocument.parse(json.dumps(data)).version_hash
    )
    data["numbers"]["distress_limit"] = 0.49
    assert PolicyDocument.parse(data).version_hash != default_document().version_hash


def test_a_document_is_compiled_once_and_must_match_its_digest() -> None:
    data = default_data()
    digest = version_hash(data)
    assert load(digest, data) is load(digest, {})
    with pytest.raises(PolicyError, match="digest"):
        load("0" * 64, data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed("reasons", "distress", code='"DISTRESSED"'), "distress: unknown reason code DISTRESSED"),
        (changed("reasons", "distress", when="distress >"), "is not an expression"),
        (
            changed("reasons", "distress", when="distres >= 0.5"),
            "reads distres, which is not a measured signal",
        ),
        (changed("reasons", "distress", when="distress >= n.limit"), "reads n.limit"),
        (changed("reasons", "distress", when="reasons > 0"), "reads reasons"),
        (changed("reasons", "distress", when='distress >= "high"'), "cannot be evaluated"),
        (changed("reasons", "distress", when="distress"), "answers neither yes nor no"),
        (changed("reasons", "distress", when="distress > 1"), "no row gives DISTRESS when distress is 1.0"),
        (changed("reasons", "low-confidence", when="false"), "no row gives LOW_CONFIDENCE"),
        (changed("reasons", "human-requested", code='"MANUAL_FLAG"'), "no row gives HUMAN_REQUESTED"),
        (changed("reasons", "distress", score="scor"), "reads scor"),
        (
            changed("allocation", "risk-high", allocation='"ai"'),
            "risk high must have a row that asks for a person",
        ),
        (changed("allocation", "risk-low", risk='"medium"'), "risk low must have a row"),
        (
            changed("allocation", "risk-low", allocation='"robot"'),
            "allocation must be one of ai, hybrid, human",
        ),
        (changed("queues", "billing", queue=""), "queues: billing: the row names no queue"),
        (changed("queues", "billing", queue='"biling"'), 'unknown queue "biling"'),
        (changed("queues", "billing", oversee=""), "oversee must be true or false"),
        (changed("tiers", "distress", tier="4"), "tier must be 1, 2 or 3"),
        (changed("tiers", "distress", severity="0"), "severity must be 1, 2, 3 or 4"),
        (changed("tiers", "distress", _id="upset"), "another row has the same id"),
        (
            default_data() | {"ladder": {"1": "frontline", "2": "frontline", "3": "sme"}},
            "takes no cases of tier 2",
        ),
        (default_data() | {"surprise": 1}, "surprise"),
        (default_data() | {"numbers": {}}, "numbers"),
        (default_data() | {"schema": "handrail.policy/2"}, "schema"),
        (default_data() | {"thresholds": {"harbour/faq": 1.5}}, "thresholds/harbour/faq"),
        (default_data() | {"tables": {}}, "tables"),
        ([], "object"),
        ("{", "not JSON"),
        (b"\xff", "not JSON"),
        ("null", "object"),
        ("[" * 100_000, "not JSON"),
        ('{"numbers": NaN}', "NaN is not a JSON number"),
        (default_data() | {"title": "lone \ud800"}, "not JSON"),
        (default_data() | {"title": float("inf")}, "not JSON"),
        (default_data() | {"sla_minutes": {"1": 10**30, "2": 1, "3": 1, "4": 1}}, "sla_minutes/1"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 80 else "",
)
def test_a_faulty_document_is_refused_with_the_place_and_the_fault(data: Any, said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        PolicyDocument.parse(data)
    assert said in str(refused.value)


def test_no_number_may_be_set_so_that_a_safety_rule_is_off() -> None:
    data = default_data()
    data["numbers"] = data["numbers"] | {"signal_floor": 2, "distress_limit": 1.0}
    places = {problem.message.split(":")[0] for problem in lint(data)}
    assert places == {"numbers/signal_floor", "numbers/distress_limit"}


def test_a_row_that_repeats_another_is_a_warning() -> None:
    data = default_data()
    rules = rules_of(data, "queues")
    rules.append({**rules[3], "_id": "again"})
    (problem,) = lint(data)
    assert (problem.row, problem.is_error) == ("again", False)
    assert "never adds anything" in problem.message
    assert "again" in PolicyDocument.parse(data).tables.rows["queues"]


def test_explain_names_every_rule_with_its_inputs_whether_it_held_or_not() -> None:
    """Requirements section 4, rank 13: also for a case that did not escalate."""
    policy = default_document()
    rules = {(r.table, r.row): r for r in explain(outcome(triage={"confidence": 0.5}).trace, policy)}
    assert len(rules) == len(HOLDS) + sum(len(rows) for rows in policy.tables.rows.values())
    assert {row for (table, row), rule in rules.items() if table == "settle" and rule.fired} == {
        "reasons",
        "confidence",
    }
    low = rules["reasons", "low-confidence"]
    assert low.fired
    assert low.inputs == {"has_triage": True, "confidence": 0.5, "threshold": 0.9}
    distress = rules["reasons", "distress"]
    assert not distress.fired
    assert distress.inputs == {"distress": 0.02, "n.distress_limit": 0.5}
    assert rules["allocation", "risk-low"].inputs == {"risk": "low"}
    assert not any(rule.fired for rule in explain(outcome(QUIET).trace, policy) if rule.table == "reasons")


def test_explain_refuses_another_version() -> None:
    other = PolicyDocument.parse(default_data() | {"title": "Another"})
    with pytest.raises(ValueError, match="another policy version"):
        explain(outcome(QUIET).trace, other)


def test_one_document_serves_many_threads() -> None:
    policy = PolicyDocument.parse(default_data())
    cases = [but(triage={"confidence": i / 200}) for i in range(200)]
    alone = [decide(case, policy) for case in cases]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda case: decide(case, policy), cases)) == alone


def test_a_forked_worker_decides_with_the_parents_document() -> None:
    policy = default_document()
    expected = decide(QUIET, policy).settle
    child = os.fork()
    if child == 0:
        os._exit(0 if decide(QUIET, policy).settle is expected else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
