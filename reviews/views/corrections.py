"""One's own corrections, and what became of them (R101, R102)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reviews.selectors.learning.fates import fates_of
from reviews.views.door import person, reviewer


@reviewer("GET", "HEAD")
def corrections(request: HttpRequest) -> HttpResponse:
    """A page of them, newest first."""
    sent = request.GET.get("before", "")
    before = int(sent) if sent.isdecimal() and len(sent) < 19 else None
    found, after = fates_of(person(request), before)
    shown = {"fates": found, "after": after, "first": before is None}
    return render(request, "reviews/learning/corrections.html", shown)
