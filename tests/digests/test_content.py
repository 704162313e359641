"""What a week's digest says, against a world counted by hand (R098)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import Membership, Team, User
from escalations.auditing import week_around
from escalations.autonomy.vigilance import Limits
from escalations.models import Plant, WeeklyReview
from escalations.services.weekly import review_week
from reviews.models import Digest
from reviews.selectors.digests.figures import attention
from reviews.selectors.digests.page import newest_of, shown
from reviews.services.digests import digest_week, mark_read, span_of
from reviews.services.lessons import retire_lesson
from tests.cast import Cast
from tests.insight.cases import handed
from tests.learning.people import corrected, taught
from tests.lessons.makers import proposed, published
from tests.plants.makers import ACTION, answered, finished, planted_copy
from tests.robot import Robot

pytestmark = pytest.mark.django_db
Door = Callable[[User], Browser]


def this_monday(zone: str = "UTC") -> date:
    """The Monday of the running week, in which a test's world is made."""
    return week_around(timezone.now(), zone)[0]


def bodies(cast: Cast) -> dict[str, Digest]:
    """Acme's digests of the running week, as if it were over, by role."""
    return {one.role: one for one in digest_week(cast.acme, this_monday())}


def part(digest: Digest, actor: User, code: str) -> dict[str, Any]:
    """One part as the page shows it to somebody."""
    return next(one for one in shown(digest, actor)["parts"] if one["code"] == code)


def test_the_desk_is_told_lessons_corrections_and_what_became_of_its_own(cast: Cast) -> None:
    """R098: three decisions, two of them corrected the amount, one is Fay's; one lesson of two was published."""
    corrected(cast), corrected(cast, cast.fay), taught(cast)
    lesson, _ = published(cast), proposed(cast)
    digest = bodies(cast)["frontline"]
    assert digest.body["lessons"] == [{"lesson": str(lesson.pk), "type": lesson.case_type_id}]
    kind = cast.case_type("billing_dispute").pk
    assert digest.body["errors"] == {
        "decided": 5, "corrected": 2, "fields": 2,
        "common": [{"type": kind, "field": "amount", "error": "wrong_value", "n": 2}],
    }  # fmt: skip
    assert [part(digest, one, "fates")["n"] for one in (cast.finn, cast.fay)] == [1, 1]
    row = part(digest, cast.finn, "errors")["rows"][0]
    assert (row.name, row.n, row.of, row.more) == ("Billing dispute: amount", 2, 2, "Wrong value")
    assert row.url == f"/lessons/?type={kind}&error=wrong_value"
    assert not set(digest.body) & {"handoffs", "patterns", "attention", "reading", "autonomy", "fates"}
    words = str(digest.body)
    assert not any(one.name.split()[0] in words for one in (cast.finn, cast.fay, cast.sunny))
    retire_lesson(lesson=lesson, actor=cast.sunny, version=1)
    assert part(digest, cast.finn, "lessons") | {"rows": []} == part(digest, cast.finn, "lessons")


def test_leads_are_told_of_handoffs_and_patterns_with_their_owners(cast: Cast, robot: Robot) -> None:
    """R098, R088: a rate waits for eight judged handoffs; a pattern shows who has it now."""
    for _ in range(3):
        handed(robot)
    review = review_week(cast.acme, this_monday())
    pattern = review.patterns.get()
    digest = bodies(cast)["supervisor"]
    assert digest.body["handoffs"] == {"handed": 3, "known": 0, "successes": 0, "pending": 3}
    assert digest.body["patterns"] == [{"pattern": str(pattern.pk), "n": 3}]
    assert part(digest, cast.sunny, "handoffs")["share"] is None
    review.patterns.update(owner=cast.quinn, action="x", state="agreed")
    row = part(digest, cast.sunny, "patterns")["rows"][0]
    assert (row.n, row.more, row.url) == (3, "Quinn E., action agreed", f"/insight/weekly/{pattern.pk}/")
    assert WeeklyReview.objects.count() == 1


def team(cast: Cast, *people: User) -> Team:
    """A team of Acme's."""
    made = Team.objects.create(name="Desk", client=cast.acme, lead=cast.sunny)
    Membership.objects.bulk_create([Membership(team=made, user=one) for one in people])
    return made


def test_missed_planted_errors_are_told_of_teams_large_enough_alone(
    cast: Cast, robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R098, R094: two people are too few, however often they missed; no share from fewer than the meter asks for."""
    desk = team(cast, cast.finn, cast.sunny, cast.ella)
    for person in (cast.finn, cast.sunny):
        answered(planted_copy(cast, finished(robot, cast.fay), ACTION), person)
    span = span_of(cast.acme, this_monday())
    assert attention(span) == {"weeks": 13, "teams": [], "small": 1}
    answered(planted_copy(cast, finished(robot, cast.fay), ACTION), cast.ella)
    assert attention(span) == {"weeks": 13, "teams": [], "small": 1}
    monkeypatch.setattr("reviews.selectors.digests.figures.LIMITS", Limits(least=3))
    told = attention(span)["teams"]
    missed = Plant.objects.filter(outcome="missed").count()
    assert told == [{"team": desk.pk, "people": 3, "planted": 3, "missed": missed}]


def test_those_who_check_and_those_who_govern_are_told_what_is_theirs(cast: Cast) -> None:
    """R098: an admin reads of levels, stops and policy, and of no case; a policy of this week is named."""
    made = bodies(cast)
    assert made["admin"].body["parts"] == ["autonomy"]
    assert made["admin"].body["autonomy"]["policies"] == [cast.policy.number]
    assert (
        part(made["admin"], cast.adam, "autonomy")["policies"][0].url
        == f"/desk/policy/versions/{cast.policy.number}/"
    )
    assert set(made["qa"].body["reading"]) == {
        "drawn",
        "read",
        "differed",
        "adjudicated",
        "concluded",
        "open",
    }
    assert {"auditor", "ai_agent"} & set(made) == set()


def test_what_lies_outside_the_week_is_told_in_its_own(cast: Cast) -> None:
    """R098: half open, from Monday's first instant to the next."""
    lesson = published(cast)
    at: datetime = lesson.published_at  # type: ignore[assignment]
    week = this_monday()
    told = [digest_week(cast.acme, week + timedelta(weeks=n)) for n in (-1, 0, 1)]
    found = [
        bool(one.body["lessons"]) for one in (next(d for d in ds if d.role == "frontline") for ds in told)
    ]
    assert (found, at.date() >= week) == ([False, True, False], True)


def test_a_digest_is_for_who_holds_the_role_there(cast: Cast, signed_in: Door) -> None:
    """R098, R137: another client's and another role's is not there; the first page is one's own newest."""
    published(cast)
    made = bodies(cast)
    url = f"/week/{made['frontline'].pk}/"
    seen = {name: signed_in(cast.person(name)).get(url).status_code
            for name in ("finn", "frida", "sunny", "adam", "stan")}  # fmt: skip
    assert seen == {"finn": 200, "frida": 404, "sunny": 404, "adam": 404, "stan": 404}
    page = signed_in(cast.finn).get("/week/").content.decode()
    assert "A pending line at the bank" in page
    assert "No week has been told yet" in signed_in(cast.stan).get("/week/").content.decode()
    browser = signed_in(cast.finn)
    assert browser.post(f"{url}read/").status_code == 303
    assert "You have read it." in browser.get(url).content.decode()
    assert signed_in(cast.frida).post(f"{url}read/").status_code == 404
    for one in made.values():
        person = {"supervisor": cast.sunny, "qa": cast.quinn, "compliance": cast.cora, "admin": cast.adam,
                  "sme": cast.ella, "frontline": cast.fay}[one.role]  # fmt: skip
        assert signed_in(person).get(f"/week/{one.pk}/").status_code == 200


def test_weeks_of_clients_that_are_over_at_different_times_stand_side_by_side(
    cast: Cast, signed_in: Door
) -> None:
    """R098: the newest of each client, what is new first; what was read, or tells nothing, after it."""
    published(cast)
    week = this_monday()
    older, empty = (
        digest_week(cast.acme, week - timedelta(weeks=1)),
        digest_week(cast.birch, week + timedelta(weeks=1)),
    )
    news = bodies(cast)["supervisor"]
    mine = [one for one in (*older, *empty) if one.role == "supervisor"]
    assert [one.empty for one in mine] == [True, True]
    assert [one.pk for one in newest_of(cast.sunny)] == [news.pk, mine[1].pk]
    answer = signed_in(cast.sunny).get("/week/")
    assert answer.context["d"].pk == news.pk
    mark_read(digest=news, actor=cast.sunny)
    assert signed_in(cast.sunny).get("/week/").context["d"].pk == mine[1].pk
