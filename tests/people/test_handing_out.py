"""The desk hands critical cases out by itself: to one person, then to the next, in the end to the supervisor."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client as Browser
from pytest_django.fixtures import Settings

from accounts.choices import EventKind, PresenceState
from accounts.models import Event, Proficiency, User
from accounts.services.presence import set_presence
from accounts.services.roles import end_grant
from escalations.choices import AlertKind, CaseState
from escalations.models import Alert, Case, Offer, Queue
from escalations.transitions import touch
from reviews.selectors import pool
from reviews.selectors.load import capacity_of
from reviews.services.assigning import Handed, find_unroutable, hand_out
from reviews.services.claim import claim_case, claim_next
from reviews.services.lease import keep_next
from tests.cast import Cast
from tests.people.floor import asks, fresh, off_shift, on_leave, only, teach
from tests.reviews.makers import waiting


@pytest.fixture
def critical(cast: Cast) -> Case:
    return waiting(cast.case_type("faq_chat"), cast.acme_bot, severity=1)


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(stream=case.pk).order_by("seq").values_list("kind", flat=True))


def offered_to(case: Case) -> User | None:
    offer = Offer.objects.filter(case=case, outcome="").select_related("user").first()
    return offer.user if offer else None


def pass_time(case: Case, seconds: int) -> None:
    """Let the open offer of the case be that much older."""
    Offer.objects.filter(case=case, outcome="").update(
        expires_at=F("expires_at") - timedelta(seconds=seconds)
    )
    touch(Case.objects.filter(pk=case.pk), reserved_until=F("reserved_until") - timedelta(seconds=seconds))


def test_a_critical_case_is_offered_to_somebody_who_may_and_is_there(cast: Cast, critical: Case) -> None:
    """R054: within the loop's two seconds, to an eligible available person."""
    only(cast.fay)
    assert hand_out().offered == 1
    assert offered_to(critical) == cast.fay
    assert fresh(critical).reserved_by == cast.fay
    assert kinds(critical)[-1] == EventKind.CASE_OFFERED
    assert fresh(critical).state == CaseState.QUEUED
    notice = Alert.objects.get(kind=AlertKind.OFFER)
    assert notice.people == [cast.fay.pk]


def test_an_ordinary_case_is_not_pushed_unless_its_queue_pushes(cast: Cast) -> None:
    case = waiting(cast.case_type("faq_chat"), cast.acme_bot)
    assert hand_out().offered == 0
    Queue.objects.filter(slug="frontline").update(push=True)
    assert hand_out().offered == 1
    assert offered_to(case) is not None


@pytest.mark.parametrize("state", [s for s in PresenceState.values if s != PresenceState.AVAILABLE])
def test_nobody_who_is_not_available_is_asked(cast: Cast, critical: Case, state: str) -> None:
    only(cast.fay)
    set_presence(person=cast.fay, state=state, actor=cast.fay)
    assert hand_out().offered == 0


def test_nobody_off_shift_out_of_office_or_without_right_skill_or_room_is_asked(
    cast: Cast, critical: Case
) -> None:
    only(cast.fay, cast.frida, cast.finn, cast.sunny)  # frida works for the other client
    off_shift(cast.fay)
    on_leave(cast.finn)
    User.objects.filter(pk=cast.sunny.pk).update(capacity=0)
    assert hand_out().offered == 0
    User.objects.filter(pk=cast.sunny.pk).update(capacity=1)
    assert hand_out().offered == 1
    assert offered_to(critical) == cast.sunny


def test_a_skill_that_is_asked_for_is_needed_and_a_new_one_is_enough(cast: Cast) -> None:
    asks(cast.case_type("faq_chat"), chat=2)
    case = waiting(cast.case_type("faq_chat"), cast.acme_bot, severity=1)
    assert hand_out().offered == 0
    teach(cast.fay, "chat", 1)
    assert hand_out().offered == 0
    teach(cast.fay, "chat", 2)
    assert hand_out().offered == 1
    assert offered_to(case) == cast.fay


def test_one_person_is_offered_one_case_at_a_time(cast: Cast, critical: Case) -> None:
    only(cast.fay)
    second = waiting(cast.case_type("faq_chat"), cast.acme_bot, severity=1)
    assert hand_out().offered == 1
    assert hand_out().offered == 0
    assert offered_to(second) is None
    taken = claim_next(actor=cast.person("fay"))
    assert taken is not None
    assert taken.pk == critical.pk
    assert hand_out().offered == 1
    assert offered_to(second) == cast.fay
    assert Offer.objects.get(case=critical).outcome == "taken"


def test_what_is_offered_comes_first_and_to_nobody_else(cast: Cast) -> None:
    only(cast.fay)
    Queue.objects.filter(slug="frontline").update(push=True)
    low = waiting(cast.case_type("faq_chat"), cast.acme_bot, severity=4)
    hand_out()
    graver = waiting(cast.case_type("faq_chat"), cast.acme_bot, severity=2, queue=cast.queue("billing"))
    other = claim_next(actor=cast.finn)
    assert other is not None
    assert other.pk == graver.pk
    waiting(cast.case_type("faq_chat"), cast.acme_bot, severity=2, queue=cast.queue("billing"))
    taken = claim_next(actor=cast.person("fay"))
    assert taken is not None
    assert taken.pk == low.pk


def test_an_offer_whose_right_has_ended_is_not_taken_by_the_back_door(cast: Cast, critical: Case) -> None:
    """R079: rights count when they are used, not when the offer was made."""
    only(cast.fay)
    hand_out()
    for grant in cast.fay.grants.all():
        end_grant(grant=grant, actor=None)
    assert claim_next(actor=cast.person("fay")) is None


def test_looking_ahead_does_not_cut_an_offer_short(cast: Cast, critical: Case, settings: Settings) -> None:
    settings.HANDRAIL_OFFER_SECONDS = 3600
    only(cast.fay)
    hand_out()
    until = fresh(critical).reserved_until
    kept = keep_next(actor=cast.person("fay"))
    assert kept is not None
    assert fresh(critical).reserved_until == until


def test_an_offer_nobody_takes_goes_to_the_next_and_not_back(cast: Cast, critical: Case) -> None:
    """R054."""
    only(cast.fay, cast.finn)
    hand_out()
    first = offered_to(critical)
    assert first is not None
    pass_time(critical, 60)
    done = hand_out()
    assert (done.lapsed, done.offered) == (1, 1)
    second = offered_to(critical)
    assert {first, second} == {cast.fay, cast.finn}
    pass_time(critical, 60)
    done = hand_out()
    assert (done.lapsed, done.offered) == (1, 0)  # both were asked
    assert fresh(critical).reserved_by is None
    assert kinds(critical).count(EventKind.CASE_OFFER_LAPSED) == 2


def test_the_supervisor_is_paged_once_when_nobody_took_it_in_time(
    cast: Cast, critical: Case, settings: Settings
) -> None:
    """R054: else the supervisor is paged."""
    only(cast.fay)
    assert hand_out().paged == 0
    settings.HANDRAIL_CRITICAL_SECONDS = -1  # a moment ago was too long ago
    assert hand_out().paged == 1
    assert hand_out().paged == 0
    alert = Alert.objects.get(kind=AlertKind.WAITING_CRITICAL)
    assert (alert.case_id, alert.count, alert.severity) == (critical.pk, 1, 1)


def test_nobody_is_paged_for_a_case_that_was_taken(cast: Cast, critical: Case, settings: Settings) -> None:
    claim_case(case=critical, actor=cast.fay)
    settings.HANDRAIL_CRITICAL_SECONDS = -1
    assert hand_out() == Handed(0, 0, 0)


def test_a_person_whose_hands_are_full_is_not_asked(cast: Cast, critical: Case) -> None:
    only(cast.fay)
    for _ in range(capacity_of(cast.fay)):
        claim_case(case=waiting(cast.case_type("faq_chat"), cast.acme_bot), actor=cast.fay)
    assert hand_out().offered == 0


class TestUnroutable:
    """A waiting case that nobody could take is a state of its own, told once, over by itself."""

    @pytest.fixture
    def case(self, cast: Cast) -> Case:
        asks(cast.case_type("faq_chat"), klingon=2)
        return waiting(cast.case_type("faq_chat"), cast.acme_bot)

    def test_it_is_marked_told_once_and_ends_when_somebody_can(self, cast: Cast, case: Case) -> None:
        twin = waiting(cast.case_type("faq_chat"), cast.acme_bot)
        other = waiting(cast.case_type("order_status"), cast.acme_bot)
        assert find_unroutable() == (2, 0)
        assert find_unroutable() == (0, 0)
        assert fresh(case).unroutable_since is not None
        assert fresh(twin).unroutable_since is not None
        assert fresh(other).unroutable_since is None
        alert = Alert.objects.get(kind=AlertKind.UNROUTABLE)
        assert alert.count == 1
        assert alert.data["asks"] == ["klingon:2"]
        teach(cast.fay, "klingon")
        assert find_unroutable() == (0, 2)
        assert fresh(case).unroutable_since is None
        assert kinds(case)[-2:] == [EventKind.CASE_UNROUTABLE, EventKind.CASE_ROUTABLE]
        alert.refresh_from_db()
        assert alert.ended_at is not None

    def test_that_everybody_is_at_lunch_is_not_that(self, cast: Cast) -> None:
        waiting(cast.case_type("faq_chat"), cast.acme_bot)
        only()
        assert find_unroutable() == (0, 0)

    def test_out_of_office_counts_as_nobody(self, cast: Cast, case: Case) -> None:
        teach(cast.fay, "klingon")
        assert find_unroutable() == (0, 0)
        on_leave(cast.fay)
        assert find_unroutable() == (1, 0)

    def test_a_case_that_was_taken_after_all_is_marked_no_longer(self, cast: Cast, case: Case) -> None:
        find_unroutable()
        claim_case(case=fresh(case), actor=teach(cast.fay, "klingon"))
        Proficiency.objects.all().delete()
        find_unroutable()
        assert fresh(case).unroutable_since is None


def test_the_time_of_a_page_runs_from_when_the_case_began_to_wait_for_people(
    cast: Cast, critical: Case
) -> None:
    """Not from its arrival, and not from the last thing that was said about it."""
    began = Event.objects.get(stream=critical.pk, kind=EventKind.CASE_ROUTED).at
    hand_out()
    assert Event.objects.filter(stream=critical.pk, kind=EventKind.CASE_OFFERED).exists()
    assert pool.critical().get().waits_since == began  # type: ignore[attr-defined]
    assert not pool.critical(timedelta(minutes=1)).exists()


def test_the_queue_page_says_what_is_offered_and_until_when(cast: Cast, critical: Case) -> None:
    only(cast.fay)
    hand_out()
    browser = Browser()
    browser.force_login(cast.fay)
    page = browser.get("/queue/")
    [offer] = page.context["q"].offers
    assert (offer.ref, offer.until) == (critical.ref, Offer.objects.get().expires_at)
    assert "Offered to you" in page.content.decode()
    assert browser.post(offer.take_url).status_code == 303
    assert fresh(critical).holder == cast.fay
    assert browser.get("/queue/").context["q"].offers == ()
