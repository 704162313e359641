"""Find a case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reviews.selectors.find import find_cases
from reviews.views import answers
from reviews.views.door import person, reviewer


@reviewer("GET")
def find(request: HttpRequest) -> HttpResponse:
    """The case itself when the words name one, else what fits them."""
    text = request.GET.get("q", "")[:200]
    found = find_cases(person(request), text)
    if len(found) == 1 and text.strip():
        return answers.go(request, answers.to_case(found[0].ref))
    return render(request, "reviews/find.html", {"text": text, "found": found})
