"""Every page and state is within reach: axe, both themes, small screens, no mouse, no scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from escalations.choices import CaseState
from escalations.models import Case, Decision
from reviews.services.lease import release_case
from tests.cast import Cast
from tests.journeys.conftest import SignIn
from tests.journeys.desk import OVERFLOW, Desk
from tests.reviews.makers import waiting

THEMES = ("light", "dark")
COLOUR_RULES = ("color-contrast", "link-in-text-block")
"""What axe-core files under colour, but for a level of contrast that is beyond WCAG's AA."""

COVERED = """(() => {
  const el = document.activeElement, box = el.closest('label') || el, r = box.getBoundingClientRect();
  if (el === document.body) return null;
  const top = document.elementFromPoint(r.x + Math.min(r.width, 40) / 2, r.y + Math.min(r.height, 24) / 2);
  return top && (box.contains(top) || top.contains(box)) ? null : el.outerHTML.slice(0, 120);
})()"""
"""The element that has the focus, if something else lies over it."""


@pytest.fixture
def held(cast: Cast, sign_in: SignIn) -> Desk:
    """Sunny with a case open and one more waiting."""
    for _ in range(2):
        waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk = sign_in(cast.sunny).open("/queue/")
    desk.press("n")
    desk.until("document.querySelector('#decide') && document.documentElement.dataset.ready === ''")
    desk.prefetched()
    return desk


def in_both_themes(desk: Desk) -> list[str]:
    """What axe finds in either theme. They differ in colours alone, so the second is asked for nothing else."""
    found = []
    for theme, rules in zip(THEMES, ((), COLOUR_RULES), strict=True):
        desk.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        found += [f"{theme}: {barrier}" for barrier in desk.barriers(only=rules)]
    return found


def correcting(desk: Desk) -> None:
    """A field is being changed."""
    desk.press("f")
    desk.type("x")


STATES: dict[str, Callable[[Desk], None]] = {
    "at rest": lambda desk: None,
    "evidence shown": lambda desk: desk.press("2"),
    "armed": lambda desk: desk.press("e"),
    "with errors": lambda desk: desk.press("a", "Control+Enter"),
    "correcting": correcting,
    "the sheet of keys": lambda desk: desk.press("?"),
    "the palette": lambda desk: desk.press("Control+k"),
    "skipping": lambda desk: desk.press("N"),
    "policy and timeline open": lambda desk: desk.press("p", "t"),
    "offline": lambda desk: desk.context.set_offline(True),
}


def test_the_review_page_has_no_barrier_in_any_state(held: Desk) -> None:
    path = f"/cases/{held.ref()}/"
    found = {}
    for name, bring_about in STATES.items():
        held.open(path)
        held.prefetched()
        bring_about(held)
        held.page.wait_for_timeout(150)
        found[name] = in_both_themes(held)
    assert {name: barriers for name, barriers in found.items() if barriers} == {}


PAGES = [
    "/queue/",
    "/queue/?tab=team",
    "/queue/?tab=done",
    "/queue/?tab=team&client=birch&severity=1",
    "/preferences/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/logout/",
    "/nothing/here/",
]


def test_no_case_that_one_does_not_hold_has_a_barrier(held: Desk, cast: Cast) -> None:
    """Waiting, decided, lost while deciding, and the end of the queue."""
    first = held.ref()
    second = Case.objects.exclude(ref=first).get().ref
    found = {"waiting": in_both_themes(held.open(f"/cases/{second}/"))}
    decide(held.open(f"/cases/{first}/"))
    held.until(f"document.querySelector('#case').dataset.ref === '{second}'")
    held.until("document.querySelector('.toast')")
    found["with undo"] = in_both_themes(held)
    found["decided"] = in_both_themes(held.open(f"/cases/{first}/"))
    held.open(f"/cases/{second}/")
    release_case(case=Case.objects.get(ref=second), actor=cast.sunny)
    decide(held)
    held.until("document.querySelector('#case .banner')")
    found["lost"] = in_both_themes(held)
    held.press("n")
    held.until("document.querySelector('#decide') && document.documentElement.dataset.ready === ''")
    held.prefetched()
    decide(held)
    held.until("document.querySelector('#case')?.dataset.mode === 'empty'")
    found["the end"] = in_both_themes(held)
    assert {name: barriers for name, barriers in found.items() if barriers} == {}


def decide(desk: Desk) -> None:
    """Approve what is on the screen, once the next case has been looked for."""
    desk.prefetched()
    desk.press("a")
    desk.choose("#disposition", "answered")
    desk.press("Control+Enter")


def test_no_page_has_a_barrier(held: Desk) -> None:
    found = {path: in_both_themes(held.open(path)) for path in PAGES}
    assert {path: barriers for path, barriers in found.items() if barriers} == {}


def test_sign_in_has_no_barrier(desk: Desk) -> None:
    desk.open("/accounts/login/")
    assert in_both_themes(desk) == []


@pytest.mark.parametrize("width", [390, 320])
def test_a_small_screen_never_scrolls_sideways(held: Desk, width: int) -> None:
    held.page.set_viewport_size({"width": width, "height": 640})
    case = f"/cases/{held.ref()}/"
    for path in (case, "/queue/?tab=team", "/preferences/", "/accounts/2fa/"):
        held.open(path)
        assert held.ask(OVERFLOW) <= 0, path
        assert in_both_themes(held) == [], path
    held.open(case).press("c")
    assert held.ask(OVERFLOW) <= 0
    assert in_both_themes(held) == []


def test_no_bar_covers_what_has_the_focus(held: Desk) -> None:
    """WCAG 2.4.11, over every tab stop of the review page with a verb armed."""
    held.press("a", "Escape")
    held.ask("document.activeElement.blur()")
    covered = []
    for _ in range(70):
        held.press("Tab")
        covered.append(held.ask(COVERED))
    assert [one for one in covered if one] == []


def test_a_digit_shows_the_passages_of_its_reason_and_says_them(held: Desk) -> None:
    held.press("2")
    shown = held.ask("[...document.querySelectorAll('mark[data-on]')].map(m => m.firstChild.textContent)")
    assert shown
    assert all(
        letter == "B"
        for letter in held.ask("[...document.querySelectorAll('mark[data-on]')].map(m => m.dataset.reason)")
    )
    held.until("document.querySelector('#say').textContent.includes('highlighted')")
    assert held.ask("location.hash") == "#evidence-B"


def test_letters_can_be_switched_off_and_still_work_with_alt_and_shift(held: Desk) -> None:
    """WCAG 2.1.4."""
    held.press("?")
    held.page.locator("[data-toggle-keys]").click()
    held.press("Escape")
    held.press("a")
    assert held.verb() is None
    held.press("Alt+Shift+A")
    assert held.verb() == "approve"


def test_the_sheet_lists_every_key_of_the_page(held: Desk) -> None:
    held.press("?")
    listed = held.text("#keys .keylist")
    for verb in held.ask(
        "[...document.querySelectorAll('.verbs label')].map(l => l.childNodes[1].textContent.trim())"
    ):
        assert verb in listed


def test_the_palette_finds_an_action_and_does_it(held: Desk) -> None:
    held.press("Control+k")
    held.type("escal")
    held.press("Enter")
    held.until("document.querySelector('[name=verb]:checked')?.value === 'escalate'")


def test_a_list_is_walked_with_j_and_k(cast: Cast, sign_in: SignIn) -> None:
    for _ in range(2):
        waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk = sign_in(cast.sunny).open("/queue/?tab=team")
    links = "[...document.querySelectorAll('[data-row] a')].indexOf(document.activeElement)"
    desk.press("j")
    assert desk.ask(links) == 0
    desk.press("j", "j", "k")
    assert desk.ask(links) == 0
    desk.press("Enter")
    desk.until("location.pathname.startsWith('/cases/')")


def test_everything_works_without_scripts(
    cast: Cast, live_server: LiveServer, browser: Browser, sign_in: SignIn
) -> None:
    """Post, redirect, get: claim, correct, commit."""
    for _ in range(2):
        waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    session = sign_in(cast.sunny).context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=session)
    page = context.new_page()
    page.goto(live_server.url + "/queue/")
    page.get_by_role("button", name="Claim next").click()
    first = page.url.rstrip("/").rsplit("/", 1)[1]
    page.locator("#f-account_number").fill("AC-0042")
    page.locator("#e-account_number").select_option(index=1)
    page.locator("[name=verb][value=correct]").check()
    page.locator("#disposition").select_option("answered")
    page.get_by_role("button", name="Commit and next").click()
    assert first not in page.url
    assert Decision.objects.get().verb == "correct"
    assert Case.objects.get(ref=first).state == CaseState.RESOLVED
    context.close()
