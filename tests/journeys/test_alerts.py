"""The alert pages in a browser: axe in both themes, a phone's width, the keyboard alone."""

import os
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from escalations.choices import AlertKind
from escalations.models import Alert
from escalations.services.alerting import raise_alert
from escalations.services.sending import send_due
from escalations.services.telling import tell_people
from tests.alerts.sink import Sink, answers
from tests.alerts.telling import hook
from tests.cast import Cast
from tests.journeys.conftest import SignIn
from tests.journeys.desk import OVERFLOW, Desk
from tests.journeys.test_access import in_both_themes
from tests.reviews.makers import waiting

PAGES = (
    "",
    "?tab=mine",
    "?tab=past",
    "settings/",
    "rules/",
    "endpoints/",
    "endpoints/new/",
    "log/",
    "{pk}/",
    "endpoints/{place}/",
)
PICTURES = os.environ.get("HANDRAIL_PICTURES", "")
"""A folder for screenshots, for looking at them."""


@pytest.fixture
def world(cast: Cast, settings: Settings) -> dict[str, int]:
    """Some of everything."""
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    where = {"case_id": case.pk, "client_id": case.client_id, "queue_id": case.queue_id}
    with Sink(answers(200, 503)) as sink:
        place = hook(sink, settings)
        first = raise_alert(AlertKind.WAITING_CRITICAL, str(case.pk), severity=1, **where)  # type: ignore[arg-type]
        raise_alert(AlertKind.SLA_BREACHED, f"{case.pk}:r", severity=2, **where)  # type: ignore[arg-type]
        data = {"ref": "acme faq_chat", "observed": 96, "expected": 30.2, "minutes": 5}
        raise_alert(AlertKind.SPIKE, "acme", severity=2, client_id=cast.acme.pk, data=data)
        raise_alert(AlertKind.ASSIGNED, "x", to=(cast.adam.pk,), **where)  # type: ignore[arg-type]
        raise_alert(
            AlertKind.JOB_DEAD, "triage", severity=2, data={"ref": "triage", "job": "triage", "attempts": 5}
        )
        tell_people()
        send_due()
    return {"pk": first.pk, "place": place.pk}


def test_the_alert_pages_have_no_barrier_and_fit_a_phone(
    cast: Cast, sign_in: SignIn, world: dict[str, int]
) -> None:
    desk = sign_in(cast.adam)
    for page in PAGES:
        desk.open(f"/desk/alerts/{page.format(**world)}")
        assert in_both_themes(desk) == [], page
        picture(desk, page, "dark")
        desk.page.emulate_media(color_scheme="light")
        picture(desk, page, "light")
        desk.page.set_viewport_size({"width": 390, "height": 844})
        assert desk.ask(OVERFLOW) <= 0, page
        picture(desk, page, "390")
        desk.page.set_viewport_size({"width": 1366, "height": 768})


def test_an_alert_is_taken_note_of_with_the_keyboard_alone(
    cast: Cast, sign_in: SignIn, world: dict[str, int]
) -> None:
    desk = sign_in(cast.sunny).open("/queue/")
    desk.press("g", "n")
    desk.until("location.pathname === '/desk/alerts/'")
    desk.page.locator("button:has-text('I see to it')").first.focus()
    desk.press("Enter")
    desk.until("document.body.innerText.includes('You see to it.')")
    assert Alert.objects.get(pk=world["pk"]).acknowledged_by == cast.sunny


def picture(desk: Desk, page: str, name: str) -> None:
    if PICTURES:
        path = Path(PICTURES) / f"alerts-{page.replace('/', '-').replace('?', '-')}-{name}.png"
        desk.page.screenshot(path=path, full_page=True)
