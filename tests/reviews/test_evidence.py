"""Pure assembly: pieces of messages, reasons, handoffs, fields, words. No database."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.selectors.evidence import LONGEST, Mark, cut, message_views, mood_word
from reviews.selectors.handed import drafted_reply, field_views, handoff_view, step_views
from reviews.selectors.reasons import matrix_rows, meters, reason_views, rule_rows
from reviews.selectors.words import humanize, measure, pairs, percent, plain

texts = st.text(max_size=60)
marks = st.lists(
    st.builds(Mark, st.just(0), st.integers(-5, 80), st.integers(-5, 80), st.sampled_from("ABC")), max_size=6
)


@given(texts, marks)
def test_pieces_join_to_the_text_and_every_letter_stands_where_its_mark_is(
    text: str, given: list[Mark]
) -> None:
    pieces = cut(text, given)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
    at = 0
    for piece in pieces:
        for place in range(at, at + len(piece.text)):
            expected = {mark.letter for mark in given if mark.start <= place < mark.end}
            assert set(piece.letters) == expected
        at += len(piece.text)
    assert all(one.letters != two.letters for one, two in pairwise(pieces))


def test_overlapping_marks_share_a_piece() -> None:
    pieces = cut("abcdef", [Mark(0, 1, 4, "B"), Mark(0, 3, 5, "A")])
    assert [(p.text, p.letters) for p in pieces] == [
        ("a", ""),
        ("bc", "B"),
        ("d", "AB"),
        ("e", "A"),
        ("f", ""),
    ]


def test_a_very_long_message_is_cut_and_says_so() -> None:
    row = {
        "position": 0,
        "author": "customer",
        "text": "x" * (LONGEST + 1),
        "at": "2026-11-20T21:04:00+00:00",
    }
    (view,) = message_views([row], [], {}, [])
    assert view.pieces[-1].text.endswith("the message is longer")
    assert sum(len(piece.text) for piece in view.pieces) < LONGEST + 50


def test_characters_that_turn_or_hide_text_are_shown() -> None:
    """Safety T12: a reviewer reads what the machine reads."""
    row = {
        "position": 0,
        "author": "customer",
        "text": "pay \u202e0001\u202c now",
        "at": "2026-11-20T21:04:00+00:00",
    }
    (view,) = message_views([row], [Mark(0, 4, 9, "A")], {}, [])
    assert [(p.text, p.letters) for p in view.pieces] == [
        ("pay ", ""), ("⟨U+202E⟩0001", "A"), ("⟨U+202C⟩ now", "")
    ]  # fmt: skip
    assert plain({"to": "\u2066x\u2069"}) == '{"to": "⟨U+2066⟩x⟨U+2069⟩"}'


def test_moods_go_to_the_customers_messages_only() -> None:
    rows = [
        {"position": n, "author": author, "text": "t", "at": "2026-11-20T21:04:00+00:00"}
        for n, author in enumerate(["customer", "ai", "customer"])
    ]
    views = message_views(rows, [], {"ai": "AI, bot"}, [0.5, -0.7])
    assert [(view.name, view.mood) for view in views] == [
        ("customer", "pleased"), ("AI, bot", ""), ("customer", "very upset")
    ]  # fmt: skip
    assert mood_word(-0.3) == "upset"


def test_reasons_are_lettered_and_point_at_their_words_or_their_fields() -> None:
    found: list[dict[str, Any]] = [
        {"code": "DISTRESS", "text": "upset", "score": 0.8, "limit": 0.5,
         "spans": [{"message": 2, "start": 0, "end": 5}, {"message": -1, "start": 0, "end": 3}]},
        {"code": "AMBIGUOUS_INPUT", "text": "two sources disagree", "field": "amount", "values": ["84.20", "48.20"]},
    ]  # fmt: skip
    fields = [{"name": "amount", "message": 0, "start": 4, "end": 9}]
    views, where = reason_views(found, ["DISTRESS", "MANUAL_FLAG"], fields)
    assert [(v.letter, v.label, v.measure, v.passages) for v in views] == [
        ("A", "Distress", "80 %, limit 50 %", 1),
        ("B", "Ambiguous input", "", 1),
        ("C", "Flagged by a person", "", 0),
    ]
    assert views[1].text == "two sources disagree: 84.20 or 48.20"  # R022: both values are shown
    assert where == [Mark(2, 0, 5, "A"), Mark(0, 4, 9, "B")]


def test_the_policys_rows_and_cells_read_as_words() -> None:
    assert matrix_rows(
        [{"row": "emotional_nuance", "value": "empathy_or_crisis", "allocation": "human"}]
    ) == (("Emotional nuance", "empathy or crisis", "Person"),)
    assert rule_rows([{"table": "queues", "row": "own-queue", "text": "The type's own"}]) == (
        ("Own queue", "The type's own", "Where it goes"),
    )
    assert [(m.label, m.percent, m.says) for m in meters({"risk": 0.8, "distress": 0.1, "anomaly": None})] == [
        ("Distress", 10, "none"), ("Risk", 80, "high")
    ]  # fmt: skip


def test_a_step_is_done_failed_or_blocked() -> None:
    steps = [
        {"tool": "lookup", "ok": True, "result": {"rows": 1}},
        {"tool": "lookup", "ok": False, "result": "none found"},
        {"tool": "issue_credit", "ok": False, "result": "no"},
        "nonsense",
    ]
    assert [(s.mark, s.tool) for s in step_views(steps, ["lookup"])] == [
        ("done", "Lookup"), ("failed", "Lookup"), ("blocked", "Issue credit")
    ]  # fmt: skip
    assert step_views(None, []) == ()


def test_what_is_missing_from_a_handoff_is_named() -> None:
    """R069, R070."""
    view = handoff_view(
        {"proposed": {"action": "refund", "arguments": {"amount": 5, "text": "Sorry."}}, "told_customer": "Hello"},
        missing=["summary", "steps"], completeness=0.5, by="bot 1", cannot="", reply="default",
    )  # fmt: skip
    assert view.missing == ("summary", "what it tried")
    assert (view.completeness, view.wants, view.reply) == (50, "Refund: amount 5", "Sorry.")
    assert view.told_customer == ("Hello",)


@pytest.mark.parametrize(
    "package", [{}, {"proposed": None}, {"proposed": []}, {"proposed": {"arguments": "x"}}]
)
def test_a_malformed_proposal_drafts_nothing(package: dict[str, Any]) -> None:
    assert drafted_reply(package) == ""


def test_fields_show_the_surest_reading_the_tick_and_the_other_source() -> None:
    """R022, R028: below its own threshold it is marked; what another source says stands beside."""
    rows: list[dict[str, Any]] = [
        {"name": "amount", "value": "48.20", "confidence": 0.4},
        {"name": "amount", "value": "84.20", "confidence": 0.99},
        {"name": "when", "value": "yesterday", "confidence": None},
        {"name": "card", "value": "4417", "confidence": 0.7},
    ]
    amount, when, card = field_views(rows, {"amount": 0.9}, 0.8, {"f.card": "4418"})
    assert (amount.value, amount.percent, amount.threshold, amount.low, amount.other) == (
        "84.20",
        99,
        90,
        False,
        "48.20",
    )
    assert (when.percent, when.low) == (None, False)
    assert (card.low, card.draft, card.tick, card.bar) == (True, "4418", 44.8, 39.2)


@pytest.mark.parametrize(
    ("share", "shown"), [(0.999, 99), (0.001, 1), (0, 0), (1, 100), (None, None), (True, None), (1.7, 100)]
)
def test_a_share_is_never_rounded_into_certainty(share: object, shown: int | None) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("score", "limit", "said"),
    [(0.64, 0.95, "64 %, limit 95 %"), (84.2, 50, "84.20, limit 50"), (None, None, ""), (3, None, "3")],
)
def test_a_measure_is_said_against_its_limit(score: object, limit: object, said: str) -> None:
    assert measure(score, limit) == said


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    )
)
def test_any_value_from_outside_becomes_one_short_line(value: object) -> None:
    assert len(plain(value)) <= 400
    assert "\n" not in plain(value)
    assert all(label and line for label, line in pairs({"x": value}))


def test_codes_read_as_words() -> None:
    assert humanize("lookup_ledger.v2") == "Lookup ledger v2"
