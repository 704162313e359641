"""Policy in a browser: a rule written without a mouse, its rehearsal watched, no barrier on any page (R011)."""

import pytest

from escalations.models import PolicyDraft, Rehearsal
from tests.cast import Cast
from tests.engine import work
from tests.escalations.cases import settled
from tests.escalations.releases import approved, released, stricter
from tests.journeys.conftest import SignIn
from tests.journeys.desk import OVERFLOW, Desk
from tests.journeys.test_access import in_both_themes


@pytest.fixture
def admin(cast: Cast, sign_in: SignIn) -> Desk:
    return sign_in(cast.adam)


def pages(draft: PolicyDraft) -> list[str]:
    page, rehearsal = f"/desk/policy/drafts/{draft.pk}/", Rehearsal.objects.filter(draft=draft).latest("pk")
    return [
        "/desk/policy/", "/desk/policy/versions/1/", page, f"{page}queues/", f"{page}allocation/",
        f"{page}reasons/upset-complaint/", f"{page}values/", f"/desk/policy/rehearsals/{rehearsal.pk}/",
    ]  # fmt: skip


def test_no_page_of_policy_has_a_barrier_or_scrolls_sideways(admin: Desk, cast: Cast) -> None:
    settled(cast)
    released(cast, stricter(0.7))
    draft = approved(cast, stricter(0.99))
    found = {path: in_both_themes(admin.open(path)) for path in pages(draft)}
    assert {path: barriers for path, barriers in found.items() if barriers} == {}
    admin.page.set_viewport_size({"width": 390, "height": 700})
    assert [path for path in pages(draft) if admin.open(path).ask(OVERFLOW) > 0] == []


def test_a_rule_is_written_and_rehearsed_by_keyboard_alone(admin: Desk, cast: Cast) -> None:
    settled(cast)
    admin.open("/desk/policy/")
    admin.ask("document.querySelector('input[name=title]').focus()")
    admin.type("Sure means sure")
    admin.press("Enter")
    admin.until("location.pathname.includes('/drafts/')")
    draft = PolicyDraft.objects.get(title="Sure means sure")
    admin.open(f"/desk/policy/drafts/{draft.pk}/reasons/new/")
    for field, typed in (("#out-code", "Low confidence"), ("#text", "Sure means sure"),
                         ("#s0", "The calibrated confidence"), ("#o0", "is less than"), ("#v0", "much")):  # fmt: skip
        admin.ask(f"document.querySelector('{field}').focus()")
        admin.type(typed)
    admin.press("Enter")
    admin.until("document.querySelector('.banner.bad')")
    assert "A number" in admin.text("#e0")
    assert in_both_themes(admin) == []
    admin.ask("document.querySelector('#v0').select()")
    admin.type("0.999")
    admin.press("Enter")
    admin.until("location.pathname.endsWith('/reasons/')")
    assert "the calibrated confidence is less than 0.999" in admin.text("#row-sure-means-sure")
    admin.open(f"/desk/policy/drafts/{draft.pk}/")
    admin.ask("[...document.querySelectorAll('button')].find(b => b.textContent == 'Rehearse').focus()")
    admin.press("Enter")
    admin.until("document.querySelector('progress')")
    work()
    admin.until("document.querySelector('h1').textContent.includes('would go another way')")
    assert "1 of 1 cases" in admin.text("h1")
    assert admin.errors == []
