"""The working order's one number."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalations.clocks import rank_at

T0 = datetime(2026, 11, 18, 9, tzinfo=UTC)
lefts = st.integers(-20_000, 20_000)


@given(st.integers(1, 4), st.integers(1, 4), lefts, lefts, st.integers(1, 20), st.integers(1, 20))
def test_graver_sooner_or_weightier_is_never_later_in_the_queue(
    a: int, b: int, left: int, other: int, weight: int, heavier: int
) -> None:
    """R053: raising severity, shrinking the time left or raising the weight never lowers the rank."""
    before = rank_at(
        severity=max(a, b), due_at=T0 + timedelta(minutes=max(left, other)), weight=min(weight, heavier)
    )
    after = rank_at(
        severity=min(a, b), due_at=T0 + timedelta(minutes=min(left, other)), weight=max(weight, heavier)
    )
    assert after <= before
