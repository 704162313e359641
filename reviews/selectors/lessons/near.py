"""The lessons that fit a case at hand: for its page, in the request of its similar cases (R097)."""

from collections.abc import Collection, Sequence

from django.db.models import BooleanField, ExpressionWrapper, Q

from accounts.models import User
from escalations.alike import weighed
from escalations.models import Case
from escalations.selectors.patterns import texts_of
from reviews.choices import LessonState
from reviews.models import Lesson
from reviews.selectors.lessons.shelf import lessons_seen

MOST = 3
LOOKED_AT = 60
"""Lessons that are compared, those of the same type first, then the newest: 15 ms of CPU, and four times as many 50."""

SAME_TYPE, SAME_REASONS = 1.0, 0.5
"""What the same case type is worth, and the same set of reasons, beside the likeness of the texts (0 to 1); ours."""

LEAST = 0.6
"""Below that nothing is shown: of another type, shared reasons alone do not make a lesson about this case."""


def lessons_near(case: Case, actor: User) -> list[Lesson]:
    """At most three published lessons of the case's client, the nearest first: same type, reasons shared, then words of
    the case and of the lesson weighed as TF-IDF.
    """
    same = Q(case_type=case.case_type_id)
    fitting = lessons_seen(actor).filter(same | Q(reasons__overlap=case.reason_codes), client=case.client_id)
    in_force = fitting.filter(state=LessonState.PUBLISHED).exclude(case=case.pk)
    other = ExpressionWrapper(~same, BooleanField())
    lessons = list(in_force.order_by(other, "-published_at", "-pk")[:LOOKED_AT])
    if not lessons:
        return []
    alike = likeness(_words(case), [f"{one.title} {one.happened} {one.learned}" for one in lessons])
    worth = [_worth(case, one) + near for one, near in zip(lessons, alike, strict=True)]
    order = sorted(range(len(lessons)), key=lambda at: -worth[at])  # stable: the newest of equals first
    return [lessons[at] for at in order[:MOST] if worth[at] >= LEAST]


def likeness(text: str, others: Sequence[str]) -> list[float]:
    """How alike `text` is to each of the others, 0 to 1: the cosine of their TF-IDF weights."""
    weights, _ = weighed([text, *others])
    return [float(one) for one in weights[1:] @ weights[0]]


def shared(mine: Collection[str], other: Collection[str]) -> float:
    """The share of two sets that they have in common (Jaccard), 0 for two empty ones."""
    every = {*mine, *other}
    return len({*mine} & {*other}) / len(every) if every else 0.0


def _worth(case: Case, lesson: Lesson) -> float:
    same = SAME_TYPE if lesson.case_type_id == case.case_type_id else 0.0
    return same + SAME_REASONS * shared(case.reason_codes, lesson.reasons)


def _words(case: Case) -> str:
    return " ".join([case.subject, *texts_of([str(case.pk)]).values()])
