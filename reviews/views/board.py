"""The supervisor's board: the page, each of its parts, and the lists behind its numbers."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response

from accounts.choices import Capability
from accounts.permissions import scopes_of
from accounts.views.door import door, person
from reviews.forms import ChoiceForm, ViewForm
from reviews.selectors.board.cases import case_page, doors
from reviews.selectors.board.options import options_for
from reviews.selectors.board.screen import PARTS, Board
from reviews.selectors.board.targets import targets_for
from reviews.selectors.board.views import views_for

NEEDS = (Capability.FLOOR_VIEW,)


@door("GET", "HEAD", needs=NEEDS)
def board(request: HttpRequest) -> HttpResponse:
    """All parts at once: the first paint holds everything."""
    actor, view = person(request), ViewForm(request.GET).view()
    screen = Board(actor, view)
    given = {"parts": {name: screen.part(name) for name in PARTS}} | frame(request, screen)
    return render(request, "reviews/board.html", given)


@door("GET", "HEAD", needs=NEEDS)
def part(request: HttpRequest, part: str) -> HttpResponse:
    """One part, with a tag of its content: what did not change is not sent again."""
    if part not in PARTS:
        raise Http404
    screen = Board(person(request), ViewForm(request.GET).view())
    answer = render(request, f"reviews/board/_{part}.html", {"p": screen.part(part)})
    answer["ETag"] = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    answer["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=answer["ETag"], response=answer) or answer


@door("GET", "HEAD", needs=NEEDS)
def cases(request: HttpRequest) -> HttpResponse:
    """Exactly the cases that a number of the board counts (R103), to look at or to move."""
    actor, view, form = person(request), ViewForm(request.GET).view(), ChoiceForm(request.GET)
    choice = form.choice()
    screen = Board(actor, view)
    page = case_page(screen.floor, choice, form.after_())
    more = f"?{choice.query(view, after=page.next)}" if page.next else ""
    return render(
        request,
        "reviews/board_cases.html",
        {"page": page, "choice": choice, "more": more, "doors": doors(choice, view)} | frame(request, screen),
    )


def frame(request: HttpRequest, screen: Board) -> dict[str, Any]:
    """What stands around the figures: filters, saved views, where cases can be moved to."""
    actor, view = screen.floor.actor, screen.floor.view
    may_assign = bool(scopes_of(actor, Capability.CASE_ASSIGN))
    return {
        "view": view, "query": request.GET.urlencode(),
        "here": request.resolver_match.url_name if request.resolver_match else "",
        "options": options_for(screen.floor), "views": views_for(actor), "may_assign": may_assign,
        "targets": targets_for(screen.floor, screen.workers) if may_assign else None,
        "action": reverse("reviews:board"),
    }  # fmt: skip
