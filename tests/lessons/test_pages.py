"""The shelf of lessons: found by words and by what they are about; one lesson, and writing one (R097)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.test import Client as Browser

from accounts.models import Event, User
from escalations.models import Pattern, WeeklyReview
from reviews.models import Lesson, LessonUse
from reviews.models.lesson import LANGUAGE, SEARCHED
from reviews.selectors.lessons import shelf
from reviews.services.lessons import retire_lesson
from tests.cast import Cast
from tests.learning.people import taught
from tests.lessons.makers import form, proposed, published, settled

pytestmark = pytest.mark.django_db
Door = Callable[[User], Browser]


def titles(browser: Browser, **asked: Any) -> list[str]:
    """What the list shows."""
    answer = browser.get("/lessons/", asked)
    assert answer.status_code == 200
    return [lesson.title for lesson, _ in answer.context["rows"]]


def test_words_and_filters_find_a_lesson(cast: Cast, signed_in: Door) -> None:
    """R097: as a web search takes them, stemmed; by client, type, reason, error, state; by the case's reference."""
    doubled = published(cast)
    late = published(
        cast, title="Late courier", learned="Call the depot.", happened="It waited.", reasons=("TOOL_FAILURE",),
        error_type="",
    )  # fmt: skip
    browser = signed_in(cast.finn)
    assert titles(browser) == ["Late courier", doubled.title]
    assert titles(browser, q="charging") == [doubled.title]
    assert titles(browser, q='"second charge" -courier') == [doubled.title]
    assert titles(browser, q="depot or pending") == ["Late courier", doubled.title]
    assert titles(browser, q=late.case.ref.lower()) == ["Late courier"]
    assert titles(browser, reason="TOOL_FAILURE") == ["Late courier"]
    assert titles(browser, error="wrong_value", type=doubled.case_type_id) == [doubled.title]
    assert titles(browser, state="retired") == []
    retire_lesson(lesson=late, actor=cast.sunny, version=1)
    assert (titles(browser), titles(browser, state="retired")) == ([doubled.title], ["Late courier"])
    assert "No lesson fits that" in browser.get("/lessons/?q=zebra").content.decode()
    assert browser.get("/lessons/?client=birch").status_code == 404


def test_words_are_looked_up_in_the_index(cast: Cast) -> None:
    """R097: the statement's expression is that of the GIN index."""
    published(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    query = SearchQuery("pending", search_type="websearch", config=LANGUAGE)
    plan = Lesson.objects.annotate(words=SEARCHED).filter(words=query).order_by().explain()
    assert "lesson_words" in plan


def test_the_list_comes_a_page_at_a_time(
    cast: Cast, signed_in: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R097: by key, so that what is published meanwhile moves nothing."""
    monkeypatch.setattr(shelf, "PAGE", 2)
    case = settled(cast)
    for n in range(5):
        published(cast, case=case, title=f"Lesson {n}")
    browser, shown = signed_in(cast.fay), []
    before: dict[str, Any] = {}
    for _ in range(3):
        answer = browser.get("/lessons/", before)
        shown += [lesson.title for lesson, _ in answer.context["rows"]]
        published(cast, case=case, title="New")
        before = {"before": answer.context["after"] or ""}
    assert shown == [f"Lesson {n}" for n in (4, 3, 2, 1, 0)]
    assert before == {"before": ""}


def test_another_clients_lesson_is_not_there_and_a_proposal_is_its_authors_and_the_leads(
    cast: Cast, signed_in: Door
) -> None:
    """R097, R137: 404, by every door of it."""
    lesson, draft = published(cast), proposed(cast)
    before = Event.objects.count()
    for hidden, person in (
        (lesson, cast.frida),
        (draft, cast.frida),
        (draft, cast.fay),
        (draft, cast.audrey),
    ):
        browser, url = signed_in(person), f"/lessons/{hidden.pk}/"
        assert browser.get(url).status_code == 404
        for door, sent in (("", form()), ("step/", {"how": "publish"}), ("useful/", {"useful": "yes"})):
            assert browser.post(url + door, sent).status_code == 404
    assert titles(signed_in(cast.frida)) == []
    assert titles(signed_in(cast.fay), state="draft") == []
    assert [titles(signed_in(one), state="draft") for one in (cast.finn, cast.quinn)] == [[draft.title]] * 2
    assert (Event.objects.count(), LessonUse.objects.count()) == (before, 0)


def test_writing_begins_with_what_the_case_knows_and_ends_on_the_lessons_page(
    cast: Cast, signed_in: Door
) -> None:
    """R097: prefilled with reasons; a warning beside the texts; wrong input is answered beside the field."""
    case = settled(cast)
    browser, url = signed_in(cast.finn), f"/cases/{case.ref}/lesson/"
    page = browser.get(url)
    text = page.content.decode()
    assert page.context["form"].initial["reasons"] == case.reason_codes
    assert text.count("No names, addresses") == 2
    assert f"Policy v{cast.policy.number}" in text
    assert "policy_draft" not in page.context["form"].fields
    wrong = browser.post(url, form(title="", reasons=["NONSENSE"]))
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"title", "reasons"})
    made = browser.post(url, form())
    lesson = Lesson.objects.get()
    assert (made.status_code, made["Location"]) == (303, f"/lessons/{lesson.pk}/")
    assert browser.get(made["Location"]).context["form"] is not None
    assert signed_in(cast.fay).get(url).status_code == 403
    assert signed_in(cast.frida).get(url).status_code == 404


def test_a_lead_ties_it_to_a_pattern_publishes_and_changes_it(cast: Cast, signed_in: Door) -> None:
    """R097, R088: the pattern's page then shows it; who was overtaken keeps what they typed."""
    lesson = proposed(cast)
    now = lesson.written_at
    review = WeeklyReview.objects.create(
        client=cast.acme, starts_on=now.date(), starts_at=now, ends_at=now, handed=2, cases=2
    )
    pattern = Pattern.objects.create(
        review=review, position=1, key="k", case_type=lesson.case_type, n=2, reasons=["DISTRESS"]
    )
    browser, url = signed_in(cast.sunny), f"/lessons/{lesson.pk}/"
    assert browser.post(url, form(version=1, pattern=pattern.pk)).status_code == 303
    late = browser.post(url, form(version=1, title="Overtaken"))
    assert (late.status_code, "Overtaken" in late.content.decode()) == (409, True)
    browser.post(f"{url}step/", {"how": "publish", "version": 2})
    lesson.refresh_from_db()
    assert (lesson.state, lesson.pattern, lesson.version) == ("published", pattern, 2)
    assert lesson.title in browser.get(f"/insight/weekly/{pattern.pk}/").content.decode()
    assert browser.post(f"{url}step/", {"how": "nonsense"}).status_code == 404
    browser.post(f"{url}step/", {"how": "erase"})
    assert "Its text was erased" in browser.get(url).content.decode()


def test_the_case_page_offers_it_once_the_case_is_settled(cast: Cast, signed_in: Door) -> None:
    """R097: to whoever decided it and to leads, with a key; to a colleague not."""
    case = settled(cast)
    offered = f'href="/cases/{case.ref}/lesson/" data-key="w"'
    seen = {one.name.split()[0]: offered in signed_in(one).get(f"/cases/{case.ref}/").content.decode()
            for one in (cast.finn, cast.quinn, cast.fay, cast.audrey)}  # fmt: skip
    assert seen == {"Finn": True, "Quinn": True, "Fay": False, "Audrey": False}
    undoable = taught(cast, closed=False).case
    assert "/lesson/" not in signed_in(cast.finn).get(f"/cases/{undoable.ref}/").content.decode()
