"""The weekly handoff review: built once, patterns with owner, action and effect (R088, R095, R100)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import Event, User
from escalations.errors import Invalid, NotAllowed
from escalations.models import Job, Pattern, WeeklyReview
from escalations.selectors.patterns import effect_of
from escalations.services.weekly import change_pattern, plan_reviews
from tests.cast import Cast
from tests.engine import Scripted, work
from tests.escalations.bodies import faq
from tests.insight.cases import handed
from tests.robot import Robot

pytestmark = pytest.mark.django_db
Door = Callable[[User], Browser]


def week_later() -> None:
    """It is Monday: the week is over and its reviews are built."""
    plan_reviews(now=timezone.now() + timedelta(days=7))
    work()


def acme(cast: Cast) -> WeeklyReview:
    return WeeklyReview.objects.get(client=cast.acme)


def test_what_went_to_people_last_week_is_put_together_once(cast: Cast, robot: Robot) -> None:
    """R088: by any number of beats and workers, once for each client and week, told in the ledger."""
    same = [handed(robot) for _ in range(3)]
    handed(robot, unsure={"confidence": 0.3, "category": "order_status"})
    robot.post(faq())
    work()
    for _ in range(2):
        plan_reviews(now=timezone.now() + timedelta(days=7))
    assert Job.objects.filter(kind="weekly_review").count() == 2  # Acme's and Birch's
    work()
    week_later()
    review = acme(cast)
    assert (review.handed, review.cases, review.starts_on.weekday()) == (4, 5, 0)
    pattern = Pattern.objects.get(review=review)
    assert {member.case_id for member in pattern.members.all()} == {case.pk for case in same}
    assert (pattern.n, pattern.category) == (3, "faq_general")
    assert "LOW_CONFIDENCE" in pattern.reasons
    assert Event.objects.filter(kind="review.built").count() == 2


def test_many_of_a_kind_are_told_apart_by_what_customers_wrote(cast: Cast, robot: Robot) -> None:
    """R095: clusters by reason and text, with typical cases."""
    for n in range(6):
        for text in (
            f"The parcel is late, courier number {n} is silent",
            f"Charged twice on invoice {n}, a refund",
        ):
            handed(robot, messages=[{"author": "customer", "text": text, "at": "2026-03-01T09:30:00Z"}])
    week_later()
    found = list(Pattern.objects.filter(review=acme(cast)))
    assert [pattern.n for pattern in found] == [6, 6]
    terms = [set(pattern.terms) for pattern in found]
    assert any("parcel" in one for one in terms)
    assert any("invoice" in one for one in terms)


def test_a_pattern_gets_owner_and_action_and_shows_what_changed(cast: Cast, robot: Robot) -> None:
    """R088, R095, R100: after the action fewer such cases come; before and after with intervals."""
    for _ in range(6):
        handed(robot)
    week_later()
    pattern = Pattern.objects.get(review=acme(cast))
    with pytest.raises(Invalid) as error:
        change_pattern(pattern=pattern, actor=cast.sunny, owner=None, action=" ", state="done")
    assert set(error.value.errors) == {"owner", "action"}
    done: dict[str, Any] = {"owner": cast.quinn, "action": "Teach it the opening hours", "state": "done"}
    for _ in range(2):
        pattern = change_pattern(pattern=pattern, actor=cast.sunny, **done)
    events = Event.objects.filter(kind="pattern.changed")
    assert [event.data["diff"]["state"] for event in events] == [["open", "done"]]
    assert "opening" not in str(events[0].data)
    for _ in range(8):
        robot.post(faq())
        work(Scripted())
    handed(robot)
    effect = effect_of(pattern)
    assert effect.before is not None
    assert effect.after is not None
    assert effect.change is not None
    assert (effect.before.estimate, round(effect.after.estimate, 3)) == (1.0, 0.111)
    assert effect.change.high < 0
    assert [(week.n, week.cases) for week in effect.weeks] == [(7, 15)]


def test_who_leads_nothing_may_read_and_not_change(cast: Cast, robot: Robot, signed_in: Door) -> None:
    """R088: an auditor reads Acme's; frontline sees nothing of it; another client's is not there."""
    for _ in range(2):
        handed(robot)
    week_later()
    pattern = Pattern.objects.get(review=acme(cast))
    url = f"/insight/weekly/{pattern.pk}/"
    with pytest.raises(NotAllowed):
        change_pattern(pattern=pattern, actor=cast.audrey, owner=cast.quinn, action="x", state="agreed")
    assert signed_in(cast.audrey).get(url).status_code == 200
    assert signed_in(cast.audrey).post(url, {"action": "x", "state": "open"}).status_code == 403
    assert signed_in(cast.fay).get(url).status_code == 403
    Pattern.objects.filter(pk=pattern.pk).update(review=WeeklyReview.objects.get(client=cast.birch))
    assert signed_in(cast.audrey).get(url).status_code == 404


def test_the_page_lists_the_patterns_and_takes_an_owner(cast: Cast, robot: Robot, signed_in: Door) -> None:
    """R088: wrong input is answered beside the field; the running week is shown before it is over."""
    cases = [handed(robot) for _ in range(3)]
    browser = signed_in(cast.sunny)
    early = browser.get("/insight/weekly/?client=acme").content.decode()
    assert "No week is over yet." in early
    assert cases[0].ref in early
    week_later()
    page = browser.get("/insight/weekly/?client=acme").content.decode()
    assert "3 of 3 cases went from AI to people" in page
    pattern = Pattern.objects.get(review=acme(cast))
    url = f"/insight/weekly/{pattern.pk}/"
    wrong = browser.post(url, {"owner": "", "action": "", "state": "agreed"})
    assert wrong.status_code == 422
    assert "Say who does it." in wrong.content.decode()
    kept = browser.post(url, {"owner": cast.quinn.pk, "action": "Ask the agent's team", "state": "agreed"})
    assert kept.status_code == 303
    assert "Ask the agent&#x27;s team" in browser.get("/insight/weekly/?client=acme").content.decode()
    file = browser.get(f"/insight/weekly/?client=acme&week={acme(cast).starts_on}&format=csv")
    assert "agreed" in file.content.decode()
