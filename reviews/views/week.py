"""This week: what each role is told on Mondays of the week before (R098)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from accounts.views.door import door, person
from reviews.models import Digest
from reviews.selectors.digests.page import WEEKS, digests_seen, newest_of, role_names, shown
from reviews.services.digests import mark_read


@door("GET", "HEAD")
def newest(request: HttpRequest) -> HttpResponse:
    """The newest digest, one that is new to them before others."""
    actor = person(request)
    return _page(request, actor, next(iter(newest_of(actor)), None))


@door("GET", "HEAD")
def digest(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them."""
    actor = person(request)
    return _page(request, actor, _digest(actor, pk))


@door("POST")
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """They have read it."""
    actor = person(request)
    mark_read(digest=_digest(actor, pk), actor=actor)
    messages.success(request, "Noted.")
    return HttpResponseRedirect(reverse("reviews:digest", args=[pk]), status=303)


def _digest(actor: User, pk: int) -> Digest:
    found = digests_seen(actor).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404("There is no such digest.")
    return found


def _page(request: HttpRequest, actor: User, found: Digest | None) -> HttpResponse:
    context: dict[str, Any] = {"d": found}
    if found is not None:
        names = role_names()
        past = digests_seen(actor).filter(role=found.role, client=found.client_id).order_by("-starts_on")
        context |= shown(found, actor) | {
            "role": names.get(found.role, found.role), "past": past[:WEEKS],
            "newest": [(one, names.get(one.role, one.role)) for one in newest_of(actor)],
        }  # fmt: skip
    return render(request, "reviews/week/week.html", context)
