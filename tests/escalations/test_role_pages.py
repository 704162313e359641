"""The pages of roles and rights: what is sent is looked at first, saved once, refused in words (R046)."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.choices import HUMAN_ONLY_CAPABILITIES
from accounts.choices import Capability as Can
from accounts.models import Event, Grant, Role
from accounts.permissions import can
from escalations.selectors.roles import GROUPS, group_of
from tests.cast import Cast
from tests.reviews.makers import waiting

pytestmark = pytest.mark.django_db
ROLES, ROLE = "/desk/roles/", "/desk/roles/frontline/"


@pytest.fixture
def admin(cast: Cast) -> Browser:
    """Adam's browser; he gave his password again a moment ago."""
    browser = Browser()
    browser.force_login(cast.adam)
    session = browser.session
    session["account_authentication_methods_user"] = str(cast.adam.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    return browser


def form(
    *capabilities: str, step: str = "save", more: dict[str, Any] | None = None, **other: Any
) -> dict[str, Any]:
    base: dict[str, Any] = {
        "name": "Frontline agent",
        "description": "",
        "max_tier": "1",
        "version": "1",
        "step": step,
    }
    return base | {f"c.{one}": "1" for one in capabilities} | (more or {}) | other


def test_every_role_and_capability_has_a_cell(admin: Browser) -> None:
    page = admin.get(ROLES).content.decode()
    for role in Role.objects.all():
        assert f"/desk/roles/{role.slug}/" in page
    for capability in Can:
        assert str(capability.label).replace("'", "&#x27;") in page


def test_a_review_shows_the_difference_and_changes_nothing(admin: Browser) -> None:
    answer = admin.post(ROLE, form(Can.CASE_VIEW, step="review"))
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "loses <b>case.decide</b>" in said
    assert "3 grants of this role follow" in said
    assert Role.objects.get(slug="frontline").version == 1


def test_saving_a_cell_narrows_the_role_at_once(admin: Browser, cast: Cast) -> None:
    keeps = ("case.view", "case.claim", "case.decide", "case.flag")
    sent = form(*keeps, more={"clients.case.decide": [str(cast.birch.pk)], "queues.case.decide": ["billing"]})
    assert admin.post(ROLE, sent).status_code == 303
    assert not can(cast.person("finn"), Can.CASE_DECIDE)  # of Acme
    assert Event.objects.get(kind="role.changed").data["rescoped"] == ["case.decide"]
    page = admin.get(ROLES).content.decode()
    assert f"{cast.birch.name}; billing; tier 1" in page


def test_saving_asks_for_the_password_again(cast: Cast) -> None:
    browser = Browser()
    browser.force_login(cast.adam)
    answer = browser.post(ROLE, form(Can.CASE_VIEW))
    assert answer.status_code == 302
    assert "/reauthenticate/" in answer["Location"]
    assert Role.objects.get(slug="frontline").version == 1


@pytest.mark.parametrize(
    ("sent", "status", "says"),
    [
        (form(Can.CASE_VIEW, name=" "), 422, "A role needs a name"),
        (form(Can.CASE_VIEW, max_tier="nine"), 422, "must be a number"),
        (form(Can.CASE_VIEW, max_tier="9"), 422, "Tiers are 1 to 3"),
        (form(Can.CASE_VIEW, version="7"), 409, "Somebody changed this role"),
        (form(Can.CASE_VIEW, more={"clients.case.view": ["99999"]}), 422, "no such client"),
        (form(Can.CASE_POST), 422, "Only AI agents post cases"),
    ],
)
def test_what_makes_no_sense_is_refused_and_what_was_typed_is_kept(
    admin: Browser, sent: dict[str, Any], status: int, says: str
) -> None:
    answer = admin.post(ROLE, sent)
    assert answer.status_code == status
    assert says in answer.content.decode()
    assert Role.objects.get(slug="frontline").version == 1


def test_a_new_role_is_made_and_deleted_while_nobody_holds_it(admin: Browser) -> None:
    sent = form(Can.CASE_VIEW, slug="night-desk") | {"name": "Night desk"}
    assert admin.post("/desk/roles/new/", sent)["Location"] == "/desk/roles/night-desk/"
    assert admin.post("/desk/roles/night-desk/delete/")["Location"] == ROLES
    assert not Role.objects.filter(slug="night-desk").exists()
    bad = admin.post("/desk/roles/new/", sent | {"slug": "Night Desk!"})
    assert bad.status_code == 422


def test_a_role_is_given_with_its_dates_and_ended(admin: Browser, cast: Cast) -> None:
    url = f"/desk/rights/person/{cast.stan.pk}/"
    until = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = {
        "role": "frontline",
        "client": cast.acme.pk,
        "queues": ["billing"],
        "max_tier": "",
        "valid_to": until,
    }
    assert admin.post(url, sent)["Location"] == url
    grant = Grant.objects.get(user=cast.stan)
    assert (grant.client, grant.queues, grant.granted_by) == (cast.acme, ["billing"], cast.adam)
    assert admin.post(f"/desk/rights/grant/{grant.pk}/end/").status_code == 303
    assert not can(cast.person("stan"), Can.CASE_VIEW)


def test_an_ai_agent_has_the_same_page_and_no_humans_role(admin: Browser, cast: Cast) -> None:
    """R079."""
    url = f"/desk/rights/agent/{cast.acme_bot.pk}/"
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"role": "frontline", "client": cast.acme.pk}).status_code == 422


@pytest.mark.parametrize(
    "sent",
    [
        {"role": "none"},
        {"role": "frontline", "client": "99999"},
        {"role": "frontline", "queues": ["nowhere"]},
        {"role": "frontline", "valid_to": "soon"},
        {"role": "frontline", "valid_to": "2001-01-01T00:00"},
        {},
    ],
)
def test_a_grant_that_cannot_be_is_refused_in_words(admin: Browser, cast: Cast, sent: dict[str, Any]) -> None:
    answer = admin.post(f"/desk/rights/person/{cast.stan.pk}/", sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not cast.stan.grants.exists()


def test_the_last_admin_stays(cast: Cast, admin: Browser) -> None:
    grant = Grant.objects.get(user=cast.adam)
    answer = admin.post(f"/desk/rights/grant/{grant.pk}/end/", follow=True)
    assert "Nobody changes their own rights" in answer.content.decode()


def test_the_rights_of_a_past_day_are_a_page_and_a_spreadsheet(admin: Browser, cast: Cast) -> None:
    day = timezone.now() - timedelta(days=3)
    Grant.objects.filter(user=cast.quinn).update(
        valid_from=day - timedelta(days=1), valid_to=day + timedelta(days=1)
    )
    page = admin.get(f"/desk/rights/?on={day:%Y-%m-%d}").content.decode()
    assert cast.quinn.name in page
    assert cast.finn.name not in page
    assert cast.quinn.name not in _table(admin.get("/desk/rights/").content.decode())
    sheet = admin.get("/desk/rights/?format=csv")
    assert sheet["Content-Type"].startswith("text/csv")
    assert cast.finn.name in sheet.content.decode()
    assert admin.get("/desk/rights/?on=yesterday").status_code == 422


def test_may_they_gives_the_products_own_answer_and_why(admin: Browser, cast: Cast) -> None:
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    ask: dict[str, Any] = {"who": f"person-{cast.frida.pk}", "capability": "case.decide", "case": case.ref}
    said = admin.get("/rights/check/", ask).content.decode()
    assert "No: Frida Example may not" in said
    ask["who"] = f"agent-{cast.acme_bot.pk}"
    assert "only a person works a case" in admin.get("/rights/check/", ask).content.decode()
    assert admin.get("/rights/check/", ask | {"case": "AC-1"}).status_code == 422
    assert admin.get("/rights/check/", ask | {"who": "person-0"}).status_code == 422
    there: dict[str, Any] = {"capability": "case.view", "queue": "billing", "client": cast.acme.pk}
    assert admin.get("/rights/check/", there | {"who": f"person-{cast.fay.pk}"}).status_code == 200


def _table(page: str) -> str:
    return page[page.index("<table") : page.index("</table>")]


@pytest.mark.parametrize("capability", sorted(HUMAN_ONLY_CAPABILITIES))
def test_every_capability_has_its_place_in_the_matrix(capability: str) -> None:
    assert group_of(capability) in GROUPS.values()
