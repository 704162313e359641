"""A supervisor moves work, and only where rights, skills and room allow it (R108)."""

import pytest
from pytest_django.fixtures import Settings

from accounts.choices import EventKind
from accounts.errors import DomainError
from accounts.models import Event, User
from escalations.choices import AlertKind, CaseState
from escalations.errors import Conflict, Invalid, NotAllowed, Stale
from escalations.models import Alert, Case, Offer
from escalations.selectors.recounting import differences
from reviews.services.assigning import hand_out
from reviews.services.claim import claim_case, claim_next
from reviews.services.moving import assign_case, move_case
from tests.cast import Cast
from tests.escalations.cases import queued
from tests.people.floor import asks, fresh, on_leave, teach
from tests.reviews.deciding import decide
from tests.reviews.deciding import held as held_by
from tests.reviews.makers import waiting


@pytest.fixture
def case(cast: Cast) -> Case:
    return waiting(cast.case_type("faq_chat"), cast.acme_bot)


def last(case: Case) -> Event:
    event = Event.objects.filter(stream=case.pk).order_by("-seq").first()
    assert event is not None
    return event


def test_an_assigned_case_is_kept_for_its_person_and_comes_first(cast: Cast, case: Case) -> None:
    """R108: the event says who, to whom and from whom."""
    claim_case(case=case, actor=cast.finn)
    moved = assign_case(case=fresh(case), to=cast.fay, actor=cast.sunny)
    now = fresh(case)
    assert (now.state, now.reserved_by, now.holder) == (CaseState.QUEUED, cast.fay, None)
    assert now.version == moved.version
    event = last(case)
    assert (event.kind, event.actor_id) == (EventKind.CASE_ASSIGNED, str(cast.sunny.pk))
    assert (event.data["to"], event.data["from"]) == (cast.fay.pk, cast.finn.pk)
    assert Alert.objects.get(kind=AlertKind.ASSIGNED).people == [cast.fay.pk]
    waiting(cast.case_type("faq_chat"), cast.acme_bot, severity=1)
    assert claim_next(actor=cast.finn) != case
    taken = claim_next(actor=cast.person("fay"))
    assert taken is not None
    assert taken.pk == case.pk


def test_only_whoever_may_assign_there_may(cast: Cast, case: Case) -> None:
    for actor in (cast.fay, cast.ella, cast.adam):
        with pytest.raises(NotAllowed):
            assign_case(case=case, to=cast.finn, actor=actor)
        with pytest.raises(NotAllowed):
            move_case(case=case, queue=cast.queue("billing"), actor=actor)


def test_nobody_is_assigned_what_they_may_not_take(cast: Cast, case: Case) -> None:
    """R108: right, skill, and still with us."""
    with pytest.raises(Invalid, match="Frida"):
        assign_case(case=case, to=cast.frida, actor=cast.sunny)
    asks(cast.case_type("faq_chat"), chat=3)
    skilled = waiting(cast.case_type("faq_chat"), cast.acme_bot)
    with pytest.raises(Invalid, match="chat:3"):
        assign_case(case=skilled, to=teach(cast.fay, "chat", 2), actor=cast.sunny)
    User.objects.filter(pk=cast.finn.pk).update(is_active=False)
    with pytest.raises(Invalid, match="left"):
        assign_case(case=case, to=cast.person("finn"), actor=cast.sunny)


def test_nobody_is_assigned_more_than_they_can_carry(cast: Cast, case: Case, settings: Settings) -> None:
    """R108: what is held out to them already counts."""
    settings.HANDRAIL_MAX_CLAIMS = 2
    claim_case(case=waiting(cast.case_type("faq_chat"), cast.acme_bot), actor=cast.fay)
    assign_case(case=waiting(cast.case_type("faq_chat"), cast.acme_bot), to=cast.fay, actor=cast.sunny)
    with pytest.raises(Conflict, match="2 of 2"):
        assign_case(case=case, to=cast.fay, actor=cast.sunny)
    assert last(case).kind == EventKind.CASE_ROUTED


def test_a_large_case_needs_its_room_and_an_idle_person_always_has_it(cast: Cast, settings: Settings) -> None:
    settings.HANDRAIL_MAX_CLAIMS = 3
    big = cast.case_type("order_status")
    type(big).objects.filter(pk=big.pk).update(effort=5)
    large = waiting(big, cast.acme_bot, queue=cast.queue("frontline"))
    assert large.effort == 5
    claim_case(case=waiting(cast.case_type("faq_chat"), cast.acme_bot), actor=cast.fay)
    with pytest.raises(Conflict):
        assign_case(case=large, to=cast.fay, actor=cast.sunny)
    with pytest.raises(Conflict, match="room"):
        claim_case(case=large, actor=cast.fay)
    with pytest.raises(Conflict, match="next case takes more"):
        claim_next(actor=cast.fay)  # it is the next, and does not wait for ever behind small ones
    assign_case(case=large, to=cast.finn, actor=cast.sunny)


def test_whoever_is_out_of_office_is_stood_in_for(cast: Cast, case: Case) -> None:
    on_leave(cast.fay, delegate=cast.finn)
    assign_case(case=case, to=cast.fay, actor=cast.sunny)
    assert fresh(case).reserved_by == cast.finn
    assert last(case).data["instead_of"] == cast.fay.pk


def test_out_of_office_with_nobody_to_stand_in_is_said(cast: Cast, case: Case) -> None:
    on_leave(cast.fay)
    with pytest.raises(Invalid, match="out of office"):
        assign_case(case=case, to=cast.fay, actor=cast.sunny)
    on_leave(cast.finn, delegate=cast.sunny)
    on_leave(cast.sunny, delegate=cast.finn)
    with pytest.raises(Invalid, match="out of office"):  # two who stand in for each other
        assign_case(case=case, to=cast.finn, actor=cast.sunny)


def test_a_case_that_moved_on_is_not_moved(cast: Cast, case: Case) -> None:
    stale = fresh(case)
    claim_case(case=case, actor=cast.fay)
    with pytest.raises(Stale):
        assign_case(case=stale, to=cast.finn, actor=cast.sunny)
    with pytest.raises(Stale):
        move_case(case=stale, queue=cast.queue("billing"), actor=cast.sunny)
    assert fresh(case).holder == cast.fay


def test_a_moved_case_waits_in_its_new_queue_and_asks_what_that_asks(cast: Cast, case: Case) -> None:
    """R108."""
    asks(cast.queue("engineering"), networks=2)
    claim_case(case=case, actor=cast.fay)
    move_case(case=fresh(case), queue=cast.queue("engineering"), actor=cast.sunny)
    now = fresh(case)
    assert (now.state, now.queue.slug, now.tier, now.holder) == (CaseState.QUEUED, "engineering", 2, None)
    assert now.need != 0
    moved = Event.objects.get(stream=case.pk, kind=EventKind.CASE_MOVED)
    assert moved.data == {
        "from": "frontline", "tier_from": 1, "to": "engineering", "tier": 2, "holder": cast.fay.pk,
    }  # fmt: skip


def test_a_case_is_not_moved_where_one_leads_nobody(cast: Cast, case: Case) -> None:
    with pytest.raises(NotAllowed):
        move_case(case=case, queue=cast.queue("compliance"), actor=cast.sunny)  # tier 3
    with pytest.raises(Invalid):
        move_case(case=case, queue=cast.queue("frontline"), actor=cast.sunny)


def test_assigning_ends_the_offer_that_was_open(cast: Cast) -> None:
    case = waiting(cast.case_type("faq_chat"), cast.acme_bot, severity=1)
    hand_out()
    assign_case(case=fresh(case), to=cast.finn, actor=cast.sunny)
    assert Offer.objects.filter(case=case, outcome="").get().user == cast.finn
    hand_out()
    assert Offer.objects.filter(case=case, outcome="").get().user == cast.finn


def test_every_refusal_has_words(cast: Cast, case: Case) -> None:
    with pytest.raises(DomainError) as refused:
        assign_case(case=case, to=cast.frida, actor=cast.sunny)
    assert refused.value.message.endswith(".")


def test_the_clocks_of_what_was_assigned_or_moved_are_what_its_events_say(cast: Cast) -> None:
    """R055, R061, R108: out of the queue, out of somebody's hands, put aside; to a person, across, and a tier up."""
    held, waits, aside = (queued(cast, external_id=name) for name in ("held", "waits", "aside"))
    claim_case(case=held, actor=cast.sunny)
    decide(held_by(aside, cast.sunny), cast.sunny, verb="hold", note="Until the courier calls.")
    for case in (held, waits):
        assign_case(case=fresh(case), to=cast.ella, actor=cast.sunny)
    assert list(differences([held.pk, waits.pk, aside.pk])) == []
    for case, slug in ((held, "engineering"), (waits, "frontline"), (aside, "engineering")):
        place = cast.queue(slug if fresh(case).queue.slug != slug else "billing")
        move_case(case=fresh(case), queue=place, actor=cast.sunny)
    assert list(differences([held.pk, waits.pk, aside.pk])) == []
