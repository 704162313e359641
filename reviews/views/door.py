"""The reviewers' door: whoever sees or works cases."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.choices import Capability
from accounts.errors import NotVisible
from accounts.views.door import View, door, person

__all__ = ["blind_to", "person", "reviewer", "seeing_again", "signed_in"]

ROLES = (Capability.CASE_VIEW, Capability.CASE_CLAIM)
BLIND = "blind"


def reviewer(*methods: str) -> Callable[[View], View]:
    """A view for whoever sees or works cases. The case that they audit blind just now is not there for them: the
    session says which, so nobody else's page asks the database anything more.
    """
    guard = door(*methods, needs=ROLES)

    def guarded(view: View) -> View:
        @wraps(view)
        def looked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            ref, until = request.session.get(BLIND) or ("", 0)
            if ref and str(kwargs.get("ref", "")).upper() == ref and time.time() < until:
                raise NotVisible("You audit this case: it opens after your answer.")
            return view(request, *args, **kwargs)

        return guard(looked)

    return guarded


def blind_to(request: HttpRequest, ref: str, until: datetime | None) -> None:
    """Until then, or until `seeing_again`, the case of that reference is not there in this sign-in."""
    mark = [ref, int(until.timestamp()) if until else 0]
    if request.session.get(BLIND) != mark:
        request.session[BLIND] = mark


def seeing_again(request: HttpRequest) -> None:
    """The audit is answered or given back."""
    request.session.pop(BLIND, None)


def signed_in(*methods: str) -> Callable[[View], View]:
    """A view for any signed-in person."""
    return door(*methods)
