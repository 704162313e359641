"""The front door: on to the first page that the person may open."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from config.context import links_for


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Reviewers to their queue, admins to what they edit; whoever has no role to their preferences."""
    pages = links_for(request, cast(User, request.user))
    return HttpResponseRedirect(pages[0]["url"] if pages else reverse("reviews:preferences"))
