"""The pages where the desk is edited: no barrier in either theme, no sideways scroll, the keyboard is enough."""

import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from accounts.models import AIAgent, Role
from accounts.services.roles import ensure_roles
from escalations.models import SlaPolicy
from escalations.services.sla import ensure_default_promises
from tests.cast import Cast
from tests.journeys.conftest import SignIn
from tests.journeys.desk import OVERFLOW, Desk
from tests.journeys.test_access import in_both_themes


@pytest.fixture
def admin(cast: Cast, sign_in: SignIn) -> Desk:
    """Adam, who gave his password again a moment ago."""
    ensure_roles()
    ensure_default_promises()
    desk = sign_in(cast.adam)
    for row in Session.objects.all():
        kept: dict[str, Any] = row.get_decoded() | {
            "account_authentication_methods_user": str(cast.adam.pk),
            "account_authentication_methods": [
                {"method": "password", "at": time.time(), "reauthenticated": True}
            ],
        }
        row.session_data = Session.objects.encode(kept)
        row.save()
    return desk


def pages(cast: Cast) -> list[str]:
    agent = AIAgent.objects.get(name="acme-bot")
    return [
        "/desk/roles/",
        "/desk/roles/new/",
        "/desk/roles/frontline/",
        "/desk/rights/",
        f"/desk/rights/person/{cast.fay.pk}/",
        f"/desk/rights/agent/{agent.pk}/",
        f"/rights/check/?who=person-{cast.fay.pk}&capability=case.decide&queue=billing&client={cast.acme.pk}",
        "/desk/sla/",
        "/desk/sla/new/",
        f"/desk/sla/{SlaPolicy.objects.get(superseded_at=None).pk}/",
        "/desk/calendars/new/",
        "/desk/calendars/always/",
        "/desk/breaches/",
    ]


def test_no_editors_page_has_a_barrier(admin: Desk, cast: Cast) -> None:
    found = {path: in_both_themes(admin.open(path)) for path in pages(cast)}
    assert {path: barriers for path, barriers in found.items() if barriers} == {}


@pytest.mark.parametrize("width", [390, 320])
def test_no_editors_page_scrolls_sideways(admin: Desk, cast: Cast, width: int) -> None:
    admin.page.set_viewport_size({"width": width, "height": 700})
    wide = [path for path in pages(cast) if admin.open(path).ask(OVERFLOW) > 0]
    assert wide == []


def test_a_role_is_changed_by_keyboard_alone(admin: Desk) -> None:
    """R046: look at the difference, then save it."""
    admin.open("/desk/roles/frontline/")
    admin.ask("document.querySelector('[name=\"c.case.flag\"]').focus()")
    admin.press("Space")
    admin.ask("document.querySelector('button[value=review]').focus()")
    admin.press("Enter")
    admin.until("document.querySelector('button[value=save]')")
    assert "loses case.flag" in admin.text("main")
    admin.ask("document.querySelector('button[value=save]').focus()")
    admin.press("Enter")
    admin.until("document.body.textContent.includes('saved')")
    assert "case.flag" not in Role.objects.get(slug="frontline").capabilities
