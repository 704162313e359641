"""A screen's door: which methods, which people, and how a refusal of the domain is answered."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, cast
from zoneinfo import ZoneInfo

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import LazyObject
from django.views.decorators.http import require_http_methods

from accounts.errors import NotAllowed, NotVisible
from accounts.models import User
from accounts.permissions import scopes_of

View = Callable[..., HttpResponse]


def door(*methods: str, needs: Collection[str] = ()) -> Callable[[View], View]:
    """A view for signed-in people with at least one capability of `needs` somewhere (none: anybody), in their own
    time zone. What they may not see is not there (404); what they may not do is refused (403).
    """

    def guard(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = person(request)
            if needs and not any(scopes_of(actor, one) for one in needs):
                raise PermissionDenied("No role of yours opens this page.")
            with timezone.override(ZoneInfo(actor.timezone)):
                answer = _answered(view, request, *args, **kwargs)
            patch_vary_headers(answer, ["HX-Request", "Cookie"])
            if not answer.has_header("Cache-Control"):
                answer["Cache-Control"] = "private, no-store"
            return answer

        return guarded

    return guard


def proven(view: View) -> View:
    """A view for whoever gave their password, code or key a moment ago; others are asked for it first, and what they
    sent is kept meanwhile.
    """
    guarded: Any = reauthentication_required
    return cast(View, guarded(view))


def person(request: HttpRequest) -> User:
    """Whoever is signed in, their grants loaded; the middleware lets nobody else come this far.

    The row itself in place of Django's lazy stand-in, which costs every look at it a microsecond, two hundred a page.
    """
    found: Any = request.user
    if isinstance(found, LazyObject):
        found.pk  # noqa: B018 - loads it
        found = request.user = found._wrapped
    return cast(User, found)


def _answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except NotVisible as error:
        raise Http404(error.message) from None
    except NotAllowed as error:
        raise PermissionDenied(error.message) from None
