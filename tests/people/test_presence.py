"""Presence: said by people, noticed by us, ended by signing out; each change an event, none of it on the hot path."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client as Browser
from django.utils import timezone

from accounts.choices import EventKind, PresenceState
from accounts.ledger import stream_of
from accounts.models import Event, Presence, User
from accounts.services import presence as presences
from accounts.services.presence import set_presence
from reviews.services.lease import keep_next
from reviews.services.presence import sweep_presence
from tests.cast import PASSWORD, Cast
from tests.people.floor import only
from tests.reviews.deciding import decide, held
from tests.reviews.makers import waiting


def signed(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def said(person: User) -> list[tuple[str, str]]:
    stream = stream_of("user", person.pk)
    events = Event.objects.filter(stream=stream, kind=EventKind.PRESENCE_CHANGED).order_by("seq")
    return [(event.data["to"], event.data["because"]) for event in events]


def unseen_for(person: User, minutes: int) -> None:
    Presence.objects.filter(user=person).update(last_seen=Now() - timedelta(minutes=minutes))


@pytest.fixture(autouse=True)
def _everybody_was_just_seen(cast: Cast) -> None:
    """The cast was made when the test run began, which may be long ago."""
    Presence.objects.update(last_seen=Now())


@pytest.mark.parametrize("state", PresenceState.values)
def test_a_person_says_where_they_are(cast: Cast, state: str) -> None:
    answer = signed(cast.fay).post("/queue/presence/", {"state": state, "back": "/preferences/"})
    assert (answer.status_code, answer["Location"]) == (303, "/preferences/")
    person = cast.person("fay")
    assert person.presence == person.presence_row.state == state
    takes = state in (PresenceState.AVAILABLE, PresenceState.BUSY)
    assert (person.on_break_since is None) is takes
    assert said(cast.fay) == ([] if state == "available" else [(state, "said")])


def test_a_word_that_is_no_presence_and_a_way_back_that_is_not_ours_are_refused(cast: Cast) -> None:
    page = signed(cast.fay)
    assert page.post("/queue/presence/", {"state": "asleep"}).status_code == 422
    assert cast.person("fay").presence == PresenceState.AVAILABLE
    for back in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", ""):
        assert page.post("/queue/presence/", {"state": "busy", "back": back})["Location"] == "/queue/"


def test_a_break_is_being_away(cast: Cast) -> None:
    page = signed(cast.fay)
    page.post("/queue/break/")
    assert cast.person("fay").presence == PresenceState.AWAY
    waiting(cast.case_type("faq_chat"), cast.acme_bot)
    assert keep_next(actor=cast.person("fay")) is None
    page.post("/queue/break/", {"on_break": "0"})
    assert cast.person("fay").presence == PresenceState.AVAILABLE


def test_signing_in_and_out_say_it_too(cast: Cast) -> None:
    only()
    browser = Browser()
    browser.post("/accounts/login/", {"login": "fay@example.test", "password": PASSWORD})
    assert cast.person("fay").presence == PresenceState.AVAILABLE
    browser.post("/accounts/logout/")
    assert cast.person("fay").presence == PresenceState.OFFLINE
    assert said(cast.fay)[-2:] == [("available", "signed_in"), ("offline", "signed_out")]


def test_signing_in_does_not_end_what_one_said_before(cast: Cast) -> None:
    set_presence(person=cast.fay, state=PresenceState.TRAINING, actor=cast.fay)
    Browser().post("/accounts/login/", {"login": "fay@example.test", "password": PASSWORD})
    assert cast.person("fay").presence == PresenceState.TRAINING


def test_whoever_works_no_cases_is_not_made_available(cast: Cast) -> None:
    only()
    Browser().post("/accounts/login/", {"login": "adam@example.test", "password": PASSWORD})
    assert cast.person("adam").presence == PresenceState.OFFLINE


def test_whoever_shows_no_page_is_away(cast: Cast) -> None:
    unseen_for(cast.fay, 11)
    unseen_for(cast.finn, 9)
    assert sweep_presence() == 1
    assert cast.person("fay").presence == PresenceState.AWAY
    assert said(cast.fay) == [("away", "unseen")]
    assert cast.person("finn").presence == PresenceState.AVAILABLE


def test_whoever_decides_is_there_without_telling_us(cast: Cast) -> None:
    decide(held(waiting(cast.case_type("faq_chat"), cast.acme_bot), cast.fay), cast.fay)
    unseen_for(cast.fay, 11)
    assert sweep_presence() == 0


def test_being_seen_is_noted_once_a_minute(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presences, "_seen", {})
    unseen_for(cast.fay, 30)
    page = signed(cast.fay)
    page.get("/queue/")
    first = Presence.objects.get(user=cast.fay).last_seen
    assert timezone.now() - first < timedelta(minutes=1)
    page.get("/queue/")
    assert Presence.objects.get(user=cast.fay).last_seen == first


def test_a_page_in_use_is_a_sign_and_an_open_one_is_not(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the page: each comes for a ticket every few minutes and says when it was last used."""
    monkeypatch.setattr(presences, "_seen", {})
    unseen_for(cast.sunny, 30)
    page = signed(cast.sunny)
    page.get("/queue/", headers={"X-Live": "1"})
    for used in (40 * 60_000, "NaN", "-5", "9" * 40, "", "٣"):
        assert page.get("/live/ticket", {"used": used}).status_code == 200
    assert sweep_presence() == 1
    set_presence(person=cast.sunny, state=PresenceState.AVAILABLE, actor=None)
    page.get("/live/ticket", {"used": 4 * 60_000})
    ago = timezone.now() - Presence.objects.get(user=cast.sunny).last_seen
    assert timedelta(minutes=4) <= ago < timedelta(minutes=5)
    assert sweep_presence() == 0


def test_two_processes_note_it_once_a_minute_between_them(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Presence.objects.get(user=cast.fay).last_seen
    monkeypatch.setattr(presences, "_seen", {})
    presences.seen(cast.fay)
    assert Presence.objects.get(user=cast.fay).last_seen == seen


def test_wrap_up_ends_by_itself(cast: Cast) -> None:
    set_presence(person=cast.fay, state=PresenceState.WRAP_UP, actor=cast.fay)
    assert sweep_presence() == 0
    Presence.objects.filter(user=cast.fay).update(since=F("since") - timedelta(minutes=3))
    assert sweep_presence() == 1
    assert said(cast.fay)[-1] == ("available", "wrapped_up")
