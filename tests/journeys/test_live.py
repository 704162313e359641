"""Live pages in a browser: what one person does shows on the other's page by itself."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Http
from playwright.sync_api import Browser
from redis import Redis

from accounts.models import User
from escalations.services.messages import add_message
from reviews.services.claim import claim_case, take_over
from tests.cast import Cast
from tests.journeys.conftest import SignIn
from tests.journeys.desk import Desk
from tests.live.server import Process, until
from tests.reviews.makers import waiting

LIVE = "document.documentElement.dataset.live === 'live'"


@pytest.fixture
def process(settings: Any) -> Iterator[Process]:
    """The live process beside the web server, as in the demo: another port, one origin allowed."""
    with Process() as running:
        settings.HANDRAIL_LIVE_URL = running.url
        policy: dict[str, Any] = settings.CONTENT_SECURITY_POLICY
        directives = policy["DIRECTIVES"] | {"connect-src": ["'self'", running.url]}
        settings.CONTENT_SECURITY_POLICY = policy | {"DIRECTIVES": directives}
        yield running


def test_the_page_of_a_case_greys_when_somebody_else_takes_it(
    cast: Cast, process: Process, sign_in: SignIn
) -> None:
    """R061: what the page shows is true without a reload: the other's claim is said; `make bench` measures how soon."""
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk = sign_in(cast.sunny).open(f"/cases/{case.ref}/")
    desk.until(LIVE)
    desk.until("document.querySelector('#rail a[aria-current]')")
    until(lambda: f"case:{case.pk}" in process.live.hub.listeners)
    claim_case(case=case, actor=cast.finn)
    desk.until("'stale' in document.querySelector('#case').dataset")
    says(desk, f"{cast.finn.short_name} claimed the case")
    says(desk, f"It is with {cast.finn.short_name} now")
    assert desk.barriers() == []


def test_a_holder_who_loses_the_case_keeps_the_draft_and_may_not_decide_it(
    cast: Cast, process: Process, sign_in: SignIn
) -> None:
    """Taken over by a lead while they type."""
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    claim_case(case=case, actor=cast.finn)
    desk = sign_in(cast.finn).open(f"/cases/{case.ref}/")
    desk.until(LIVE)
    until(lambda: f"case:{case.pk}" in process.live.hub.listeners)
    desk.press("m")
    desk.type("the second capture has no invoice")
    case.refresh_from_db()
    take_over(case=case, actor=cast.sunny)
    desk.until("document.querySelector('#decide').hidden")
    says(desk, f"It is with {cast.sunny.short_name} now")
    desk.until("Object.keys(localStorage).some(k => k.startsWith('draft:'))")


def test_a_new_message_is_announced_and_the_decision_stays_possible(
    cast: Cast, process: Process, sign_in: SignIn
) -> None:
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    claim_case(case=case, actor=cast.finn)
    desk = sign_in(cast.finn).open(f"/cases/{case.ref}/")
    desk.until(LIVE)
    until(lambda: f"case:{case.pk}" in process.live.hub.listeners)
    said = {"author": "customer", "text": "Are you still there?"}
    case.refresh_from_db()
    add_message(case=case, agent=cast.acme_bot, body=said)
    says(desk, "1 new message")
    assert not desk.ask("document.querySelector('#decide').hidden")
    assert not desk.ask("'stale' in document.querySelector('#case').dataset")


def test_whoever_looks_at_the_same_case_is_named(
    cast: Cast, process: Process, sign_in: SignIn, browser: Browser
) -> None:
    """ "Maria L. is also looking (read only)", and no longer when she leaves."""
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    claim_case(case=case, actor=cast.finn)
    desk = sign_in(cast.finn).open(f"/cases/{case.ref}/")
    desk.until(LIVE)
    other = second(browser, desk, cast.sunny)
    other.open(f"/cases/{case.ref}/")
    desk.until(
        f"document.querySelector('#others').textContent === '{cast.sunny.short_name} is also looking (read only)'"
    )
    other.open("/queue/")
    desk.until("document.querySelector('#others').textContent === ''")
    other.context.close()


def test_new_rows_wait_under_a_pointer_and_taken_ones_are_struck(
    cast: Cast, process: Process, sign_in: SignIn
) -> None:
    """R061, R103: counts follow what happens; the list never jumps under the hand that works in it."""
    first, second_case = (waiting(cast.case_type("billing_dispute"), cast.acme_bot) for _ in range(2))
    desk = sign_in(cast.sunny).open("/queue/?tab=team")
    desk.until(LIVE)
    desk.page.hover("#rows tbody tr")
    waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    claim_case(case=first, actor=cast.finn)
    desk.until("document.querySelector('.news')?.textContent === '1 new'")
    desk.until(f"'gone' in document.querySelector('[data-k={first.ref}]').dataset")
    assert desk.ask("document.querySelectorAll('#rows tbody tr').length") == 2
    assert not desk.ask(f"'gone' in document.querySelector('[data-k={second_case.ref}]').dataset")
    assert desk.barriers() == []
    desk.page.click(".news")
    desk.until("document.querySelectorAll('#rows tbody tr').length === 3")
    desk.until("document.querySelector('#q-head').textContent.includes('2 in the team')")


def test_three_tabs_share_one_stream_and_another_leads_when_the_leader_closes(
    cast: Cast, process: Process, sign_in: SignIn
) -> None:
    desk = sign_in(cast.sunny).open("/queue/")
    desk.until(LIVE)
    tabs = []
    for _ in range(2):
        page = desk.context.new_page()
        tab = Desk(page, desk.root).open("/queue/")
        tab.until(LIVE)
        tabs.append(tab)
    until(lambda: process.streams == 1)
    leader = next(iter(process.live.hub.streams))
    desk.page.close()
    until(lambda: process.streams == 1 and leader not in process.live.hub.streams)
    waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    for tab in tabs:
        tab.page.bring_to_front()
        tab.until("document.querySelector('#q-head').textContent.includes('1 in the team')")
    desk.page = tabs[0].page


def test_without_the_live_process_pages_poll_and_still_update(
    cast: Cast, sign_in: SignIn, settings: Any
) -> None:
    settings.HANDRAIL_LIVE_URL = ""
    desk = sign_in(cast.sunny).open("/queue/")
    desk.until("document.documentElement.dataset.live === 'poll'")
    desk.page.wait_for_timeout(1500)
    waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk.until("document.querySelector('#q-head').textContent.includes('1 in the team')")


def test_when_redis_blinks_pages_poll_and_come_back(cast: Cast, process: Process, sign_in: SignIn) -> None:
    desk = sign_in(cast.sunny).open("/queue/")
    desk.until(LIVE)
    redis = Redis.from_url(settings.REDIS_URL)
    for client in [one for one in redis.client_list(_type="pubsub") if one["name"] == process.live.name]:
        redis.client_kill_filter(_id=client["id"])
    desk.until("document.documentElement.dataset.live !== 'live'")
    desk.until(LIVE)
    waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk.until("document.querySelector('#q-head').textContent.includes('1 in the team')")


def says(desk: Desk, words: str) -> None:
    """Wait until the note about what has changed contains these words."""
    desk.until(f"document.querySelector('#changed')?.textContent.includes({json.dumps(words)})")


def second(browser: Browser, desk: Desk, person: User) -> Desk:
    """Somebody else's browser at the same desk."""
    http = Http()
    http.force_login(person)
    cookie = http.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": desk.root}])
    return Desk(context.new_page(), desk.root)
