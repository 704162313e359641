"""The reviewers' door: which methods, which people, and how a refusal of the domain is answered."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import scopes_of
from escalations.errors import NotAllowed, NotVisible

View = Callable[..., HttpResponse]
ROLES = (Capability.CASE_VIEW, Capability.CASE_CLAIM)


def reviewer(*methods: str) -> Callable[[View], View]:
    """A view for whoever sees or works cases, in their own time zone. What they may not see is not there
    (404).
    """
    return _door(methods, needs_role=True)


def signed_in(*methods: str) -> Callable[[View], View]:
    """A view for any signed-in person."""
    return _door(methods, needs_role=False)


def person(request: HttpRequest) -> User:
    """Whoever is signed in, their grants loaded; the middleware lets nobody else come this far."""
    return cast(User, request.user)


def _door(methods: tuple[str, ...], *, needs_role: bool) -> Callable[[View], View]:
    def guard(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = person(request)
            if needs_role and not any(scopes_of(actor, role) for role in ROLES):
                raise PermissionDenied("No role of yours works with cases.")
            with timezone.override(ZoneInfo(actor.timezone)):
                answer = _answered(view, request, *args, **kwargs)
            patch_vary_headers(answer, ["HX-Request", "Cookie"])
            answer["Cache-Control"] = "private, no-store"
            return answer

        return guarded

    return guard


def _answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except NotVisible as error:
        raise Http404(error.message) from None
    except NotAllowed as error:
        raise PermissionDenied(error.message) from None
