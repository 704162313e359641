"""What the review page says and how; the values come from shapes made by hand."""

import dataclasses
import re

import pytest

from reviews.selectors.shapes import FieldView, MessageView, Piece
from tests.screens.screens import HANDOFF, NOW, page, screen, stranger

CASE = "reviews/case.html"


def shown(**changes: object) -> str:
    """The page of `screen(**changes)`."""
    return page(CASE, c=screen(**changes))


def order(html: str, *headings: str) -> list[int]:
    return [html.index(f">{heading}<") for heading in headings]


def test_the_order_of_the_page_is_the_argument() -> None:
    """R069: why it came, the customer's words, what was tried and proposed, rules, precedent, the reply."""
    found = order(
        shown(), "Why this came to you", "Conversation", "What it already tried", "What it proposes",
        "Fields", "Policy that applies", "Similar cases", "Suggested reply",
    )  # fmt: skip
    assert found == sorted(found)


def test_no_verb_is_chosen_for_the_reviewer() -> None:
    html = shown(draft={"verb": "approve", "note": "half done"})
    assert 'name="verb"' in html
    assert not re.search(r'name="verb"[^>]*checked', html)
    assert "half done" in html


def test_after_an_error_everything_that_was_sent_is_there_again() -> None:
    sent = screen(draft={"verb": "correct", "disposition": "refused"})
    html = page(CASE, c=sent, errors={"e.day": "Say what was wrong."})
    assert re.search(r'value="correct"[^>]*checked', html)
    assert '<option value="refused" selected>' in html
    assert "Say what was wrong." in html
    assert "novalidate" in html


def test_only_the_verbs_of_the_case_are_offered() -> None:
    assert re.findall(r'name="verb" value="(\w+)"', shown()) == ["approve", "correct"]


def test_every_value_the_ai_read_is_filled_in_and_can_be_changed() -> None:
    """R003, R022: value, confidence against its own threshold, and what a second source says."""
    html = shown()
    assert '<input id="f-amount" name="f.amount" form="decide" value="84.20"' in html
    assert "71%" in html
    assert "below 90%" in html
    assert "Another source says" in html
    assert 'name="e.day"' in html


def test_a_draft_stands_in_the_field_and_the_row_says_it_is_changed() -> None:
    day = FieldView("day", "Day", "2026-10-05", 71, 90, True, 39.8, 50.4, draft="2026-10-03")
    html = shown(fields=(day,))
    assert "<tr data-low data-changed>" in html
    assert 'value="2026-10-03" data-field="Day" data-was="2026-10-05"' in html


def test_a_reason_and_its_passage_carry_the_same_letter() -> None:
    html = shown()
    assert 'data-ev="A" data-n="1" data-key="1"' in html
    assert '<mark data-reason="A">Third time<sup>A</sup></mark>' in html


def test_what_a_customer_writes_is_text_and_never_markup() -> None:
    evil = '<img src=x onerror="alert(1)"><div hx-get="/x" hx-trigger="load">'
    message = MessageView(0, "customer", evil, NOW, (Piece(evil), Piece(evil, "A")))
    html = shown(
        title=evil, messages=(message,), customer=((evil, evil),),
        handoff=dataclasses.replace(HANDOFF, summary=evil),
        fields=(FieldView("x", evil, evil, None, 90, False, 0, 50),),
    )  # fmt: skip
    assert "<img" not in html
    assert '<div hx-get="/x"' not in html


def test_a_handoff_says_what_is_missing() -> None:
    """R070."""
    html = shown(handoff=dataclasses.replace(HANDOFF, missing=("the open question",), completeness=86))
    assert "86 % complete" in html
    assert "Missing: the open question" in html


def test_a_case_without_anything_says_so_part_by_part() -> None:
    html = shown(handoff=None, messages=(), fields=(), steps=(), reasons=(), customer=(), due_at=None)
    for words in ("The agent sent no summary", "No transcript came", "without trying a step", "No deadline"):
        assert words in html


@pytest.mark.parametrize(
    ("mode", "says"), [("reading", "Read only"), ("lost", "Your draft is kept"), ("done", "Credited")]
)
def test_whoever_does_not_hold_the_case_has_no_decision_bar(mode: str, says: str) -> None:
    html = shown(mode=mode, decision="Approved: Credited.", actions=frozenset({"claim"}))
    assert 'id="decide"' not in html
    assert "Claim this case" in html or "Take it again" in html
    assert says in html


def test_a_lost_case_still_shows_what_was_typed() -> None:
    html = shown(mode="lost", draft={"note": "Spoke with the processor"}, actions=frozenset({"claim"}))
    assert "Spoke with the processor" in html


def test_the_proposal_waits_for_an_own_judgement_when_the_risk_is_high() -> None:
    assert " data-judge " in shown(judge_first=True)
    assert " data-judge " not in shown()


def test_a_reserved_case_says_so_until_it_is_opened() -> None:
    html = page("reviews/parts/_case.html", c=screen(claim_token=0, lease_until=None))
    assert "Reserved for you" in html
    assert html.startswith('<article id="case"')


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_says_what_happened_to_anybody(template: str) -> None:
    assert "<h1>" in stranger(template)
    assert "<h1>" in page(template)
