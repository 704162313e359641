"""A rehearsal: how far it is, then what it found, then the cases that would go another way."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.choices import Capability
from accounts.errors import DomainError
from accounts.permissions import scopes_of
from accounts.views.door import door, person
from escalations.errors import NotAllowed
from escalations.models import Rehearsal, RehearsedMove
from escalations.selectors.rehearsals import figures_of, moves_of, progress_of
from escalations.selectors.releases import TOUCHES
from escalations.services.rehearsing import cancel_rehearsal, resume_rehearsal
from escalations.views.releases import everywhere, to

A_PAGE = 50


@door("GET", "HEAD", needs=TOUCHES)
def rehearsal(request: HttpRequest, pk: int) -> HttpResponse:
    """One rehearsal. While it runs, the page asks for its progress; htmx gets that part alone."""
    everywhere(request)
    found = rehearsal_of(pk)
    if request.headers.get("HX-Request"):
        answer = render(request, "escalations/policy/_progress.html", _progress(found))
        if found.state != Rehearsal.State.RUNNING:
            answer["HX-Refresh"] = "true"
        return answer
    kind, against = request.GET.get("kind", ""), request.GET.get("against", "")
    context = {"rehearsal": found, **_progress(found), "kind": kind, "against": against}
    if found.state == Rehearsal.State.DONE:
        page = Paginator(moves_of(found, kind, against), A_PAGE).get_page(request.GET.get("page"))
        opens = bool(scopes_of(person(request), Capability.CASE_VIEW))
        context |= {"f": figures_of(found), "page": page, "kinds": RehearsedMove.Kind.choices, "opens": opens}
        context["hours"] = range(24)
    return render(request, "escalations/policy/rehearsal.html", context)


@door("POST", needs=TOUCHES)
def handle_rehearsal(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it, or go on."""
    found, actor = rehearsal_of(pk), person(request)
    try:
        if request.POST.get("do") == "resume":
            resume_rehearsal(rehearsal=found, actor=actor)
        elif cancel_rehearsal(rehearsal=found, actor=actor):
            messages.success(request, "Stopped. What is done stays; it can go on.")
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return to("desk:rehearsal", pk)


def rehearsal_of(pk: int) -> Rehearsal:
    """A rehearsal with what surrounds it; 404 otherwise."""
    found = (
        Rehearsal.objects.select_related("draft", "base", "client", "case_type", "by")
        .defer("document")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("There is no such rehearsal.")
    return found


def _progress(found: Rehearsal) -> dict[str, Any]:
    done, cases = progress_of(found)
    return {
        "rehearsal": found, "done": done, "cases": cases, "running": found.state == Rehearsal.State.RUNNING,
        "stopped": found.state in (Rehearsal.State.CANCELLED, Rehearsal.State.FAILED),
        "percent": round(100 * done / cases) if cases else 0,
    }  # fmt: skip
