"""Lessons, written by people through the services (R097)."""

from typing import Any

from accounts.models import User
from escalations.models import Case
from reviews.models import Lesson
from reviews.services.lessons import Said, publish_lesson, write_lesson
from tests.cast import Cast
from tests.learning.people import taught
from tests.reviews.makers import SECRET

TITLE = "A pending line at the bank is no second charge"
HAPPENED = f"The customer {SECRET} saw two lines of one payment: the reservation and the capture."
LEARNED = "Ask whether the older line says pending before you credit anything."


def said(**changes: Any) -> Said:
    """What a lesson about a doubled line says."""
    given: dict[str, Any] = {"title": TITLE, "happened": HAPPENED, "learned": LEARNED,
                             "reasons": ("LOW_CONFIDENCE", "DISTRESS"), "error_type": "wrong_value"}  # fmt: skip
    return Said(**(given | changes))


def settled(cast: Cast, actor: User | None = None) -> Case:
    """A case of Acme's billing that somebody (Finn) decided for good."""
    made = taught(cast, actor)
    return Case.objects.select_related("queue", "client", "case_type", "policy").get(pk=made.case_id)


def proposed(cast: Cast, actor: User | None = None, *, case: Case | None = None, **changes: Any) -> Lesson:
    """A proposal of Finn's."""
    author = actor or cast.finn
    return write_lesson(case=case or settled(cast, author), actor=author, said=said(**changes))


def published(cast: Cast, **changes: Any) -> Lesson:
    """A lesson of Finn's that Sunny published."""
    lesson = proposed(cast, **changes)
    return publish_lesson(lesson=lesson, actor=cast.sunny, version=lesson.version)


def form(**changes: Any) -> dict[str, Any]:
    """What a browser sends."""
    sent = {"title": TITLE, "happened": HAPPENED, "learned": LEARNED, "reasons": ["DISTRESS"],
            "error_type": "wrong_value"}  # fmt: skip
    return sent | changes
