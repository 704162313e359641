"""What is made wrong, when one is due, and how an answer is judged: pure (R094)."""

from random import Random
from uuid import uuid4

import pytest
import uuid6

from escalations.planting import (
    MOST,
    Truth,
    Wrong,
    altered,
    due_after,
    outcome_of,
    planted,
    planted_id,
    shown_id,
    wrong_of,
)
from tests.plants.makers import ACTION, FIELD, TEXT, TRUTH


def test_planted_ids_are_told_apart_and_no_page_shows_which_they_are() -> None:
    """R094: version 8 in the database, version 7 on the page; in the order of time like all others."""
    one, two = uuid6.uuid7(), planted_id()
    assert (planted(one), planted(two), planted(uuid4())) == (False, True, False)
    assert [shown_id(one), shown_id(two).version] == [one, 7]
    assert one.bytes[:6] <= two.bytes[:6]


def test_how_often_one_is_due_follows_the_agreed_rate_and_cannot_be_foreseen() -> None:
    """R094: geometric gaps whose mean is 1 / rate, the same each time it is asked, others under another secret."""
    gaps = [due_after("key", f"1:2:{n}", MOST) for n in range(4000)]
    assert gaps == [due_after("key", f"1:2:{n}", MOST) for n in range(4000)]
    assert 46 < sum(gaps) / len(gaps) < 54
    assert min(gaps) >= 1
    assert len(set(gaps)) > 100
    assert gaps[:50] != [due_after("other", f"1:2:{n}", MOST) for n in range(50)]


@pytest.mark.parametrize("value", ["120.75", "4471", "2026-10-05", "AB-1290"])
def test_an_altered_value_is_like_the_right_one_and_another(value: str) -> None:
    """R094: as long, the same digits or another day; never one that begins with a zero."""
    for seed in range(20):
        found = altered(value, Random(seed))
        assert found is not None
        assert found != value
        assert len(found) == len(value)
        assert not found.startswith("0")
    assert altered("Dana Quill", Random(1)) is None
    assert altered("7", Random(1)) is None
    assert altered("55", Random(1)) is None


def test_one_thing_is_wrong_and_whoever_reads_can_see_it() -> None:
    """R094: a field only where the customer's words hold the right value; another action that the agent could take; a
    category only where nothing else can be wrong.
    """
    found = {wrong_of(TRUTH, ["answer_customer", "lookup_ledger"], ["a"], Random(n)) for n in range(40)}
    assert {one.where for one in found if one} == {"action", "field"}
    for one in found:
        assert one is not None
        assert one.shown != one.right
        assert one.right in (TEXT if one.where == "field" else "answer_customer")
    unseen = Truth("a", "", {"amount": "999.10"}, (TEXT,))
    only = wrong_of(unseen, ["x"], ["a", "b"], Random(1))
    assert only == Wrong("category", "", "b", "a")
    assert wrong_of(unseen, ["x"], ["a"], Random(1)) is None


@pytest.mark.parametrize(
    ("wrong", "verb", "values", "outcome"),
    [
        (ACTION, "approve", {}, "missed"),
        (ACTION, "correct", {"amount": "1"}, "missed"),
        (ACTION, "override", {}, "caught"),
        (ACTION, "reject", {}, "caught"),
        (FIELD, "approve", {"amount": "102.75"}, "missed"),
        (FIELD, "correct", {"amount": "102.75", "other": "2"}, "missed"),
        (FIELD, "correct", {"amount": "120.75"}, "caught"),
        (Wrong("category", "", "b", "a"), "correct", {"amount": "3"}, "missed"),
        (Wrong("category", "", "b", "a"), "correct", {"category": "a"}, "caught"),
        (FIELD, "escalate", {}, "passed"),
        (FIELD, "return_to_ai", {}, "passed"),
        (FIELD, "request_info", {}, "passed"),
        (FIELD, "hold", {}, ""),
        (FIELD, "snooze", {}, ""),
    ],
)
def test_an_answer_is_missed_when_the_error_stands(
    wrong: Wrong, verb: str, values: dict[str, str], outcome: str
) -> None:
    """R094: what is passed on was not let stand, and counts so; what is put aside comes back."""
    assert outcome_of(wrong, verb, values) == outcome
