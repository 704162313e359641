"""Lessons and the week's digest in a browser: no barrier, no mouse, a small screen (R097, R098)."""

from collections.abc import Sequence

from reviews.models import Lesson, LessonUse
from reviews.services.digests import digest_week
from tests.cast import Cast
from tests.digests.test_content import this_monday
from tests.journeys.conftest import SignIn
from tests.journeys.desk import Desk
from tests.journeys.test_insight import looked_at
from tests.learning.people import corrected
from tests.lessons.makers import TITLE, proposed, published, settled
from tests.reviews.makers import waiting


def barriers(desk: Desk, paths: Sequence[str]) -> dict[str, list[str]]:
    """What axe and the small screen find on each page."""
    found = {path: looked_at(desk, path) for path in paths}
    return {path: what for path, what in found.items() if what}


def test_a_lesson_is_written_from_its_case_and_published_with_the_keyboard(
    cast: Cast, sign_in: SignIn
) -> None:
    """R097: w on the settled case, the form by Tab, Enter; then a lead finds it by g i and publishes it."""
    case = settled(cast)
    desk = sign_in(cast.finn).open(f"/cases/{case.ref}/")
    desk.press("w")
    desk.until(f"location.pathname === '/cases/{case.ref}/lesson/' && document.querySelector('#id_title')")
    desk.page.focus("#id_title")
    for text in (TITLE, "Two lines of one payment.", "Ask whether the older one is pending."):
        desk.type(text)
        desk.press("Tab")
    desk.page.focus("form.stack button[type=submit]")
    desk.press("Enter")
    desk.until("location.pathname.startsWith('/lessons/')")
    lesson = Lesson.objects.get()
    assert (lesson.title, lesson.state, lesson.reasons) == (TITLE, "draft", sorted(case.reason_codes))
    desk = sign_in(cast.sunny).open("/queue/")
    desk.press("g", "i")
    desk.until("location.pathname === '/lessons/'")
    desk.open("/lessons/?state=draft").page.focus("tbody a")
    desk.press("Enter")
    desk.until(f"location.pathname === '/lessons/{lesson.pk}/'")
    desk.page.focus("[value=publish] ~ button")
    desk.press("Enter")
    desk.until("document.body.textContent.includes('Published.')")
    lesson.refresh_from_db()
    assert lesson.state == "published"


def test_a_lesson_stands_beside_similar_cases_and_can_be_called_useful(cast: Cast, sign_in: SignIn) -> None:
    """R097: y goes to the part, which loads by itself; the button says what is pressed."""
    published(cast)
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk = sign_in(cast.fay).open(f"/cases/{case.ref}/")
    desk.press("y")
    desk.until("document.querySelector('#similar .learned summary')")
    desk.page.focus("#similar .learned summary")
    desk.press("Enter", "Tab", "Tab", "Tab", "Enter")
    desk.until("document.querySelector('#similar .useful button')?.getAttribute('aria-pressed') === 'true'")
    assert LessonUse.objects.get().user == cast.fay
    assert desk.barriers() == []


def test_the_pages_of_lessons_and_of_the_week_have_no_barrier(cast: Cast, sign_in: SignIn) -> None:
    """R097, R098: in both themes and on 390 pixels, filled, empty and for each kind of reader."""
    corrected(cast)
    lesson, draft = published(cast), proposed(cast)
    made = {one.role: one.pk for one in digest_week(cast.acme, this_monday())}
    desk = sign_in(cast.sunny)
    paths = ["/lessons/", "/lessons/?q=nothing", f"/lessons/{lesson.pk}/", f"/lessons/{draft.pk}/",
             f"/cases/{lesson.case.ref}/lesson/", "/week/"]  # fmt: skip
    assert barriers(desk, paths) == {}
    for person, role in ((cast.finn, "frontline"), (cast.quinn, "qa"), (cast.adam, "admin")):
        assert barriers(sign_in(person), [f"/week/{made[role]}/"]) == {}


def test_the_week_is_found_and_read_with_the_keyboard(cast: Cast, sign_in: SignIn) -> None:
    """R098: g w, and the mark that it was read."""
    published(cast)
    digest_week(cast.acme, this_monday())
    desk = sign_in(cast.finn).open("/queue/")
    desk.press("g", "w")
    desk.until("location.pathname === '/week/'")
    assert TITLE in desk.text("main")
    desk.page.focus("main form button")
    desk.press("Enter")
    desk.until("document.body.textContent.includes('You have read it.')")
