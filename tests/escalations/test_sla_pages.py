"""The pages where promises and calendars are edited (R055, R057): plain forms, bad input answered beside it."""

from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import Event
from escalations.models import BusinessCalendar, SlaPolicy
from escalations.services.sla import ensure_default_promises
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TERMS: dict[str, Any] = {
    "calendar": "always", "resolution_minutes": "240", "first_response_minutes": "30", "next_response_minutes": "",
    "dwell_minutes": "", "warn_percent": "75", "pauses": ["hold"], "raise_on": ["tier_dwell.breached"],
    "penalty": "120.50", "currency": "GBP", "penalty_timers": ["resolution"],
}  # fmt: skip
WEEK = {f"day{number}": "09:00-12:00, 13:00-17:30" for number in range(5)} | {"day5": "", "day6": ""}
HOURS = {"name": "Leeds office", "timezone": "Europe/London", "country": "GB", "subdivision": "ENG",
         "closed_days": "2026-12-24\n2026-12-31"} | WEEK  # fmt: skip


@pytest.fixture
def admin(cast: Cast) -> Browser:
    ensure_default_promises()
    browser = Browser()
    browser.force_login(cast.adam)
    return browser


def live() -> Any:
    return SlaPolicy.objects.filter(superseded_at__isnull=True)


def test_a_policy_for_one_client_and_severity_is_saved_and_holds(admin: Browser, cast: Cast) -> None:
    """R057: keyed by client, case type and severity; the most specific holds."""
    kind = cast.case_type("billing_dispute")
    sent = TERMS | {"client": cast.acme.pk, "case_type": "", "severity": "1"}
    assert admin.post("/desk/sla/new/", sent)["Location"] == "/desk/sla/"
    made = live().get(client=cast.acme)
    assert (made.severity, made.resolution_minutes, str(made.penalty)) == (1, 240, "120.50")
    said = admin.get("/desk/sla/", {"type": kind.pk, "severity": 1}).content.decode()
    assert "resolved in <b>240</b>" in said
    said = admin.get("/desk/sla/", {"type": kind.pk, "severity": 2}).content.decode()
    assert f"resolved in <b>{kind.sla_minutes}</b>" in said, "another severity: what holds for everybody"


def test_a_change_is_a_new_version_and_an_event(admin: Browser) -> None:
    before = live().get()
    assert admin.post(f"/desk/sla/{before.pk}/", TERMS).status_code == 303
    now = live().get()
    assert (now.pk != before.pk, now.resolution_minutes) == (True, 240)
    assert Event.objects.get(kind="sla_policy.changed").data["after"]["resolution_minutes"] == 240
    assert "in force until" in admin.get(f"/desk/sla/{before.pk}/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"resolution_minutes": "0"}, "At least one minute"),
        ({"resolution_minutes": "-5"}, "At least one minute"),
        ({"first_response_minutes": "soon"}, "Enter a whole number"),
        ({"warn_percent": "100"}, "1 to 99 per cent"),
        ({"calendar": "nowhere"}, "Select a valid choice"),
        ({"penalty": "-1"}, "nothing or more"),
        ({"currency": "gbp"}, "Three capital letters"),
        ({"pauses": ["lunch"]}, "Select a valid choice"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_refused_beside_its_field(
    admin: Browser, wrong: dict[str, Any], says: str
) -> None:
    before = live().get()
    answer = admin.post(f"/desk/sla/{before.pk}/", TERMS | wrong)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert live().get().pk == before.pk


def test_the_policy_for_everybody_stays(admin: Browser) -> None:
    """R057: an unknown combination falls to a default, never to none."""
    default = live().get()
    page = admin.post(f"/desk/sla/{default.pk}/end/", follow=True).content.decode()
    assert "no case may be without a promise" in page
    assert live().exists()


def test_a_calendar_is_saved_and_shows_the_days_to_come(admin: Browser) -> None:
    assert admin.post("/desk/calendars/new/", HOURS)["Location"] == "/desk/calendars/leeds-office/"
    made = BusinessCalendar.objects.get(slug="leeds-office")
    assert made.periods[:2] == [[0, "09:00", "12:00"], [0, "13:00", "17:30"]]
    page = admin.get("/desk/calendars/leeds-office/").content.decode()
    assert "09:00–12:00, 13:00–17:30" in page
    assert "closed" in page  # the weekend
    assert admin.post("/desk/calendars/new/", HOURS).status_code == 422  # the name is taken


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (dict.fromkeys(WEEK, ""), "without working time"),
        ({"day0": "17:00-09:00"}, "ends"),
        ({"day0": "09:00-13:00, 12:00-14:00"}, "overlap"),
        ({"day0": "nine to five"}, "write 09:00-17:30"),
        ({"day0": "09:00-25:00"}, "with two times"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"country": "QQ"}, "No holidays are known"),
        ({"subdivision": "XX"}, "has no subdivision"),
        ({"closed_days": "Christmas"}, "is not a date"),
        ({"name": ""}, "required"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_in_words(
    admin: Browser, wrong: dict[str, Any], says: str
) -> None:
    answer = admin.post("/desk/calendars/new/", HOURS | wrong)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not BusinessCalendar.objects.filter(slug="leeds-office").exists()


def test_a_calendar_in_use_cannot_be_taken_away(admin: Browser) -> None:
    admin.post("/desk/calendars/new/", HOURS)
    admin.post(f"/desk/sla/{live().get().pk}/", TERMS | {"calendar": "leeds-office"})
    page = admin.post("/desk/calendars/leeds-office/end/", follow=True).content.decode()
    assert "counts by this calendar" in page
    assert admin.get("/desk/calendars/nowhere/").status_code == 404
