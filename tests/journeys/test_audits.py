"""A blind audit in a browser: nothing of the AI's answer in the page or on the wire before the reader's (R087)."""

import os
import threading
from itertools import count

import pytest
from playwright.sync_api import Route

from escalations.models import AuditItem, AuditPlan
from tests.audits.readers import reader, settled_item
from tests.audits.test_pages import SECRETS, posted
from tests.cast import Cast
from tests.journeys.conftest import SignIn
from tests.journeys.desk import OVERFLOW, Desk
from tests.journeys.test_access import in_both_themes

PICTURES = os.environ.get("AUDIT_PICTURES", "")
STATIC = ("script", "stylesheet", "image", "font")
NUMBERS = count(1)


@pytest.fixture
def item(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> AuditItem:
    """A question that the AI settled and that was drawn; each of the AI's words stands nowhere else."""
    monkeypatch.setattr("escalations.services.auditing.DOUBLE", 0.0)
    AuditPlan.objects.create(case_type=cast.case_type("faq_chat"), rate=1, learning_rate=1)
    return settled_item(cast, **posted())


def listen(desk: Desk, until: threading.Event) -> list[tuple[str, str]]:
    """(address, body) of everything that the server answers from now on, but for scripts and styles. Taken on the way,
    for a browser forgets what it was sent once the page goes. Once `until` is set, nothing more is kept.
    """
    heard: list[tuple[str, str]] = []

    def through(route: Route) -> None:
        if until.is_set() or route.request.resource_type in STATIC or "/live/stream" in route.request.url:
            route.continue_()
            return
        answer = route.fetch(max_redirects=0)
        heard.append((route.request.url, answer.text()))
        route.fulfill(response=answer)

    desk.page.route("**/*", through)
    return heard


def picture(desk: Desk, name: str) -> None:
    """Kept when somebody wants to look."""
    if PICTURES:
        desk.page.screenshot(path=f"{PICTURES}/{next(NUMBERS):02d}-{name}.png", full_page=True)


def test_an_audit_is_read_blind_by_keyboard_and_nothing_of_the_answer_crosses_the_wire(
    cast: Cast, item: AuditItem, sign_in: SignIn
) -> None:
    """R087: page, parts and every request it makes, until the answer is given; then the reveal."""
    desk = sign_in(cast.quinn).open("/audits/")
    desk.press("n")
    desk.until("document.querySelector('#audit') && document.documentElement.dataset.ready === ''")
    picture(desk, "blind")
    answered = threading.Event()
    heard = listen(desk, answered)
    desk.page.reload()
    desk.until("document.documentElement.dataset.ready === ''")
    desk.press("Control+Enter")  # nothing chosen yet: told beside each field
    desk.until("document.querySelectorAll('#audit [aria-invalid=true]').length === 3")
    picture(desk, "blind-refused")
    case = item.case
    told = (*SECRETS, case.ref, str(case.pk), "acme-bot", "scripted-1", "auto_resolve", "0.97", "97 %")
    dom = desk.ask("document.documentElement.outerHTML")
    page = desk.page.url.split("?")[0].removesuffix("answer/")
    assert {page, f"{page}answer/"} <= {where for where, _ in heard}
    for where, body in [*heard, ("the page itself", dom)]:
        for word in told:
            assert word not in body, (where, word)
    assert "When are you open on Sunday?" in dom
    answered.set()
    desk.choose("#category", "faq_general")
    desk.choose("#action", "answer_customer")
    desk.choose("#disposition", "answered")
    desk.page.locator("#note").focus()
    desk.press("Control+Enter")
    desk.until("document.querySelector('h1').textContent.includes('The AI was right')")
    picture(desk, "revealed")
    assert case.ref in desk.text("main")
    assert desk.ask("document.querySelector('#gravity').value") == "none"
    desk.press("Control+Enter")
    desk.until("document.querySelector('dl.kv')?.textContent.includes('No error')")


def test_every_page_of_the_audits_is_free_of_barriers_and_fits_a_telephone(
    cast: Cast, item: AuditItem, sign_in: SignIn
) -> None:
    """Axe in both themes and 390 px: overview, blind, revealed, disagreement, weeks, one week."""
    desk = sign_in(cast.quinn)

    def look(name: str, path: str = "", *, both: bool = True) -> None:
        if path:
            desk.open(path)
        assert (in_both_themes(desk) if both else desk.barriers()) == [], name
        picture(desk, name)
        desk.page.set_viewport_size({"width": 390, "height": 844})
        assert desk.ask(OVERFLOW) <= 0, name
        picture(desk, f"{name}-390")
        desk.page.set_viewport_size({"width": 1366, "height": 768})

    def read(person: str, category: str) -> None:
        desk.context.clear_cookies()
        sign_in(cast.person(person)).open("/audits/")
        desk.press("n")
        desk.until("document.querySelector('#audit') && document.documentElement.dataset.ready === ''")
        if person == "quinn":
            look("blind")
        for field, value in (("category", category), ("action", "none"), ("disposition", "answered")):
            desk.choose(f"#{field}", value)
        desk.press("Control+Enter")
        desk.until("!document.querySelector('#audit') && document.querySelector('#h-rubric')")
        if person == "quinn":
            look("revealed")

    reader("robin")
    look("overview", "/audits/")
    look("weeks", "/audits/draws/", both=False)
    look("week", f"/audits/draws/{item.draw.period_id}/")
    read("quinn", "order_status")
    read("robin", "complaint_service")
    desk.context.clear_cookies()
    sign_in(cast.ella)
    look("overview of who settles", "/audits/", both=False)
    look("disagreement", f"/audits/{item.pk}/")
    desk.context.clear_cookies()
    sign_in(cast.adam)
    look("rates", f"/audits/plan/{item.case_type_id}/", both=False)
