"""R009: an amount, identifier or date that is not in the evidence of the case is marked ungrounded."""

from typing import Any

import pytest

from escalations.triage.grounding import ungrounded
from escalations.triage.types import Extracted, Step
from tests.escalations.triage.cases import case

SAID = "I was charged $1,234.50 twice on 3 March 2026 for order ORD-55812. My mail is anna@example.org."


@pytest.mark.parametrize(
    "arguments",
    [
        {"amount": 1234.5},
        {"amount": "1234.50"},
        {"amount": "USD 1.234,50"},
        {"order": "ord 55812"},
        {"order": {"id": "ORD55812"}},
        {"date": "2026-03-03"},
        {"date": "03/03/2026"},
        {"note": "Refund $1,234.50 for the charge of March 3, 2026"},
        {"to": "Anna@example.org"},
        {"days": 7, "notify": True, "comment": None},
        {"asked_on": "2026-03-04"},
        {},
    ],
)
def test_what_the_customer_said_is_grounded(arguments: dict[str, Any]) -> None:
    assert ungrounded(case(SAID, proposed_arguments=arguments)) is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"amount": 1234.6}, "1234.6"),
        ({"refund": 12}, "refund 12"),
        ({"amount": 12345}, "12345"),
        ({"order": "ORD-55813"}, "ORD-55813"),
        ({"date": "2026-03-05"}, "2026-03-05"),
        ({"lines": [{"sku": "AX-9931"}]}, "AX-9931"),
        ({"iban": "DE89370400440532013000"}, "DE89370400440532013000"),
        ({"note": "We credit 20% of the price"}, "20%"),
        ({"to": "eve@example.org"}, "eve@example.org"),
        ({"customers": 5000}, "customers 5000"),
    ],
)
def test_what_nobody_said_is_not(arguments: dict[str, Any], words: str) -> None:
    signal = ungrounded(case(SAID, proposed_arguments=arguments))
    assert signal is not None
    assert signal.code == "ungrounded"
    assert signal.score == 1.0
    assert words in signal.words


def test_a_draft_of_the_ai_shows_where_it_invents() -> None:
    draft = "Dear Anna, we refund $1,234.50 for ORD-55812 and add $50 by 9 April."
    signal = ungrounded(case(SAID, ("ai", draft)))
    assert signal is not None
    assert [draft[s.start : s.end] for s in signal.spans] == ["9 April", "$50"]
    assert {s.message for s in signal.spans} == {1}


def test_results_of_tools_ground_but_failed_ones_do_not() -> None:
    arguments = {"amount": 77.25}
    found = Step("look_up", True, result={"orders": [{"total": "77.25"}]})
    failed = Step("look_up", False, result="would be 77.25")
    claimed = Step("look_up", True, arguments={"total": 77.25})
    assert ungrounded(case("Hi", steps=(found,), proposed_arguments=arguments)) is None
    assert ungrounded(case("Hi", steps=(failed,), proposed_arguments=arguments)) is not None
    assert ungrounded(case("Hi", steps=(claimed,), proposed_arguments=arguments)) is not None


def test_the_ai_cannot_ground_itself() -> None:
    said = ("ai", "The refund is 99.00 EUR.")
    signal = ungrounded(case("Refund please", said, proposed_arguments={"amount": 99}))
    assert signal is not None
    assert "amount 99" in signal.words


def test_fields_ground_where_they_are_the_input_and_not_where_the_ai_read_them() -> None:
    fields = (Extracted("total", "119.00"), Extracted("invoice_number", "INV-71"))
    arguments = {"amount": 119, "invoice": "INV-71"}
    as_data = case(channel="invoice", fields=fields, proposed_arguments=arguments)
    as_mail = case("Please pay my invoice.", fields=fields, proposed_arguments=arguments)
    assert ungrounded(as_data) is None
    assert ungrounded(as_mail) is not None


def test_what_is_on_record_grounds() -> None:
    arguments = {"account": "AC-99120"}
    assert ungrounded(case("Close it", proposed_arguments=arguments)) is not None
    assert ungrounded(case("Close it", proposed_arguments=arguments, known_facts=("AC-99120",))) is None


def test_deeply_nested_and_huge_arguments_do_no_harm() -> None:
    deep: dict[str, Any] = {}
    inner = deep
    for _ in range(5_000):
        inner["x"] = inner = {}
    assert ungrounded(case("Hi", proposed_arguments=deep)) is None
    huge = {"amount": 2**80, "rate": float("inf"), "part": float("nan"), "text": "9" * 100_000}
    signal = ungrounded(case("Hi", proposed_arguments=huge))
    assert signal is not None
    assert len(signal.words) <= 300
