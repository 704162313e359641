"""Claiming: a lease with a fencing token, in working order, one holder at a time."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db.models.functions import Now

from accounts.models import Event
from accounts.services.roles import give_grant
from escalations.errors import Conflict, NotAllowed, Stale
from escalations.models import Case
from reviews.selectors.lanes import lanes_to_claim, takes_anything
from reviews.services.claim import claim_case, claim_next, take_over
from reviews.services.lease import heartbeat, release_case, reserve_next, skip_case
from reviews.services.sweep import expire_leases
from tests.cast import Cast
from tests.reviews.conftest import MakeCase, statements


def run_out(case: Case) -> None:
    """The lease is over, as the database's clock sees it."""
    Case.objects.filter(pk=case.pk).update(lease_until=Now() - timedelta(seconds=1))


def test_the_gravest_case_is_claimed_first_then_the_one_due_first(cast: Cast, new_case: MakeCase) -> None:
    """R053, R050: severity, then time left."""
    later = new_case(severity=3, due_in=timedelta(hours=5))
    sooner = new_case(severity=3, due_in=timedelta(hours=1))
    grave = new_case(severity=1, due_in=timedelta(days=2))
    order = [claim_next(actor=cast.fay) for _ in range(3)]
    assert [case.pk for case in order if case] == [grave.pk, sooner.pk, later.pk]


def test_whoever_may_take_anything_takes_from_all_queues_and_tiers_in_one_order(
    cast: Cast, new_case: MakeCase
) -> None:
    """The shorter walk gives what the lanes would: R050, and what is kept for seniors in its turn (R013)."""
    assert takes_anything(lanes_to_claim(cast.ella))
    assert not any(takes_anything(lanes_to_claim(person)) for person in (cast.fay, cast.finn, cast.sunny))
    waiting = [
        new_case(due_in=timedelta(hours=3), tier=3),
        new_case("order_status", due_in=timedelta(hours=2), senior_only=True),
        new_case(due_in=timedelta(hours=1), client="birch"),
    ]
    order = [claim_next(actor=cast.ella) for _ in waiting]
    assert [case.pk for case in order if case] == [case.pk for case in reversed(waiting)]


def test_a_claim_is_one_version_one_event_and_a_lease(cast: Cast, new_case: MakeCase) -> None:
    waiting = new_case()
    claimed = claim_next(actor=cast.fay)
    assert claimed is not None
    assert (claimed.state, claimed.holder, claimed.version) == ("claimed", cast.fay, waiting.version + 1)
    assert claimed.claim_token == 1
    assert claimed.lease_until is not None
    told = Event.objects.get(stream=claimed.pk, kind="case.claimed")
    assert (told.version, told.actor_id) == (claimed.version, str(cast.fay.pk))


def test_nobody_is_offered_a_case_outside_their_clients_queues_and_tiers(
    cast: Cast, new_case: MakeCase
) -> None:
    """R137, R046."""
    new_case(client="birch")
    new_case("order_status")  # in operations, not one of Fay's queues
    new_case(tier=2)
    assert claim_next(actor=cast.fay) is None
    assert claim_next(actor=cast.finn) is not None


def test_only_senior_people_are_offered_what_is_kept_for_them(cast: Cast, new_case: MakeCase) -> None:
    """R013: human-only and other complex work goes to people with the senior or SME role."""
    kept, risky = new_case(senior_only=True), new_case(risk="high")
    assert claim_next(actor=cast.fay) is None
    for case in (kept, risky):
        with pytest.raises(NotAllowed, match="senior"):
            claim_case(case=case, actor=cast.fay)
    assert {claim_next(actor=cast.ella), claim_next(actor=cast.ella)} == {kept, risky}


def test_high_risk_may_be_opened_to_everybody_by_a_setting(
    cast: Cast, new_case: MakeCase, settings: LazySettings
) -> None:
    settings.HANDRAIL_HIGH_RISK_NEEDS_SENIOR = False
    risky = new_case(risk="high")
    assert claim_next(actor=cast.fay) == risky


def test_an_auditor_an_admin_and_a_stranger_claim_nothing(cast: Cast, new_case: MakeCase) -> None:
    case = new_case()
    for person in (cast.audrey, cast.adam, cast.stan, cast.quinn):
        assert claim_next(actor=person) is None
        with pytest.raises(NotAllowed):
            claim_case(case=case, actor=person)


def test_a_second_reviewer_is_told_who_has_the_case(cast: Cast, new_case: MakeCase) -> None:
    """P3."""
    case = new_case()
    claim_case(case=case, actor=cast.fay)
    with pytest.raises(Stale, match=r"Fay E\. has AC-") as refused:
        claim_case(case=case, actor=cast.finn)
    assert refused.value.extra["who"] == "Fay E."
    assert claim_case(case=case, actor=cast.fay).claim_token == 1  # claiming one's own again changes nothing


def test_nobody_holds_more_than_the_limit(cast: Cast, new_case: MakeCase, settings: LazySettings) -> None:
    settings.HANDRAIL_MAX_CLAIMS = 2
    cases = [new_case() for _ in range(3)]
    assert claim_next(actor=cast.fay)
    assert claim_next(actor=cast.fay)
    with pytest.raises(Conflict, match="2 cases already"):
        claim_next(actor=cast.fay)
    with pytest.raises(Conflict, match="2 cases already"):
        claim_case(case=cases[2], actor=cast.fay)


def test_a_skipped_case_is_not_offered_to_that_person_again(cast: Cast, new_case: MakeCase) -> None:
    case = new_case()
    claim_next(actor=cast.fay)
    skip_case(case=case, actor=cast.fay, reason="language")
    assert claim_next(actor=cast.fay) is None
    assert claim_next(actor=cast.finn) == case


def test_the_third_skip_asks_a_supervisor_to_watch(cast: Cast, new_case: MakeCase) -> None:
    case = new_case()
    for person in (cast.fay, cast.finn, cast.sunny):
        case.refresh_from_db()
        assert not case.oversee
        claim_case(case=case, actor=person)
        skip_case(case=case, actor=person, reason="I do not read Tagalog")
    case.refresh_from_db()
    assert case.oversee
    data = Event.objects.filter(stream=case.pk, kind="case.skipped").latest("seq").data
    assert data == {"reason": "other", "skips": 3}


def test_a_lease_that_ran_out_goes_back_by_itself(cast: Cast, new_case: MakeCase) -> None:
    case = new_case()
    claim_next(actor=cast.fay)
    run_out(case)
    assert expire_leases() == 1
    assert expire_leases() == 0
    case.refresh_from_db()
    assert (case.state, case.holder, case.lease_until) == ("queued", None, None)
    told = Event.objects.get(stream=case.pk, kind="case.lease_expired")
    assert told.actor_kind == "system"


def test_a_case_is_offered_the_moment_its_lease_ends_without_waiting_for_the_sweeper(
    cast: Cast, new_case: MakeCase
) -> None:
    """Liveness: any claimable case in scope is offered within a second of its lease's end."""
    case = new_case()
    claim_next(actor=cast.fay)
    run_out(case)
    assert claim_next(actor=cast.finn) == case


def test_only_a_live_page_with_the_current_token_renews_a_lease(cast: Cast, new_case: MakeCase) -> None:
    case = new_case()
    token = claim_case(case=case, actor=cast.fay).claim_token
    Case.objects.filter(pk=case.pk).update(lease_until=Now() + timedelta(seconds=30))
    until = heartbeat(ref=case.ref, actor=cast.fay, token=token)
    case.refresh_from_db()
    assert case.lease_until == until
    for actor, wrong in ((cast.fay, token + 1), (cast.finn, token)):
        with pytest.raises(Stale):
            heartbeat(ref=case.ref, actor=actor, token=wrong)
    run_out(case)
    with pytest.raises(Stale):
        heartbeat(ref=case.ref, actor=cast.fay, token=token)


def test_no_heartbeat_carries_a_lease_over_its_cap(
    cast: Cast, new_case: MakeCase, settings: LazySettings
) -> None:
    case = new_case()
    token = claim_case(case=case, actor=cast.fay).claim_token
    Case.objects.filter(pk=case.pk).update(claimed_at=Now() - timedelta(seconds=3500))
    until = heartbeat(ref=case.ref, actor=cast.fay, token=token)
    case.refresh_from_db()
    assert case.claimed_at is not None
    assert until == case.claimed_at + timedelta(seconds=settings.HANDRAIL_LEASE_CAP_SECONDS)
    Case.objects.filter(pk=case.pk).update(
        claimed_at=Now() - timedelta(seconds=3700), lease_until=Now() - timedelta(seconds=100)
    )
    with pytest.raises(Stale):
        heartbeat(ref=case.ref, actor=cast.fay, token=token)


def test_only_the_holder_gives_a_case_back(cast: Cast, new_case: MakeCase) -> None:
    case = new_case()
    claim_case(case=case, actor=cast.fay)
    with pytest.raises(Stale):
        release_case(case=case, actor=cast.finn)
    release_case(case=case, actor=cast.fay)
    assert claim_next(actor=cast.finn) == case


def test_a_supervisor_takes_over_and_the_old_token_is_worth_nothing(cast: Cast, new_case: MakeCase) -> None:
    """P4."""
    case = new_case()
    token = claim_case(case=case, actor=cast.fay).claim_token
    case.refresh_from_db()
    with pytest.raises(NotAllowed):
        take_over(case=case, actor=cast.finn)
    taken = take_over(case=case, actor=cast.sunny)
    assert taken.claim_token == token + 1
    with pytest.raises(Stale):
        heartbeat(ref=case.ref, actor=cast.fay, token=token)
    told = Event.objects.get(stream=case.pk, kind="case.taken_over")
    assert told.data == {"from": cast.fay.pk}


def test_a_reserved_case_is_nobody_elses_until_the_reservation_ends(cast: Cast, new_case: MakeCase) -> None:
    case = new_case()
    version = case.version
    assert reserve_next(actor=cast.fay) == case
    assert reserve_next(actor=cast.fay) == case  # renewed, not added to
    assert claim_next(actor=cast.finn) is None
    with pytest.raises(Stale, match=r"Fay E\."):
        claim_case(case=case, actor=cast.finn)
    case.refresh_from_db()
    assert case.version == version  # seen is not opened: nothing is recorded
    Case.objects.filter(pk=case.pk).update(reserved_until=Now() - timedelta(seconds=1))
    assert claim_next(actor=cast.finn) == case


def test_one_case_is_reserved_at_a_time_even_when_a_graver_one_arrives(
    cast: Cast, new_case: MakeCase
) -> None:
    first = new_case()
    assert reserve_next(actor=cast.fay) == first
    graver = new_case(severity=1)
    assert reserve_next(actor=cast.fay) == first
    assert claim_next(actor=cast.finn) == graver


def test_nothing_is_reserved_during_a_break(cast: Cast, new_case: MakeCase) -> None:
    new_case()
    person = cast.fay
    person.on_break_since = Case.objects.get().created_at
    assert reserve_next(actor=person) is None


def test_claiming_costs_three_statements_and_reserving_two(cast: Cast, new_case: MakeCase) -> None:
    for _ in range(3):
        new_case()
    lanes_to_claim(cast.fay)  # the request has loaded her grants
    with statements(3):
        claim_next(actor=cast.fay)
    with statements(2):
        reserve_next(actor=cast.fay)


def test_everyone_with_two_grants_gets_the_union_of_both(cast: Cast, new_case: MakeCase) -> None:
    give_grant(to=cast.fay, role="sme", client=cast.birch, queues=["billing"], actor=None)
    fay = cast.person("fay")
    hers = new_case(client="birch", risk="high", tier=3)
    new_case(risk="high")  # her senior rights end at Birch
    assert claim_next(actor=fay) == hers
    assert claim_next(actor=fay) is None
