"""What surrounds the work: the idle lock, own keys, finding a case, committing without going on."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Presence
from accounts.services.presence import _seen
from escalations.choices import CaseState
from reviews.services.claim import claim_case
from reviews.services.desk import set_keys
from tests.cast import Cast
from tests.journeys.conftest import SignIn
from tests.reviews.makers import waiting

OPEN = "fetch('/queue/', {headers: {'X-Live': '1'}}).then(r => r.status === 200)"
PASSWORD = "a long enough phrase"


@pytest.fixture
def hurry(settings: Any) -> None:
    """Locks after one second."""
    settings.HANDRAIL_IDLE_LOCK_SECONDS = 1


def test_an_idle_page_covers_itself_and_locks_the_sign_in_without_losing_the_draft(
    cast: Cast, hurry: None, sign_in: SignIn
) -> None:
    cast.finn.set_password(PASSWORD)
    cast.finn.save(update_fields=["password"])
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    claim_case(case=case, actor=cast.finn)
    desk = sign_in(cast.finn).open(f"/cases/{case.ref}/")
    desk.press("m")
    desk.type("half a thought")
    desk.until("document.querySelector('#lock').open")
    assert desk.barriers() == []
    desk.until("fetch('/queue/', {headers: {'X-Live': '1'}}).then(r => r.status === 423)")
    desk.press("Escape")
    assert desk.ask("document.querySelector('#lock').open"), "Escape is no key to it"
    desk.page.fill("#lock-p", "wrong")
    desk.press("Enter")
    desk.until("document.querySelector('#lock-e').textContent.includes('not your password')")
    desk.page.fill("#lock-p", PASSWORD)
    desk.press("Enter")
    desk.until(
        "!document.querySelector('#lock').open && " + OPEN
    )  # in one look: a second later it locks again
    assert desk.ask("document.querySelector('#note').value") == "half a thought"


def test_a_locked_sign_in_opens_no_page_in_another_tab(cast: Cast, hurry: None, sign_in: SignIn) -> None:
    desk = sign_in(cast.finn).open("/queue/")
    desk.until("document.querySelector('#lock').open")
    desk.until("fetch('/queue/', {headers: {'X-Live': '1'}}).then(r => r.status === 423)")
    other = desk.context.new_page()
    other.goto(desk.root + "/queue/")
    assert "/accounts/reauthenticate/" in other.url
    other.close()


def test_own_keys_arm_and_the_hints_show_them(cast: Cast, sign_in: SignIn) -> None:
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    claim_case(case=case, actor=cast.finn)
    assert set_keys(actor=cast.finn, chosen={"a": "q"}) == {}
    desk = sign_in(cast.finn).open(f"/cases/{case.ref}/")
    desk.press("a")
    assert desk.verb() is None
    desk.press("q")
    assert desk.verb() == "approve"
    hint = "document.querySelector('[name=verb][value=approve]').closest('label').querySelector('kbd').textContent"
    assert desk.ask(hint) == "q"


def test_commit_and_stay_shows_what_became_of_the_case_and_takes_no_other(
    cast: Cast, sign_in: SignIn
) -> None:
    first, second = (waiting(cast.case_type("billing_dispute"), cast.acme_bot) for _ in range(2))
    claim_case(case=first, actor=cast.finn)
    desk = sign_in(cast.finn).open(f"/cases/{first.ref}/")
    desk.prefetched()
    desk.press("s", "Control+Shift+Enter")
    desk.until("document.querySelector('#case').dataset.mode !== 'held'")
    assert desk.ref() == first.ref
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == CaseState.SNOOZED
    assert second.state == CaseState.QUEUED
    assert "snoozed" in desk.text(".toasts")


def test_slash_finds_a_case_by_its_number(cast: Cast, sign_in: SignIn) -> None:
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk = sign_in(cast.sunny).open("/queue/")
    desk.press("/")
    desk.type(case.ref.partition("-")[2])
    desk.press("Enter")
    desk.until("document.querySelector('#case')")
    assert desk.ref() == case.ref
    desk.open("/find/?q=charged")
    assert desk.barriers() == []


def test_the_list_beside_the_case_folds_by_a_key_and_stays_folded(cast: Cast, sign_in: SignIn) -> None:
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk = sign_in(cast.sunny).open(f"/cases/{case.ref}/")
    desk.until(f"document.querySelector('#rail a[aria-current]')?.pathname === '/cases/{case.ref}/'")
    assert desk.barriers() == []
    desk.press("[")
    desk.until("!document.querySelector('#rail').checkVisibility()")
    desk.open(f"/cases/{case.ref}/")
    assert not desk.ask("document.querySelector('#rail').checkVisibility()")
    assert desk.barriers() == []
    desk.press("[")
    desk.until("document.querySelector('#rail a')")


def test_whoever_uses_a_page_without_cases_is_there(cast: Cast, sign_in: SignIn) -> None:
    """A page loaded by hand was used just now, and it says so when it comes for its ticket."""
    desk = sign_in(cast.sunny)
    Presence.objects.filter(user=cast.sunny).update(last_seen=Now() - timedelta(minutes=30))
    _seen.clear()
    with desk.page.expect_response(lambda answer: "/live/ticket?used=" in answer.url):
        desk.open("/desk/alerts/")
    assert timezone.now() - Presence.objects.get(user=cast.sunny).last_seen < timedelta(minutes=2)
