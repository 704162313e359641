"""Nobody settles an amount above what their tiers may (R058)."""

from decimal import Decimal

import pytest

from accounts.models import User
from escalations.errors import Invalid, NotAllowed
from escalations.models import Case, Decision, TierRule
from reviews.services.claim import claim_case
from tests.cast import Cast
from tests.reviews.conftest import MakeCase
from tests.reviews.deciding import decide, held

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits() -> None:
    for tier, most in ((1, Decimal(100)), (2, Decimal(1000)), (3, None)):
        TierRule.objects.filter(client=None, number=tier).update(authority=most)


def corrected(case: Case, who: User, amount: str, verb: str = "correct") -> None:
    decide(
        case, who, verb=verb, disposition="answered", reason="facts", values={"amount": amount},
        error_types={"amount": "wrong_value"},
    )  # fmt: skip


@pytest.mark.parametrize("verb", ["correct", "override"])
def test_an_amount_above_ones_tiers_is_refused_with_words_and_nothing_is_kept(
    cast: Cast, new_case: MakeCase, verb: str
) -> None:
    """R058: beside the field, and the case stays in hand."""
    case = held(new_case(), cast.fay)
    with pytest.raises(Invalid) as refused:
        corrected(case, cast.fay, "EUR 100.01", verb)
    assert refused.value.errors == {
        "f.amount": "So much is settled on tier 2: put it back and escalate the case."
    }
    with pytest.raises(Invalid) as refused:
        corrected(case, cast.fay, "1000.01", verb)
    assert "tier 3" in refused.value.errors["f.amount"]
    assert not Decision.objects.filter(case=case).exists()
    case.refresh_from_db()
    assert case.holder == cast.fay


def test_what_ones_tiers_settle_goes_through(cast: Cast, new_case: MakeCase) -> None:
    """R058: up to the limit; a higher tier up to its own."""
    corrected(held(new_case(), cast.fay), cast.fay, "100.00")
    corrected(held(new_case(), cast.sunny), cast.sunny, "1000")
    corrected(held(new_case(), cast.ella), cast.ella, "999999")
    assert Decision.objects.count() == 3


def test_a_clients_own_limit_goes_before_everybodys(cast: Cast, new_case: MakeCase) -> None:
    """R058."""
    TierRule.objects.create(
        client=cast.acme, number=1, name="Front", owner=cast.sunny, dwell_minutes=60, authority=Decimal(500)
    )
    corrected(held(new_case(), cast.fay), cast.fay, "499")
    assert Decision.objects.count() == 1


def test_an_amount_that_is_no_number_is_asked_for(cast: Cast, new_case: MakeCase) -> None:
    """R058: "99 or 5k" must not pass as 99."""
    with pytest.raises(Invalid) as refused:
        corrected(held(new_case(), cast.fay), cast.fay, "99 or 5k")
    assert "as a number" in refused.value.errors["f.amount"]


def test_refusing_the_customer_settles_no_amount(cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    corrected(case, cast.fay, "5000", "reject")
    assert Decision.objects.get(case=case).verb == "reject"


def test_a_case_on_a_higher_tier_is_not_decided_from_below(cast: Cast, new_case: MakeCase) -> None:
    """R058: an amount above the first tier's entered on the second, where the frontline decides nothing."""
    case = new_case(tier=2)
    with pytest.raises(NotAllowed):
        claim_case(case=case, actor=cast.fay)
