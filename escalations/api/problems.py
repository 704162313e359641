"""Every refusal as RFC 9457 problem+json: what is wrong, and where in the body."""

from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, DataError, IntegrityError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from accounts.errors import DomainError, Invalid

log = structlog.get_logger(__name__)

TITLES = {
    400: "The request is not right",
    401: "Sign-in needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported media type",
    422: "Contradiction",
    429: "Too many requests",
    503: "Not now",
}
LONGEST = 300  # some messages quote what was sent
UNAUTHENTICATED = "A live token is needed: Authorization: Bearer hr_…"


def problem_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. None lets an unknown exception become a 500, which is logged."""
    match error:
        case DomainError():
            errors = list(_of_fields(error.errors)) if isinstance(error, Invalid) else []
            return problem(error.status, error.code, error.message, errors)
        case exceptions.ValidationError():
            return problem(400, "invalid", "The body has errors.", list(_flat(error.detail)))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            answer = problem(401, "unauthenticated", UNAUTHENTICATED)
            answer["WWW-Authenticate"] = getattr(error, "auth_header", "Bearer")
            return answer
        case Http404():
            return problem(404, "not_found", "There is no such case.")
        case PermissionDenied():
            return problem(403, "not_allowed", "You may not do this.")
        case exceptions.APIException():
            answer = problem(error.status_code, str(error.default_code), str(error.detail))
            if wait := getattr(error, "wait", None):
                answer["Retry-After"] = str(int(wait))
            return answer
        case IntegrityError() | DataError():
            log.warning("api.unstorable", error=type(error).__name__)
            return problem(400, "unstorable", "The body holds something that cannot be kept.")
        case DatabaseError():
            log.error("api.database", error=type(error).__name__)
            answer = problem(503, "unavailable", "Try again in a moment with the same Idempotency-Key.")
            answer["Retry-After"] = "2"
            return answer
    return None


def problem(status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None) -> Response:
    """An answer in problem+json. `errors` are {"pointer": JSON pointer into the body, "detail": sentence}."""
    body: dict[str, Any] = {
        "type": f"urn:handrail:problem:{code}",
        "title": TITLES.get(status, "Refused"),
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type="application/problem+json")


def _of_fields(errors: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for name, detail in errors.items():
        yield {"pointer": f"#/{name}", "detail": detail}


def _flat(detail: Any, at: str = "#") -> Iterator[dict[str, str]]:
    """DRF's nested errors, one by one, each with its JSON pointer (RFC 6901)."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            whole = key == api_settings.NON_FIELD_ERRORS_KEY
            yield from _flat(inner, at if whole else f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _flat(inner, f"{at}/{index}" if nested else at)
    else:
        yield {"pointer": at[:LONGEST], "detail": str(detail)[:LONGEST]}
