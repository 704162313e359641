"""What people said the customer wants (R096), without a database."""

import uuid

import pytest

from reviews.services.learning.labels import held_out, label_of, slug

LABELS = ("billing_dispute", "duplicate_charge")


def change(field: str = "amount", after: str = "48.20", error_type: str = "wrong_value") -> dict[str, str]:
    return {"field": field, "after": after, "error_type": error_type}


@pytest.mark.parametrize(
    ("verb", "corrections", "label"),
    [
        ("approve", [], ("billing_dispute", "confirmed")),
        ("correct", [change()], ("billing_dispute", "confirmed")),
        ("correct", [change("category", "Duplicate charge")], ("duplicate_charge", "corrected")),
        ("override", [change("category", "duplicate_charge")], ("duplicate_charge", "corrected")),
        ("correct", [change("category", "weather")], ("", "")),
        ("correct", [change(error_type="wrong_category")], ("", "")),
        ("override", [], ("", "")),
        ("reject", [], ("", "")),
    ],
)
def test_a_decision_says_a_category_or_says_none(
    verb: str, corrections: list[dict[str, str]], label: tuple[str, str]
) -> None:
    """R096: who overrides says that the answer was wrong, and nothing about the category."""
    assert label_of(verb, "billing_dispute", corrections, LABELS) == label


def test_without_an_answer_of_the_ai_nothing_is_confirmed() -> None:
    assert label_of("approve", "", [], LABELS) == ("", "")


def test_a_fifth_of_the_cases_only_test_whoever_asks() -> None:
    """R096: a model is compared on cases that no model ever learned from."""
    cases = [uuid.UUID(int=n) for n in range(5_000)]
    share = sum(map(held_out, cases)) / len(cases)
    assert 0.17 < share < 0.23
    assert [held_out(one) for one in cases] == [held_out(uuid.UUID(str(one))) for one in cases]


@pytest.mark.parametrize("text", ["", "  ", "???", "日本"])
def test_what_names_no_category_is_none(text: str) -> None:
    assert slug(text) == ""
