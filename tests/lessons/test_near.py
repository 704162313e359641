"""Lessons beside similar cases: the nearest three, in a request of its own (R097)."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from escalations.models import Case
from reviews.models import LessonUse
from reviews.selectors.lessons.near import lessons_near, likeness, shared
from reviews.selectors.lessons.shelf import lessons_seen
from tests.cast import Cast
from tests.learning.people import taught
from tests.lessons.makers import proposed, published, settled
from tests.reviews.makers import waiting

pytestmark = pytest.mark.django_db
Door = Callable[[User], Browser]


def at_hand(cast: Cast, kind: str = "billing_dispute") -> Case:
    """A case that waits: two payments of 84.20 on the bank's page, unsure and upset."""
    return waiting(cast.case_type(kind), cast.acme_bot)


def test_likeness_and_shared_reasons_are_what_they_are_by_hand() -> None:
    """R097: the same words are 1, none in common 0; one of three reasons is a third."""
    same, none = likeness("bank shows payments", ["payments shows bank", "courier lost parcel"])
    assert (round(same, 6), none) == (1.0, 0.0)
    assert (shared(["A", "B"], ["B", "C"]), shared([], [])) == (1 / 3, 0.0)


def test_the_nearest_three_come_by_type_then_reasons_then_words(cast: Cast) -> None:
    """R097: of four of the type the one without a shared reason or word is left out; proposals and retired ones are."""
    source = settled(cast)
    words = published(
        cast, case=source, title="Bank shows two payments, card", reasons=("DISTRESS", "LOW_CONFIDENCE")
    )
    reasons = published(cast, case=source, title="Zebra", happened="Zebra.", learned="Zebra.")
    half = published(
        cast, case=source, title="Zebra", happened="Zebra.", learned="Zebra.", reasons=("DISTRESS",)
    )
    published(cast, case=source, title="Zebra", happened="Zebra.", learned="Zebra.", reasons=("ANOMALY",))
    proposed(cast, case=source, title="Bank shows two payments, card")
    assert lessons_near(at_hand(cast), cast.fay) == [words, reasons, half]
    assert lessons_near(source, cast.fay) == []  # not beside the case that taught it


def test_of_another_type_reasons_alone_are_not_enough(cast: Cast) -> None:
    """R097."""
    published(cast, title="Zebra", happened="Zebra.", learned="Zebra.")
    assert lessons_near(at_hand(cast, "faq_chat"), cast.fay) == []
    told = published(cast, title="Bank shows two payments, card", happened="Third time, payment.")
    assert lessons_near(at_hand(cast, "faq_chat"), cast.fay) == [told]


def test_the_similar_part_shows_them_with_their_case_for_whoever_may_open_it(
    cast: Cast, signed_in: Door
) -> None:
    """R097, R137: the page itself asks for none of it; another client's lessons stand nowhere."""
    lesson, case = published(cast), at_hand(cast)
    browser = signed_in(cast.fay)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = browser.get(f"/cases/{case.ref}/").content.decode()
    assert not any("reviews_lesson" in one["sql"] for one in asked.captured_queries)
    assert lesson.title not in page
    part = browser.get(f"/cases/{case.ref}/similar/").content.decode()
    assert f'href="/cases/{lesson.case.ref}/"' in part
    assert lesson.title in part
    theirs = waiting(cast.case_type("billing_dispute", "birch"), cast.birch_bot)
    assert lesson.title not in signed_in(cast.frida).get(f"/cases/{theirs.ref}/similar/").content.decode()
    kept = published(
        cast, case=taught(cast, case={"queue": cast.queue("operations")}).case, title="From elsewhere"
    )
    part = browser.get(f"/cases/{case.ref}/similar/").content.decode()
    assert f'href="/cases/{kept.case.ref}/"' not in part
    assert kept.title in part


def test_it_helped_is_said_from_the_case_once_and_brings_back_there(cast: Cast, signed_in: Door) -> None:
    """R097."""
    lesson, case = published(cast), at_hand(cast)
    browser, url = signed_in(cast.fay), f"/lessons/{lesson.pk}/useful/"
    for _ in range(2):
        answer = browser.post(url, {"useful": "yes", "back": f"/cases/{case.ref}/#similar"})
        assert (answer.status_code, answer["Location"]) == (303, f"/cases/{case.ref}/#similar")
    assert LessonUse.objects.count() == 1
    part = browser.post(url, {"useful": "no"}, headers={"HX-Request": "true"}).content.decode()
    assert "nobody said so yet" in part
    assert not LessonUse.objects.exists()
    assert (
        browser.post(url, {"useful": "yes", "back": "https://elsewhere.test/"})["Location"]
        == f"/lessons/{lesson.pk}/"
    )


def test_who_audits_a_case_blind_reads_no_lesson_from_it(cast: Cast) -> None:
    """R097, R087: it would say how the case was decided."""
    lesson = published(cast)
    reader = cast.quinn
    assert lesson in lessons_seen(reader)
    reader.auditing = lesson.case_id
    assert lesson not in lessons_seen(reader)
