"""Policy in words: conditions that people edit, what differs between versions, what is odd about a document."""

from copy import deepcopy
from typing import Any

import pytest

from escalations.policy import jdm
from escalations.policy.conditions import Clause, expression, parse
from escalations.policy.default import default_data
from escalations.policy.diff import differences
from escalations.policy.lint import lint
from escalations.policy.words import row_words

DEFAULT = default_data()


def rows_of(document: dict[str, Any], table: str) -> list[dict[str, str]]:
    """The rules of a table, to be changed in place."""
    rules: list[dict[str, str]] = document["tables"][table]["nodes"][1]["content"]["rules"]
    return rules


def changed(table: str, row: str, **cells: str) -> dict[str, Any]:
    document = deepcopy(DEFAULT)
    next(rule for rule in rows_of(document, table) if rule["_id"] == row).update(cells)
    return document


def warnings(document: dict[str, Any]) -> list[tuple[str, str]]:
    found = lint(document)
    assert not any(problem.is_error for problem in found), [str(problem) for problem in found]
    return [(problem.row, problem.message) for problem in found]


def test_every_shipped_row_can_be_edited_in_words_and_comes_back_as_it_was() -> None:
    for name in ("reasons", "tiers", "queues"):
        for row in jdm.rows(DEFAULT["tables"][name]):
            condition = parse(row.cells["when"])
            assert condition is not None, row
            assert expression(condition) == row.cells["when"]
            assert ">=" not in row_words(row, DEFAULT["numbers"])


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("", ()),
        ("(unclear or was_human) and amount > 5", (("unclear", "was_human"), ("amount",))),
        ("(unclear)", (("unclear",),)),
        ('not ("hr" in topics)', (("topics",),)),
    ],
)
def test_a_condition_is_all_of_some_groups_of_which_any_clause_will_do(text: str, groups: Any) -> None:
    condition = parse(text)
    assert condition is not None
    assert tuple(tuple(clause.signal for clause in group) for group in condition) == groups
    assert parse(expression(condition)) == condition


@pytest.mark.parametrize(
    "text",
    [
        "a and", "unclear or was_human and irreversible", "topic == category", "amount", "sentiment == 'x'",
        "unclear >= 1", "amount + 1 > 2", 'not (amount > 5)', "(" * 3000,
        'topic == "x" "y"', "amount >= unclear", "len(reasons) > 1",
    ],
)  # fmt: skip
def test_what_is_not_of_this_form_is_left_as_it_is_written(text: str) -> None:
    assert parse(text) is None


def test_a_clause_is_written_as_the_tables_write_it() -> None:
    assert Clause("topics", "lacks", "hr").expression == 'not ("hr" in topics)'
    assert Clause("confidence", "<", "threshold").expression == "confidence < threshold"


def test_versions_differ_in_words() -> None:
    new = changed("tiers", "high-emotion", tier="3")
    new["numbers"]["distress_limit"] = 0.4
    new["thresholds"]["acme/faq_chat"] = 0.99
    rows_of(new, "queues").insert(0, rows_of(new, "queues").pop(3))
    rows_of(new, "reasons")[:] = [row for row in rows_of(new, "reasons") if row["_id"] != "hiring"]
    said = [str(change) for change in differences(DEFAULT, new)]
    assert said == [
        "Numbers: Distress limit: 0.5, now 0.4.",
        "Thresholds: acme/faq_chat: the type's own, now 0.99.",
        "When a person is needed: Removed: “A person decides about people”, when the topics include hr: "
        "human final decision.",
        "How grave, and which tier: “High emotional nuance skips the first tier” gave tier 2, severity 2; "
        "now tier 3, severity 2.",
        "Where it goes: The order of the rows is another, and the first that fits wins.",
    ]
    assert differences(DEFAULT, deepcopy(DEFAULT)) == []


def test_the_shipped_policy_has_nothing_odd() -> None:
    assert lint(DEFAULT) == []


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("sentiment < -1", "asks for what can never be"),
        ("amount > 500 and amount < n.credit_limit", "exclude each other"),
        ("unclear and not unclear", "exclude each other"),
        ('topic == "gardening"', "asks for what can never be"),
        ('"NO_SUCH_CODE" in reasons', "asks for what can never be"),
        ('risk == "low" and risk == "high"', "exclude each other"),
    ],
)
def test_a_row_that_can_never_match_is_said(when: str, why: str) -> None:
    found = warnings(changed("tiers", "complex", when=when))
    assert [(row, why in message) for row, message in found] == [("complex", True)]


def test_a_queue_row_behind_a_wider_one_is_never_reached() -> None:
    document = changed("queues", "unclear", queue='"compliance"')
    document["queues"]["compliance"] = {"least": 1, "most": 3}
    rows_of(document, "queues").insert(0, rows_of(document, "queues").pop(10))
    assert [row for row, message in warnings(document) if "never reached" in message] == ["unclear-risky"]


def test_gaps_and_contradictions_are_said() -> None:
    document = changed("allocation", "risk-low", allocation='"hybrid"')
    rows_of(document, "allocation").append(
        {**rows_of(document, "allocation")[3], "_id": "again", "allocation": '"ai"'}
    )
    document["numbers"]["risk_medium"] = 0.9
    document["sla_minutes"]["1"] = 9999
    document["topics"]["rose"] = "gardening"
    rows_of(document, "tiers").pop(0)
    found = dict(warnings(document))
    assert "contradicts" in found["again"]
    assert "medium risk" in found["risk_medium"]
    assert "more time" in found["1"]
    assert "no row asks for" in found["gardening"]
    assert "gap" in found[""]


@pytest.mark.parametrize("when", ["rand(10) > 5", "date('now') > 5", "amount > now()"])
def test_no_rule_may_throw_dice_or_read_a_clock(when: str) -> None:
    """R011: the same facts and version give the same outcome."""
    assert any(
        "which no rule may" in problem.message for problem in lint(changed("tiers", "complex", when=when))
    )
