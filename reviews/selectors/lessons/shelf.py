"""The shelf of lessons: found by words and by what they are about, a page at a time (R097)."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.choices import Capability
from accounts.models import Client, User
from accounts.permissions import scopes_of
from escalations.choices import ErrorType, ReasonCode
from escalations.errors import NotVisible
from escalations.models import Case, CaseType, Pattern, PolicyDraft
from escalations.permissions import seen_by
from reviews.choices import LessonState
from reviews.models import Lesson, LessonText, LessonUse
from reviews.models.lesson import LANGUAGE, SEARCHED
from reviews.permissions import lessons_seen_by

PAGE = 25
CHOICES = 20
_REF = re.compile(r"[A-Za-z0-9]{1,6}-\d{1,15}")
REASONS = {code: str(label) for code, label in ReasonCode.choices}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; an empty part does not narrow. `before`: the id that the page before ended with."""

    text: str = ""
    client: Client | None = None
    case_type: CaseType | None = None
    reason: str = ""
    error: str = ""
    state: str = LessonState.PUBLISHED
    before: UUID | None = None


def lessons_seen(actor: User) -> QuerySet[Lesson]:
    """Every lesson they may read, with what a page shows of it."""
    uses = LessonUse.objects.filter(lesson=OuterRef("pk")).order_by().values("lesson").annotate(n=Count("pk"))
    return (
        Lesson.objects.filter(lessons_seen_by(actor))
        .select_related("client", "case_type", "case", "author", "policy")
        .defer("case__customer")
        .annotate(
            useful=Coalesce(Subquery(uses.values("n")), 0),
            mine=Exists(LessonUse.objects.filter(lesson=OuterRef("pk"), user=actor)),
            opens=Exists(Case.objects.filter(seen_by(actor), pk=OuterRef("case"))),
        )
    )


def lesson_for(actor: User, pk: UUID) -> Lesson:
    """The lesson, or NotVisible: another client's is not there."""
    around = lessons_seen(actor).select_related(
        "published_by", "retired_by", "pattern__review", "policy_draft"
    )
    found = around.filter(pk=pk).first()
    if found is None:
        raise NotVisible("There is no such lesson.")
    return found


def versions_of(lesson: Lesson) -> QuerySet[LessonText]:
    """All that it ever said, the newest first."""
    return LessonText.objects.filter(lesson=lesson).select_related("writer")


def find_lessons(actor: User, wanted: Wanted) -> tuple[list[Lesson], UUID | None]:
    """A page of what fits, the newest first, and where the next one begins. Words as a web search takes them: "exact
    words", or, -without; a case's reference finds that case's.
    """
    found = lessons_seen(actor).order_by("-id")
    narrow = {"client": wanted.client, "case_type": wanted.case_type, "state": wanted.state,
              "error_type": wanted.error}  # fmt: skip
    found = found.filter(**{name: value for name, value in narrow.items() if value})
    if wanted.reason:
        found = found.filter(reasons__contains=[wanted.reason])
    text = " ".join(wanted.text.split())
    if _REF.fullmatch(text):
        found = found.filter(case__ref=text.upper())
    elif text:
        query = SearchQuery(text, search_type="websearch", config=LANGUAGE)
        found = found.annotate(words=SEARCHED).filter(words=query)
    if wanted.before is not None:
        found = found.filter(pk__lt=wanted.before)
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def clients_with_lessons(actor: User) -> QuerySet[Client]:
    """The clients whose lessons they may read."""
    clients = {scope.client for scope in scopes_of(actor, Capability.CASE_VIEW)}
    every_one = Client.objects.order_by("name")
    return every_one if None in clients else every_one.filter(pk__in=[one for one in clients if one])


def patterns_about(case: Case) -> QuerySet[Pattern]:
    """The newest patterns of the weekly review that a lesson from this case may belong to."""
    kinds = Pattern.objects.filter(review__client=case.client_id, case_type=case.case_type_id)
    return kinds.select_related("review").order_by("-review__starts_on", "position")


def drafts_led_to() -> QuerySet[PolicyDraft]:
    """Policy drafts that a lesson may have led to, the newest first."""
    return PolicyDraft.objects.order_by("-created_at")


def about(lesson: Lesson) -> str:
    """What it is about, in words: reasons, then the kind of error."""
    said = [REASONS.get(code, code) for code in lesson.reasons]
    said += [str(ErrorType(lesson.error_type).label)] if lesson.error_type else []
    return ", ".join(said)
