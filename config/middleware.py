"""Deny by default, keep case content out of every cache, and say in the log who asked."""

import logging
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django_structlog.middlewares import RequestMiddleware

from config.doors import PUBLIC, door_of

Answer = Callable[[HttpRequest], HttpResponse]

_told = logging.getLogger("django_structlog")


class RequestLogMiddleware(RequestMiddleware):
    """Binds the request's id, person and address to every line of the log.

    The lines that tell of requests themselves are put together only where somebody reads them.
    """

    def prepare(self, request: HttpRequest) -> None:
        """Before the view."""
        if _told.isEnabledFor(logging.INFO):
            super().prepare(request)
            return
        structlog.contextvars.bind_contextvars(request_id=str(uuid.uuid4()))
        self.bind_user_id(request)
        self.bind_ip(request)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """After it. What failed, and what goes on being sent, is told in any case."""
        if _told.isEnabledFor(logging.INFO) or response.status_code >= 400 or response.streaming:
            super().handle_response(request, response)
        else:
            structlog.contextvars.clear_contextvars()

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """The address that called us; behind our own proxy, the one that called the proxy. What a client says of
        itself further left is not believed, nor is half a millisecond spent on reading it.
        """
        seen = request.META.get("REMOTE_ADDR", "")
        if settings.SECURE_PROXY_SSL_HEADER:  # BEHIND_PROXY
            seen = request.META.get("HTTP_X_FORWARDED_FOR", seen).rpartition(",")[2].strip()
        structlog.contextvars.bind_contextvars(ip=seen)


class SignInRequiredMiddleware:
    """Whoever is not signed in reaches only the doors declared public or for agents (config.doors)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Send the anonymous to sign in; a part of a page gets a full redirect instead of a sign-in form inside it."""
        if request.user.is_authenticated:
            return None
        match = request.resolver_match or resolve(request.path_info)
        if door_of(match) in PUBLIC:
            return None
        answer = redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        if getattr(request, "htmx", False):
            return HttpResponse(status=401, headers={"HX-Redirect": answer["Location"]})
        return answer


class PrivatePagesMiddleware:
    """What is made for one signed-in person is kept by no cache."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if not answer.has_header("Cache-Control") and not request.path.startswith("/static/"):
            answer["Cache-Control"] = "private, no-store"
        if request.path == "/accounts/logout/" and request.method == "POST":
            answer["Clear-Site-Data"] = '"cache", "storage"'
        return answer
