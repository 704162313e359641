"""Planted cases: what those who decided them are told, and the list of all for whoever may know them (R094)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.views.door import door, person
from escalations.services.plants import take_note
from reviews.selectors.insight.planted import MOST, all_planted, may_know, told_to
from reviews.views.insight_tabs import tabs


@door("GET", "HEAD")
def planted(request: HttpRequest) -> HttpResponse:
    """Their own, once they were told; all of them only for whoever may know which are planted."""
    actor = person(request)
    knows = may_know(actor)
    shown = {
        "tabs": tabs(actor, "reviews:attention"), "told": told_to(actor), "knows": knows, "most": MOST,
        "all": all_planted(actor) if knows else [],
    }  # fmt: skip
    return render(request, "reviews/insight/planted.html", shown)


@door("POST")
def seen(request: HttpRequest) -> HttpResponse:
    """They have read what they were told."""
    if take_note(actor=person(request)):
        messages.success(request, "Noted.")
    return HttpResponseRedirect(reverse("reviews:planted"), status=303)


@door("GET")
def news(request: HttpRequest) -> HttpResponse:
    """The line above every page, as it is now."""
    return render(request, "reviews/insight/_told.html")
