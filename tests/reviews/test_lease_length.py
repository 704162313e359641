"""A claim lasts as long as the tier of its case says, however it came about (R058)."""

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db.models import F

from accounts.models import User
from escalations.models import Case, Decision, TierRule
from escalations.services.tiers import save_tier
from reviews.services.claim import claim_case, claim_next
from reviews.services.lease import heartbeat
from reviews.services.undo import undo_decision
from tests.cast import Cast
from tests.reviews.conftest import MakeCase
from tests.reviews.deciding import decide, held

pytestmark = pytest.mark.django_db
EVERYBODY, ACME = timedelta(seconds=1111), timedelta(seconds=2222)


@pytest.fixture(autouse=True)
def tiers(cast: Cast) -> None:
    """On every tier 1,111 seconds for everybody; for acme 2,222 on the first."""
    for rule in TierRule.objects.filter(client=None):
        rule.lease_seconds = int(EVERYBODY.total_seconds())
        save_tier(rule=rule, actor=None)
    own = TierRule(
        client=cast.acme, number=1, name="Front", owner=cast.sunny, dwell_minutes=60, lease_seconds=2222
    )
    save_tier(rule=own, actor=None)


def lasts(case: Case) -> timedelta:
    found: datetime = Case.objects.annotate(span=F("lease_until") - F("claimed_at")).get(pk=case.pk).span
    return found  # type: ignore[return-value]


def test_a_claim_lasts_as_its_tier_says(cast: Cast, new_case: MakeCase) -> None:
    """R058: the client's own rule before everybody's, by choice, next, and after a decision."""
    first, second, third = new_case(), new_case(), new_case()
    claim_case(case=first, actor=cast.fay)
    assert lasts(first) == ACME
    after = claim_next(actor=cast.fay)
    assert after is not None
    assert lasts(after) == ACME
    made = decide(Case.objects.get(pk=first.pk), cast.fay, stay=False)
    assert made.next is not None
    assert made.next.id in {second.pk, third.pk}
    assert lasts(Case.objects.get(pk=made.next.id)) == ACME


def test_on_a_higher_tier_everybodys_rule_holds_where_the_client_has_none(
    cast: Cast, new_case: MakeCase
) -> None:
    """R058; and taking an escalation back is a claim of the tier it comes back to."""
    case = held(new_case(), cast.fay)
    decide(case, cast.fay, verb="escalate", target="supervisors", reason="policy", note="Too large for me.")
    claim_case(case=Case.objects.get(pk=case.pk), actor=cast.sunny)
    assert lasts(case) == EVERYBODY


def test_taking_an_escalation_back_is_a_claim_of_the_tier_it_comes_back_to(
    cast: Cast, new_case: MakeCase
) -> None:
    """R058."""
    case = held(new_case(), cast.fay)
    decide(case, cast.fay, verb="escalate", target="supervisors", reason="policy", note="Too large for me.")
    undo_decision(decision_id=Decision.objects.get(case=case).pk, actor=cast.fay)
    assert lasts(case) == ACME


def test_activity_renews_a_claim_by_the_same_time_and_no_longer_than_the_cap(
    cast: Cast, new_case: MakeCase, settings: LazySettings
) -> None:
    case = held(new_case(), cast.fay)
    assert renewed(case, cast.fay) - ACME < timedelta(seconds=60)
    settings.HANDRAIL_LEASE_CAP_SECONDS = 300
    assert renewed(case, cast.fay) == timedelta(seconds=300)


def renewed(case: Case, who: User) -> timedelta:
    now = Case.objects.get(pk=case.pk)
    assert now.claimed_at is not None
    return heartbeat(ref=case.ref, actor=who, token=now.claim_token) - now.claimed_at
