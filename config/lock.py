"""The idle lock: a page nobody touched covers itself and locks its sign-in on the server."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.lock import is_locked, lock
from accounts.views.door import door

OPEN = frozenset(
    {"lock", "healthz", "readyz", "account_logout", "account_reauthenticate", "mfa_reauthenticate",
     "mfa_reauthenticate_webauthn"}
)  # fmt: skip
"""What a locked sign-in may still ask for: proof, or the way out."""


@door("POST")
def lock_session(request: HttpRequest) -> HttpResponse:
    """Lock this sign-in, in every tab."""
    lock(request.session)
    return HttpResponse(status=204)


class LockMiddleware:
    """423 for scripts, the way to prove oneself for pages, until the owner is back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """No statement: the session is loaded by now."""
        match = request.resolver_match
        if not request.user.is_authenticated or not is_locked(request.session):
            return None
        if match is not None and match.view_name in OPEN:
            return None
        scripted = getattr(request, "htmx", False) or "X-Live" in request.headers or request.method != "GET"
        if scripted:
            return HttpResponse("Locked. Unlock in any tab.", status=423, content_type="text/plain")
        asked = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{asked}")
