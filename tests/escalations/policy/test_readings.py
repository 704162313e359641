"""Single readings: amounts in text, values within a tolerance, numbers rounded the safe way."""

import pytest

from escalations.policy.readings import MOST, amount_in, clip, floor12, gap, slug


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", 12.0),
        ("12.50", 12.5),
        ("-12.50", 12.5),
        ("(12.50)", 12.5),
        ("$12.50", 12.5),
        ("12,50 €", 12.5),
        ("EUR 1.250,00", 1250.0),
        ("1,250.75", 1250.75),
        ("US$ 1,250", 1250.0),
        ("1.250", 1250.0),
        ("0.125", 0.125),
        ("1 250,00", 1250.0),
        ("₹ 12,34,567.00", 1234567.0),
        ("1e6", 1e6),
        ("٥٠٠", 500.0),
        ("9" * 40, MOST),
    ],
)
def test_amounts_are_read_with_either_decimal_mark(text: str, amount: float) -> None:
    assert amount_in(text) == (amount, True)


@pytest.mark.parametrize(
    "text", ["five", "5k", "10 to 20", "12.50 each", "nan", "inf", "x" * 65, "1.2.3.4 apples"]
)
def test_what_is_not_plainly_one_amount_is_not_readable(text: str) -> None:
    assert amount_in(text)[1] is False


@pytest.mark.parametrize(
    ("record", "request_", "far"),
    [
        ("100.00", "100", None),
        ("100.00", "101.00", None),
        ("100.00", "101.01", 0.0101),
        ("100.00", "USD 100.00", None),
        ("0", "0.01", None),
        ("0", "5", 1.0),
        ("100", "-100", 2.0),
        ("Paid", "paid ", None),
        ("completed", "disputed", 1.0),
        ("", "5", 1.0),
        ("", "", None),
    ],
)
def test_values_agree_within_the_tolerance(record: str, request_: str, far: float | None) -> None:
    """R026: one per cent, and a cent."""
    assert gap(record, request_, 0.01, 0.01) == far


def test_rounding_is_downward_and_exact_where_it_can_be() -> None:
    assert floor12(0.9) == 0.9
    assert floor12(0.8999999999999999) < 0.9
    assert floor12(1.0) == 1.0


def test_shown_text_is_short_and_clean() -> None:
    assert clip("a\x00b\ud800") == "a b?"
    assert len(clip("x" * 500)) == 80
    assert slug(" Billing-Dispute! ") == "billing_dispute"
