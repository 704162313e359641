"""Tiers, trees and departments' parts in a browser: within reach of everybody, by keyboard, on a small screen."""

import pytest

from escalations.models import Case, DecisionTree, SubTask, TierRule
from tests.cast import Cast
from tests.engine import Scripted
from tests.escalations.cases import queued
from tests.escalations.people import claim
from tests.journeys.conftest import SignIn
from tests.journeys.desk import OVERFLOW, Desk
from tests.journeys.test_access import in_both_themes

TWO = Scripted(category="billing_dispute", confidence=0.6, intents=("billing_dispute", "technical_fault"))


@pytest.fixture
def admin(cast: Cast, sign_in: SignIn) -> Desk:
    return sign_in(cast.adam)


@pytest.fixture
def shared(cast: Cast) -> Case:
    """A case of two departments, with Ella."""
    case = queued(cast, engine=TWO)
    claim(case, cast.ella)
    return case


def pages() -> list[str]:
    tier, tree = TierRule.objects.filter(client=None).first(), DecisionTree.objects.get()
    assert tier is not None
    edit = "/desk/trees/edit/?client=acme"
    return [
        "/desk/tiers/",
        "/desk/tiers/new/",
        f"/desk/tiers/{tier.pk}/",
        "/desk/trees/",
        edit,
        f"/desk/trees/{tree.pk}/",
    ]


def test_no_page_of_tiers_and_trees_has_a_barrier(admin: Desk) -> None:
    found = {path: in_both_themes(admin.open(path)) for path in pages()}
    assert {path: barriers for path, barriers in found.items() if barriers} == {}


@pytest.mark.parametrize("width", [390, 320])
def test_no_page_of_tiers_and_trees_scrolls_sideways(admin: Desk, width: int) -> None:
    admin.page.set_viewport_size({"width": width, "height": 700})
    assert [path for path in pages() if admin.open(path).ask(OVERFLOW) > 0] == []


def test_a_tree_is_changed_checked_and_published_by_keyboard_alone(admin: Desk, cast: Cast) -> None:
    """R052: no mouse; a loop is told beside its answer before anything is published."""
    admin.open("/desk/trees/edit/?client=acme")
    admin.ask("document.querySelector('#n2').focus()")
    admin.type("Question 1")
    admin.ask("document.querySelector('button[value=publish]').focus()")
    admin.press("Enter")
    admin.until("document.querySelector('.banner.bad')")
    assert "round for ever" in admin.text("#en2")
    assert in_both_themes(admin) == []
    admin.ask("document.querySelector('#n2').focus()")
    admin.type("Quality")
    admin.ask("document.querySelector('button[value=publish]').focus()")
    admin.press("Enter")
    admin.until("document.body.textContent.includes('is in force')")
    tree = DecisionTree.objects.get(client=cast.acme)
    assert tree.document["nodes"][2]["no"] == "queue:quality"


def test_a_department_ends_its_part_on_the_case(sign_in: SignIn, cast: Cast, shared: Case) -> None:
    """R049: in one click, without leaving the case; no barrier while it is open."""
    desk = sign_in(cast.ella).open(f"/cases/{shared.ref}/")
    desk.ask("document.querySelector('#parts').scrollIntoView()")
    desk.until("document.querySelector('#parts button')")
    assert in_both_themes(desk) == []
    desk.ask("document.querySelector('#parts button[value=done]').focus()")
    desk.press("Enter")
    desk.until("document.querySelector('#parts').textContent.includes('done by Ella')")
    assert SubTask.objects.filter(case=shared, state="done").count() == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_the_departments_list_is_within_reach(sign_in: SignIn, cast: Cast, shared: Case, width: int) -> None:
    """R049."""
    desk = sign_in(cast.fay)
    desk.page.set_viewport_size({"width": width, "height": 700})
    desk.open("/parts/")
    assert shared.ref in desk.text("main")
    assert desk.ask(OVERFLOW) == 0
    assert in_both_themes(desk) == []
