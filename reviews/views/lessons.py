"""Lessons from cases: the shelf, one lesson, writing one from a case (R097)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.choices import Capability as Can
from accounts.permissions import scopes_of
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Case, Decision
from escalations.selectors.cases import case_for
from reviews.models import Lesson
from reviews.permissions import may_change_lesson, may_publish_lessons, may_write_lesson
from reviews.selectors.lessons.shelf import about, find_lessons, lesson_for, lessons_seen, versions_of
from reviews.services.lessons import (
    change_lesson,
    erase_lesson,
    mark_useful,
    publish_lesson,
    retire_lesson,
    write_lesson,
)
from reviews.views import answers
from reviews.views.door import person, reviewer
from reviews.views.lesson_forms import LessonForm, SearchForm

STEPS = {"publish": publish_lesson, "retire": retire_lesson}
DONE = {"publish": "Published.", "retire": "Retired.", "erase": "Its text is erased."}


@reviewer("GET", "HEAD")
def lessons(request: HttpRequest) -> HttpResponse:
    """What was learned, the newest first, narrowed by words and by what it is about."""
    actor = person(request)
    form = SearchForm(actor, request.GET.dict())
    if not form.is_valid():
        raise Http404("There is no such list.")
    found, after = find_lessons(actor, form.wanted)
    query = {name: str(value) for name, value in request.GET.items() if value and name != "before"}
    shown = {
        "form": form, "rows": [(one, about(one)) for one in found], "after": after, "query": urlencode(query),
        "first": form.wanted.before is None, "writes": bool(scopes_of(actor, Can.CASE_DECIDE)),
    }  # fmt: skip
    return render(request, "reviews/lessons/lessons.html", shown)


@reviewer("GET", "HEAD", "POST")
def lesson(request: HttpRequest, lesson_id: UUID) -> HttpResponse:
    """One lesson with its versions; whoever may change it finds the form below it."""
    actor = person(request)
    found = lesson_for(actor, lesson_id)
    edits = bool(may_change_lesson(actor, found))
    if request.method == "POST" and not edits:
        raise NotAllowed("You may not change this lesson.")
    form = _form(request, found.case, found)
    said, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data.get("version") or 0
            change_lesson(lesson=found, actor=actor, said=form.said, version=version)
        except Conflict as error:
            said, status = error.message, error.status
        except Invalid as error:
            _tell(form, error)
        else:
            messages.success(request, "Kept as a new version.")
            return _to(found)
    status = 422 if form.errors else status
    return render(
        request, "reviews/lessons/lesson.html", _shown(request, found, form, said, edits), status=status
    )


@reviewer("GET", "HEAD", "POST")
def write(request: HttpRequest, ref: str) -> HttpResponse:
    """Write down what a case taught."""
    actor = person(request)
    case = case_for(actor, ref, among=Case.objects.select_related("queue", "client", "case_type", "policy"))
    own = Decision.objects.filter(case=case, user=actor, standing=Decision.Standing.FINAL).exists()
    if not (verdict := may_write_lesson(actor, case, decided=own)):
        raise NotAllowed(f"You may not write a lesson from {case.ref}: {verdict.rule}.")
    form = _form(request, case)
    if request.method == "POST" and form.is_valid():
        try:
            made = write_lesson(case=case, actor=actor, said=form.said)
        except Invalid as error:
            _tell(form, error)
        else:
            messages.success(request, "Proposed. Whoever publishes lessons at this client sees it now.")
            return _to(made)
    shown = {"case": case, "form": form, "before": _from_case(case, actor)}
    return render(request, "reviews/lessons/write.html", shown, status=422 if form.errors else 200)


@reviewer("POST")
def step(request: HttpRequest, lesson_id: UUID) -> HttpResponse:
    """Publish, retire or erase it."""
    actor, how = person(request), request.POST.get("how", "")
    found = lesson_for(actor, lesson_id)
    sent = request.POST.get("version", "")
    version = int(sent) if sent.isdecimal() and len(sent) < 8 else 0
    try:
        if how == "erase":
            erase_lesson(lesson=found, actor=actor)
        elif how in STEPS:
            STEPS[how](lesson=found, actor=actor, version=version)
        else:
            raise Http404("There is no such step.")
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, DONE[how])
    return _to(found)


@reviewer("POST")
def useful(request: HttpRequest, lesson_id: UUID) -> HttpResponse:
    """It helped, or it did not after all; back to where they were, or the mark alone for the script."""
    actor = person(request)
    found = lesson_for(actor, lesson_id)
    mark_useful(lesson=found, actor=actor, useful=request.POST.get("useful") == "yes")
    if answers.is_part(request):
        return render(request, "reviews/lessons/_useful.html", {"l": lesson_for(actor, lesson_id)})
    back = request.POST.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, None):
        return HttpResponseRedirect(back, status=303)
    return _to(found)


def _form(request: HttpRequest, case: Case, lesson: Lesson | None = None) -> LessonForm:
    leads = bool(may_publish_lessons(person(request), case.client_id))
    sent = request.POST if request.method == "POST" else None
    return LessonForm(sent, case=case, lesson=lesson, leads=leads)


def _from_case(case: Case, actor: Any) -> list[Lesson]:
    return list(lessons_seen(actor).filter(case=case))


def _shown(request: HttpRequest, found: Lesson, form: LessonForm, said: str, edits: bool) -> dict[str, Any]:
    actor = person(request)
    return {
        "l": found, "about": about(found), "form": form if edits else None, "said": said,
        "versions": versions_of(found), "leads": bool(may_publish_lessons(actor, found.client_id)),
        "insight": bool(scopes_of(actor, Can.INSIGHT_VIEW)), "policy": bool(scopes_of(actor, Can.POLICY_EDIT)),
    }  # fmt: skip


def _tell(form: LessonForm, error: Invalid) -> None:
    for name, words in error.errors.items():
        form.add_error(name if name in form.fields else None, words)


def _to(lesson: Lesson) -> HttpResponse:
    return HttpResponseRedirect(reverse("reviews:lesson", args=[lesson.pk]), status=303)
