"""What a policy sends to a tier against the people who are there (R011, R114)."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant, Shift, User
from escalations.models import Rehearsal
from escalations.policy.default import default_data
from escalations.rehearsal import Sums
from escalations.selectors.staffing import too_much
from escalations.staffing import overload
from tests.cast import Cast
from tests.escalations.releases import drafted, rehearsed

DAY = [2.0 if 8 <= hour < 18 else 0.0 for hour in range(24)]
TWO = [2.0 if 8 <= hour < 18 else 0.0 for hour in range(24)]


def test_people_who_keep_up_are_no_matter() -> None:
    """Twenty cases a day of half an hour each, two people: half of their time."""
    assert overload(DAY, TWO, 30, allowed=60) is None


def test_more_than_a_day_of_work_a_day_never_ends() -> None:
    """Twenty cases of an hour and a quarter are 25 hours; two people have 20."""
    found = overload(DAY, TWO, 75, allowed=10_000)
    assert found is not None
    assert found.minutes is None
    assert [found.coming, found.can, found.people] == pytest.approx([2.0, 1.6, 2.0])


def test_a_rush_that_is_worked_off_too_late_names_its_hour() -> None:
    """Twelve cases at nine, two people who do four an hour: eight wait, for two hours and their own half hour."""
    rush = [12.0 if hour == 9 else 0.0 for hour in range(24)]
    found = overload(rush, TWO, 30, allowed=120)
    assert found is not None
    assert [found.hour, found.coming, found.can, found.minutes] == pytest.approx([9, 12.0, 4.0, 150])
    assert overload(rush, TWO, 30, allowed=150) is None


def test_what_comes_at_night_waits_for_the_morning() -> None:
    """One case at three, nobody before eight: it is done after four hours, a quarter of the first, and its own."""
    night = [1.0 if hour == 3 else 0.0 for hour in range(24)]
    found = overload(night, TWO, 30, allowed=60)
    assert found is not None
    assert [found.hour, found.people, found.minutes] == pytest.approx([3, 0.0, 4 * 60 + 15 + 30])


def test_nobody_at_all_never_ends() -> None:
    found = overload(DAY, [0.0] * 24, 30, allowed=10_000)
    assert found is not None
    assert found.minutes is None


@pytest.mark.django_db
def test_a_draft_that_sends_more_than_the_shifts_can_do_is_told_so_with_figures(cast: Cast) -> None:
    """R011: from the rehearsal's load of each tier; without shifts nobody is counted as missing."""
    for name in ("fay", "finn"):
        for day in range(5):
            Shift.objects.create(user=cast.person(name), weekday=day, starts=time(9), ends=time(10))
    now, hours = timezone.now(), [0] * 24
    hours[9], hours[2] = 600, 600
    sums = Sums(cases=1200)
    sums.new.load, sums.old.load = {"1": hours}, {"1": [0] * 24}
    made = Rehearsal(
        since=now - timedelta(days=10),
        until=now,
        results={**sums.stored(), "hand": {"1": 30.0}},
        digest="",
        document={},
    )
    said = too_much(made, default_data(), now=now)
    assert len(said) == 1
    assert "Tier 1 cannot do it in time" in said[0]
    assert "60.0 cases an hour come" in said[0]
    assert "more comes in a day than they can do" in said[0]
    sums.new.load = {"1": [0] * 24, "3": [1] * 24}
    made.results = {**sums.stored(), "hand": {"3": 30.0}}
    assert too_much(made, default_data(), now=now) == []  # Ella has no shifts: she counts as there


@pytest.mark.django_db
def test_the_drafts_page_says_it(cast: Cast, signed_in: Callable[[User], Browser]) -> None:
    draft = drafted(cast)
    made = rehearsed(cast, draft)
    Grant.objects.all().exclude(user__in=[cast.adam, cast.sunny]).update(valid_to=timezone.now())
    Shift.objects.create(user=cast.sunny, weekday=0, starts=time(9), ends=time(10))
    results = {**made.results, "new": {**made.results["new"], "load": {"3": [400] * 24}}}
    Rehearsal.objects.filter(pk=made.pk).update(results=results)
    page = signed_in(cast.adam).get(reverse("desk:draft", args=[draft.pk])).content.decode()
    assert "Tier 3 cannot do it in time" in page
