"""My queue: the lists, claim next, and breaks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.choices import PresenceState
from accounts.services.presence import seen
from escalations.errors import Conflict, Invalid
from reviews.choices import Tab
from reviews.forms import FilterForm
from reviews.selectors.case_page import case_page
from reviews.selectors.queue_screen import queue_screen, rail_rows
from reviews.services.claim import take_next
from reviews.services.presence import say_presence
from reviews.views import answers
from reviews.views.door import person, reviewer


@reviewer("GET", "HEAD")
def queue(request: HttpRequest) -> HttpResponse:
    """One tab of the person's lists; filters and the page's cursor stand in the address."""
    if "X-Live" not in request.headers:  # a page that renews itself is no sign of anybody
        seen(person(request))
    form = FilterForm(request.GET)
    filters = form.filters()
    tab = form.cleaned_data.get("tab") or Tab.MINE
    screen = queue_screen(person(request), tab, filters, form.shown())
    template = "reviews/parts/_rows.html" if answers.is_part(request) else "reviews/queue.html"
    return render(request, template, {"q": screen})


@reviewer("GET")
def rail(request: HttpRequest) -> HttpResponse:
    """The list beside a case."""
    return render(request, "reviews/parts/_rail.html", {"rows": rail_rows(person(request))})


@reviewer("POST")
def claim_next(request: HttpRequest) -> HttpResponse:
    """Claim the first case of their order and show it; 409 when they hold as many as they may."""
    actor = person(request)
    try:
        moved = take_next(actor=actor)
    except Conflict as error:
        if answers.is_part(request):
            return HttpResponse(error.message, status=409, content_type="text/plain")
        return answers.show_queue(request, status=409, error=error.message)
    if not answers.is_part(request):
        return answers.go(request, answers.to_case(moved.ref) if moved else reverse("reviews:queue"))
    return answers.show_case(request, case_page(actor, moved.id)) if moved else answers.show_empty(request)


@reviewer("POST")
def take_break(request: HttpRequest) -> HttpResponse:
    """Begin a break, or with on_break=0 end it."""
    on = request.POST.get("on_break", "1") == "1"
    say_presence(person=person(request), state=PresenceState.AWAY if on else PresenceState.AVAILABLE)
    return answers.go(request, reverse("reviews:queue"))


@reviewer("POST")
def presence(request: HttpRequest) -> HttpResponse:
    """Say where they are, and stay on the page; 422 for a word that is no presence."""
    try:
        say_presence(person=person(request), state=request.POST.get("state", ""))
    except Invalid as error:
        return HttpResponse(error.message, status=422, content_type="text/plain")
    back = request.POST.get("back", "")
    here = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return answers.go(request, back if here else reverse("reviews:queue"))
