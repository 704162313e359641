"""One case: the review page, the case after it, and the parts that come later."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from escalations.choices import Unaided
from escalations.errors import NotVisible
from escalations.models import Case
from escalations.permissions import knows_planted
from escalations.planting import planted
from escalations.selectors.cases import case_for
from escalations.selectors.clocks import clocks_of, responsibility_of
from escalations.services.timing import clocks_as_if
from reviews.selectors.case_page import case_page
from reviews.selectors.changed import changed_since
from reviews.selectors.learning.fates import fates_on
from reviews.selectors.lessons.near import lessons_near
from reviews.selectors.similar import similar_cases
from reviews.selectors.timeline import timeline as events_of
from reviews.services.lease import keep_next
from reviews.views import answers
from reviews.views.door import person, reviewer


@reviewer("GET", "HEAD")
def case(request: HttpRequest, ref: str) -> HttpResponse:
    """The review page; 404 when it is not for their eyes."""
    return answers.show_case(request, case_page(person(request), ref))


@reviewer("GET")
def following(request: HttpRequest, ref: str) -> HttpResponse:
    """The next case, reserved and shown as if it were theirs already; 204 when there is none or no wish for
    one.
    """
    actor = person(request)
    here = case_for(actor, ref)
    nothing = HttpResponse(status=204)
    if request.headers.get("Save-Data", "").lower() == "on":
        return nothing
    kept = keep_next(actor=actor, after=here)
    if kept is None:
        return nothing
    try:
        found = case_page(actor, kept.id)
    except NotVisible:
        return nothing
    if found.case.unaided == Unaided.FIRST:  # it has another form; the decision's own answer shows it
        return nothing
    answer = answers.show_case(request, found, template=answers.PART, reserved=True)
    answer["X-Next-Ref"] = kept.ref
    return answer


@reviewer("GET")
def now(request: HttpRequest, ref: str) -> HttpResponse:
    """What others did to the case since `version`, for a page that shows it; 204 when there is nothing to tell."""
    actor = person(request)
    here = case_for(actor, ref, among=Case.objects.select_related("queue", "holder"))
    since = request.GET.get("version", "")
    if not since.isdecimal() or len(since) > 18 or int(since) >= here.version:
        return HttpResponse(status=204)
    found = changed_since(here, actor, int(since))
    if found is None:
        return HttpResponse(status=204)
    return render(request, "reviews/parts/_changed.html", {"changed": found, "ref": here.ref})


@reviewer("GET")
def similar(request: HttpRequest, ref: str) -> HttpResponse:
    """Past cases of the same kind, and what was learned from cases like it."""
    actor = person(request)
    here = case_for(actor, ref)
    shown: dict[str, object] = {
        "similar": similar_cases(here, actor), "lessons": lessons_near(here, actor),
        "back": answers.to_case(here.ref) + "#similar",
    }  # fmt: skip
    return _part(request, "reviews/parts/_similar.html", ref, shown)


@reviewer("GET")
def timeline(request: HttpRequest, ref: str) -> HttpResponse:
    """Everything that happened to the case, and what became of what people corrected in it."""
    here = case_for(person(request), ref, among=Case.objects.select_related("queue"))
    found = events_of(here, knowing=knows_planted(person(request), here))
    if here.unaided == Unaided.FIRST and here.closed_at is None:  # what triage made of it opens later (R094)
        found = tuple(replace(event, detail="") for event in found)
    shown: dict[str, object] = {"events": found, "fates": fates_on(here)}
    return _part(request, "reviews/parts/_timeline.html", ref, shown)


@reviewer("GET")
def clocks(request: HttpRequest, ref: str) -> HttpResponse:
    """Every clock of the case explained, and who was responsible when."""
    among = Case.objects.select_related("queue", "agent", "overseer")
    found = case_for(person(request), ref, among=among)
    running = clocks_as_if(found.pk, timezone.now()) if planted(found.pk) else clocks_of(found)
    shown: dict[str, object] = {
        "clocks": running, "tenures": responsibility_of(found), "overseer": found.overseer,
    }  # fmt: skip
    return _part(request, "reviews/parts/_clocks.html", ref, shown)


def _part(request: HttpRequest, template: str, ref: str, context: dict[str, object]) -> HttpResponse:
    """The part alone for the script, and on a page of its own for a browser without one."""
    if answers.is_part(request):
        return render(request, template, context)
    return render(request, "reviews/part.html", context | {"part": template, "ref": ref})
