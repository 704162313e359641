"""The pages under insight, and a case that is answered before the AI's answer is shown: no barrier, no mouse (R094)."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from escalations.models import FirstAnswer, Pattern
from escalations.services.handoff_judging import judge_handoffs
from escalations.services.weekly import plan_reviews
from tests.cast import Cast
from tests.engine import work
from tests.escalations.people import claim
from tests.insight.cases import LATER, ended, handed
from tests.journeys.conftest import SignIn
from tests.journeys.desk import OVERFLOW, Desk
from tests.journeys.test_access import in_both_themes
from tests.plants.makers import FIELD, answered, finished, planted_copy
from tests.robot import Robot

SMALL = {"width": 390, "height": 800}


def looked_at(desk: Desk, path: str) -> list[str]:
    """What axe finds on a page in either theme, and whether it is too wide for a small screen."""
    found = in_both_themes(desk.open(path))
    desk.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    wide = desk.open(path).ask(OVERFLOW)
    desk.page.set_viewport_size({"width": 1280, "height": 900})
    return [*found, *([f"too wide: {wide}"] if wide > 0 else [])]


def test_the_figures_the_weekly_review_and_the_meter_have_no_barrier(
    cast: Cast, robot: Robot, sign_in: SignIn
) -> None:
    """R068, R088, R094: filled, in both themes, and on 390 pixels."""
    for _ in range(8):
        ended(handed(robot), cast.sunny)
    judge_handoffs(now=timezone.now() + LATER)
    plan_reviews(now=timezone.now() + timedelta(days=7))
    work()
    answered(planted_copy(cast, finished(robot, cast.fay), FIELD), cast.sunny)
    desk = sign_in(cast.sunny)
    pattern = Pattern.objects.get()
    paths = ("/insight/", "/insight/handoffs/", "/insight/weekly/?client=acme", f"/insight/weekly/{pattern.pk}/",
             "/insight/attention/", "/insight/attention/planted/")  # fmt: skip
    found = {path: looked_at(desk, path) for path in paths}
    assert {path: barriers for path, barriers in found.items() if barriers} == {}


def test_a_case_is_answered_first_with_the_keyboard_alone(
    cast: Cast, robot: Robot, sign_in: SignIn, settings: Any
) -> None:
    """R094: choose, send, and the AI's answer is there with the decision below it."""
    settings.HANDRAIL_HIDDEN_RATE = 1.0
    case = handed(robot)
    claim(case, cast.sunny)
    desk = sign_in(cast.sunny)
    assert looked_at(desk, f"/cases/{case.ref}/") == []
    desk.open(f"/cases/{case.ref}/")
    desk.page.focus("#first-action")
    desk.press("a", "Tab", "Enter")
    desk.until("document.querySelector('#decide')")
    assert FirstAnswer.objects.get().action == "answer_customer"
