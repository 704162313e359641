"""Departments' parts of a case: looking at them, ending them, taking them on."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Case, SubTask
from escalations.selectors.cases import case_for
from escalations.services.subtasks import end_subtask, pass_on
from reviews.selectors.parts import parts_for, parts_of
from reviews.views import answers
from reviews.views.door import person, reviewer

PART = "reviews/parts/_parts.html"


@reviewer("GET")
def parts(request: HttpRequest, ref: str) -> HttpResponse:
    """Who owes what to this case."""
    return _shown(request, _case(request, ref))


@reviewer("POST")
def end(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """A part is done, not needed, taken on, or put back for the queue, in one click."""
    actor, how = person(request), request.POST.get("how", "")
    task = SubTask.objects.select_related("queue", "case").filter(pk=pk, case__ref=ref.upper()).first()
    if task is None:
        raise Http404
    said, status = "", 200
    try:
        if how in ("take", "back"):
            pass_on(task=task, to=actor if how == "take" else None, actor=actor)
        else:
            end_subtask(task=task, how=how, actor=actor)
    except Conflict as error:
        said, status = error.message, error.status
    except Invalid as error:
        said, status = " ".join([error.message, *error.errors.values()]), error.status
    except NotAllowed:
        _case(request, ref)  # a case that is not for their eyes is not there
        raise
    return _after(request, ref, said, status)


@reviewer("GET")
def mine(request: HttpRequest) -> HttpResponse:
    """The open parts of this person's departments."""
    return render(request, "reviews/my_parts.html", {"p": parts_for(person(request)), "back": request.path})


def _after(request: HttpRequest, ref: str, said: str, status: int) -> HttpResponse:
    """Where they came from: the part of the case, its page, or their own list."""
    back = request.POST.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, None):
        if said:
            messages.error(request, said)
        return redirect(back)
    if not answers.is_part(request) and not said:
        return redirect("reviews:parts", ref=ref)
    return _shown(request, _case(request, ref), said=said, status=status)


def _case(request: HttpRequest, ref: str) -> Case:
    return case_for(person(request), ref, among=Case.objects.select_related("queue", "overseer"))


def _shown(request: HttpRequest, case: Case, *, said: str = "", status: int = 200) -> HttpResponse:
    context = {"p": parts_of(case, person(request)), "said": said}
    if answers.is_part(request):
        return render(request, PART, context, status=status)
    return render(request, "reviews/part.html", context | {"part": PART, "ref": case.ref}, status=status)
