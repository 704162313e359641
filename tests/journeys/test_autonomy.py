"""Autonomy in a browser: the button, two people, no barrier in either theme, no sideways scroll (R089, R129)."""

from django.utils import timezone

from escalations.choices import TripCode
from escalations.models import Breaker, CaseType
from escalations.services.breaking import trip
from tests.autonomy.audits import audited
from tests.autonomy.test_levels import complete
from tests.cast import Cast
from tests.journeys.conftest import SignIn
from tests.journeys.desk import OVERFLOW
from tests.journeys.test_access import in_both_themes

LIST = "/desk/autonomy/"


def test_a_supervisor_finds_the_type_and_stops_its_ai_by_the_keyboard(cast: Cast, sign_in: SignIn) -> None:
    """R089: G O, the type, a reason, Enter."""
    kind = cast.case_type("faq_chat")
    audited(kind, [(0.75 + n / 400, n % 25 == 0) for n in range(100)], at=timezone.now())
    desk = sign_in(cast.sunny).open("/queue/")
    desk.press("g", "o")
    desk.until(f"location.pathname === '{LIST}'")
    desk.until("document.documentElement.dataset.ready === ''")
    desk.page.locator(f"a[href='{LIST}{kind.pk}/']").focus()
    desk.press("Enter")
    desk.until(f"location.pathname === '{LIST}{kind.pk}/'")
    desk.page.locator("#stop-reason").focus()
    desk.type("Strange answers since noon")
    desk.press("Enter")
    desk.until("document.querySelector('h1')?.textContent.includes('the AI is stopped')")
    assert Breaker.objects.get(case_type=kind).state == "tripped"


def test_no_page_of_autonomy_has_a_barrier_or_scrolls_sideways(cast: Cast, sign_in: SignIn) -> None:
    kind, stopped = cast.case_type("faq_chat"), cast.case_type("order_status")
    CaseType.objects.filter(pk=kind.pk).update(autonomy="supervised")
    complete(cast, kind)
    audited(kind, [(0.75 + n / 400, n % 25 == 0) for n in range(100)], at=timezone.now())
    trip(
        stopped,
        TripCode.MIX,
        "The mix of categories changed: delays are 40 % of the latest 300 cases.",
        actor=None,
    )
    desk = sign_in(cast.adam)
    for path in (LIST, f"{LIST}{kind.pk}/", f"{LIST}{stopped.pk}/"):
        desk.open(path)
        desk.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        assert in_both_themes(desk) == [], path
        desk.page.set_viewport_size({"width": 390, "height": 844})
        desk.open(path)
        assert desk.ask(OVERFLOW) == 0, path
        desk.page.set_viewport_size({"width": 1366, "height": 768})
