"""Keeping a view of the board under a name, for oneself or for a team."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.choices import Capability
from accounts.errors import DomainError
from accounts.views.door import door, person
from reviews.forms import SaveViewForm
from reviews.services.views import remove_view, save_view

NEEDS = (Capability.FLOOR_VIEW,)


@door("POST", needs=NEEDS)
def save(request: HttpRequest) -> HttpResponse:
    """Keep the address one looks at."""
    form = SaveViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, "; ".join(str(errors[0]) for errors in form.errors.values()))
        return redirect(reverse("reviews:board"))
    given = form.cleaned_data
    try:
        save_view(
            name=given["name"],
            path=given["path"],
            query=given["query"],
            team=given["team"],
            actor=person(request),
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"View {given['name']} saved.")
    return redirect(f"{reverse('reviews:' + given['path'])}?{given['query']}")


@door("POST", needs=NEEDS)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop one's own view."""
    remove_view(pk=pk, actor=person(request))
    return redirect(reverse("reviews:board"))
