"""Nothing typed or decided is lost or done twice: on a bad line, in a hurry, on second thoughts."""

import pytest
from playwright.sync_api import Route
from pytest_django.fixtures import Settings

from escalations.choices import CaseState
from escalations.models import Case, Decision
from reviews.models import Draft
from reviews.services.claim import take_over
from tests.cast import Cast
from tests.journeys.conftest import SignIn
from tests.journeys.desk import Desk
from tests.reviews.makers import waiting

NOTE = "Spoke with the processor at noon"


@pytest.fixture
def reviewing(cast: Cast, sign_in: SignIn) -> Desk:
    """Finn with a case open and two more waiting."""
    for _ in range(3):
        waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk = sign_in(cast.finn).open("/queue/")
    desk.press("n")
    desk.until("document.querySelector('#decide') && document.documentElement.dataset.ready === ''")
    desk.prefetched()
    return desk


def approve(desk: Desk) -> str:
    """Arm Approve, choose an outcome, commit; the reference of the decided case."""
    ref = desk.ref()
    desk.press("a")
    desk.choose("#disposition", "answered")
    desk.press("Control+Enter")
    return ref


def test_the_next_case_is_shown_before_the_server_has_answered(reviewing: Desk) -> None:
    desk = reviewing
    held: list[Route] = []
    desk.page.route("**/decide/", lambda route: held.append(route))
    ref = approve(desk)
    desk.until(f"document.querySelector('#case').dataset.ref !== '{ref}'")
    assert desk.text("#pending") == "1 sending"
    assert "Reserved for you" in desk.text("#lease")
    desk.when(lambda: held)
    held[0].continue_()
    desk.until("document.querySelector('#pending').textContent === ''")
    desk.until("document.querySelector('#lease').textContent.startsWith('Held by you until')")
    case = Case.objects.get(ref=desk.ref())
    assert case.holder is not None
    assert desk.ask("document.querySelector('#decide').claim_token.value") == str(case.claim_token)
    assert desk.ask("document.querySelector('#decide').version.value") == str(case.version)


def test_two_cases_are_decided_in_a_row_faster_than_the_line_answers(reviewing: Desk) -> None:
    desk = reviewing
    held: list[Route] = []
    desk.page.route("**/decide/", lambda route: held.append(route) if not held else route.continue_())
    first = approve(desk)
    desk.until(f"document.querySelector('#case').dataset.ref !== '{first}'")
    second = approve(desk)
    desk.when(lambda: held)
    held[0].continue_()
    desk.until(f"!['{first}', '{second}'].includes(document.querySelector('#case').dataset.ref)")
    desk.until("document.querySelector('#pending').textContent === ''")
    assert set(Decision.objects.values_list("case__ref", flat=True)) == {first, second}


def test_z_takes_a_decision_back_while_the_window_is_open(reviewing: Desk, cast: Cast) -> None:
    desk = reviewing
    ref = approve(desk)
    desk.until("document.querySelector('.toast [data-key=z]')")
    assert f"{ref} approved" in desk.text(".toast")
    desk.press("z")
    desk.until(
        f"document.querySelector('#case')?.dataset.ref === '{ref}' && location.pathname.includes('{ref}')"
    )
    case = Case.objects.get(ref=ref)
    assert (case.state, case.holder) == (CaseState.CLAIMED, cast.finn)
    assert Decision.objects.get().standing == Decision.Standing.UNDONE


def test_an_answer_lost_on_the_way_makes_one_decision(reviewing: Desk) -> None:
    desk = reviewing
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)  # the server has decided; the browser never hears of it
        return route.abort("connectionreset")

    desk.page.route("**/decide/", lose_the_first)
    ref = approve(desk)
    desk.until("document.querySelector('#pending').textContent === '' && document.querySelector('.toast')")
    assert lost == [200]
    assert list(Decision.objects.values_list("case__ref", flat=True)) == [ref]
    desk.until("document.querySelector('#lease').textContent.startsWith('Held by you until')")


def test_a_decision_made_offline_is_sent_once_when_the_line_is_back(reviewing: Desk) -> None:
    desk = reviewing
    desk.context.set_offline(True)
    ref = approve(desk)
    desk.until(f"document.querySelector('#case').dataset.ref !== '{ref}'")
    assert desk.text("#pending") == "1 sending"
    said = "getComputedStyle(document.querySelector('.net'), '::after').content"
    desk.until(f"""{said} === '"offline, work is kept"'""")
    assert Decision.objects.count() == 0
    desk.context.set_offline(False)
    desk.until("document.querySelector('#pending').textContent === ''")
    assert list(Decision.objects.values_list("case__ref", flat=True)) == [ref]


def test_a_decision_that_could_not_be_sent_leaves_with_the_next_page(reviewing: Desk) -> None:
    desk = reviewing
    desk.page.route("**/decide/", lambda route: route.abort())
    ref = approve(desk)
    desk.until(f"document.querySelector('#case').dataset.ref !== '{ref}'")
    desk.page.unroute("**/decide/")
    desk.page.reload()
    desk.until("document.querySelector('#pending').textContent === '' && document.querySelector('.toast')")
    assert list(Decision.objects.values_list("case__ref", flat=True)) == [ref]


def test_without_a_prefetched_case_one_round_trip_brings_the_next(cast: Cast, sign_in: SignIn) -> None:
    desk = sign_in(cast.finn)
    desk.page.route(
        "**/next/", lambda route: route.abort() if route.request.method == "GET" else route.continue_()
    )
    for _ in range(2):
        waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk.open("/queue/")
    desk.press("n")
    desk.until("document.querySelector('#decide') && document.documentElement.dataset.ready === ''")
    posts: list[str] = []
    desk.page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    ref = approve(desk)
    desk.until(f"document.querySelector('#case').dataset.ref !== '{ref}'")
    assert [url for url in posts if not url.endswith("/draft/")] == [f"{desk.root}/cases/{ref}/decide/"]
    assert Case.objects.get(ref=desk.ref()).holder == cast.finn


def test_after_the_last_case_the_page_says_that_the_queue_is_empty(cast: Cast, sign_in: SignIn) -> None:
    waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk = sign_in(cast.finn).open("/queue/")
    desk.press("n")
    desk.until("document.querySelector('#decide') && document.documentElement.dataset.ready === ''")
    desk.prefetched()
    approve(desk)
    desk.until("document.querySelector('#case')?.dataset.mode === 'empty'")
    assert "Nothing waits" in desk.text("h1")


def test_a_lost_lease_keeps_the_text_and_says_who_has_the_case(reviewing: Desk, cast: Cast) -> None:
    desk = reviewing
    desk.page.route("**/next/", lambda route: route.abort())
    ref = desk.ref()
    desk.press("m")
    desk.type(NOTE)
    desk.until("document.querySelector('#saved').textContent.startsWith('Draft kept')")
    take_over(case=Case.objects.get(ref=ref), actor=cast.sunny)
    desk.press("Escape")
    approve(desk)
    desk.until("document.querySelector('#case .banner')")
    assert NOTE in desk.text("#case")
    assert desk.ref() == ref
    assert Decision.objects.count() == 0


def test_a_lease_that_runs_out_closes_the_bar_and_keeps_the_draft(
    cast: Cast, sign_in: SignIn, settings: Settings
) -> None:
    settings.HANDRAIL_LEASE_CAP_SECONDS = 4
    waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk = sign_in(cast.finn).open("/queue/")
    desk.press("n")
    desk.until("document.querySelector('#decide') && document.documentElement.dataset.ready === ''")
    desk.until("/s left/.test(document.querySelector('#lease').textContent)")
    desk.press("m")
    desk.type(NOTE)
    desk.until("!document.querySelector('#lost').hidden")
    assert "Your draft is kept" in desk.text("#lost")
    settings.HANDRAIL_LEASE_CAP_SECONDS = 3600
    desk.press("Escape", "n")
    desk.until("document.querySelector('#lost')?.hidden && document.documentElement.dataset.ready === ''")
    desk.until(f"document.querySelector('#note').value === '{NOTE}'")


def test_what_is_typed_survives_a_reload_and_lies_in_the_browser_as_cipher_only(reviewing: Desk) -> None:
    desk = reviewing
    desk.press("m")
    desk.type(NOTE)
    desk.until("document.querySelector('#saved').textContent.startsWith('Draft kept')")
    assert NOTE not in desk.ask("JSON.stringify(Object.entries(localStorage))")
    desk.press("Escape")
    desk.page.reload()
    desk.until(f"document.querySelector('#note')?.value === '{NOTE}'")
    assert Draft.objects.get().body["note"] == NOTE
