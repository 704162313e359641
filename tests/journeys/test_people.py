"""The people pages within reach: axe in both themes, a phone's width, keyboard only."""

import os
from datetime import time, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Proficiency
from accounts.services.floor import add_shift, add_time_off, save_team
from escalations.services.asking import set_category_asks, set_queue_asks
from reviews.services.assigning import hand_out
from tests.cast import Cast
from tests.journeys.conftest import SignIn
from tests.journeys.desk import OVERFLOW
from tests.journeys.test_access import in_both_themes
from tests.people.floor import only, teach
from tests.reviews.makers import waiting

SHOTS = os.environ.get("HANDRAIL_SHOTS")
"""A directory for pictures of every page, to look at; none are kept otherwise."""

PAGES = {
    "roster": ("adam", "/people/"),
    "person": ("adam", "/people/{fay}/"),
    "teams": ("adam", "/people/teams/"),
    "team": ("adam", "/people/teams/night/"),
    "skills": ("adam", "/people/skills/"),
    "skill": ("adam", "/people/skills/chat/"),
    "needs": ("adam", "/desk/needs/"),
    "queue-needs": ("adam", "/desk/needs/queue/frontline/"),
    "type-needs": ("adam", "/desk/needs/type/{type}/"),
    "offered": ("fay", "/queue/"),
}


@pytest.fixture
def floor(cast: Cast) -> Cast:
    """Skills, hours, a team, and a critical case that is offered to Fay."""
    for person, slug, level in (
        ("fay", "chat", 3),
        ("finn", "chat", 1),
        ("fay", "billing", 2),
        ("ella", "networks", 3),
    ):
        teach(cast.person(person), slug, level)
    add_shift(person=cast.fay, weekdays=range(7), starts=time(0, 0), ends=time(23, 59), actor=None)
    now = timezone.now()
    add_time_off(person=cast.finn, begins=now - timedelta(days=1), ends=now + timedelta(days=4), reason="leave",
                 delegate=cast.fay, actor=None)  # fmt: skip
    save_team(
        slug="night",
        name="Night desk",
        client=cast.acme,
        lead=cast.sunny,
        members=[cast.fay, cast.finn],
        actor=None,
    )
    set_queue_asks(queue=cast.queue("frontline"), skills={"chat": 2}, push=False, actor=None)
    kind = cast.case_type("faq_chat")
    set_category_asks(case_type=kind, category=kind.labels[-1], skills={"chat": 3}, actor=None)
    only(cast.fay, cast.sunny)
    waiting(cast.case_type("faq_chat"), cast.acme_bot, severity=1)
    hand_out()
    return cast


@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_use_it_in_either_theme_and_on_a_phone(name: str, floor: Cast, sign_in: SignIn) -> None:
    who, path = PAGES[name]
    desk = sign_in(floor.person(who)).open(path.format(fay=floor.fay.pk, type=floor.case_type("faq_chat").pk))
    assert in_both_themes(desk) == []
    for width, theme in ((1366, "light"), (1366, "dark"), (390, "light")):
        desk.page.set_viewport_size({"width": width, "height": 844})
        desk.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        assert desk.ask(OVERFLOW) <= 0, f"{name} is wider than {width}"
        if SHOTS:
            desk.page.screenshot(path=Path(SHOTS) / f"{name}-{theme}-{width}.png", full_page=True)


def test_a_supervisor_sets_a_skill_with_the_keyboard_alone(floor: Cast, sign_in: SignIn) -> None:
    desk = sign_in(floor.sunny).open("/people/")
    desk.page.locator("main tbody a").first.focus()
    desk.press("Enter")
    desk.until("location.pathname !== '/people/' && document.documentElement.dataset.ready === ''")
    for _ in range(60):
        desk.press("Tab")
        if desk.ask("document.activeElement.name") == "skill.networks":
            break
    desk.type("A")  # "Able"
    desk.press("Enter")
    for _ in range(20):
        if desk.ask("document.activeElement.type") == "submit":
            break
        desk.press("Tab")
    desk.press("Enter")
    desk.until("document.body.textContent.includes('Saved')")
    assert Proficiency.objects.get(user=floor.fay, skill__slug="networks").level == 2
