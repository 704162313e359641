"""Refusals with a code a program can read, a message a person can read, and an HTTP status."""

from typing import Any


class DomainError(Exception):
    """A rule said no. Nothing was written."""

    code = "refused"
    status = 400

    def __init__(self, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra


class NotAllowed(DomainError):
    """The actor can see the thing but may not do this to it."""

    code = "not_allowed"
    status = 403


class NotVisible(DomainError):
    """Absent, or not for this actor's eyes: the two are told alike."""

    code = "not_found"
    status = 404


class Conflict(DomainError):
    """The thing has moved on since the actor looked at it."""

    code = "conflict"
    status = 409


class Invalid(DomainError):
    """The request contradicts a rule; `errors` maps field names to messages."""

    code = "invalid"
    status = 422

    def __init__(self, message: str, errors: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(message, **extra)
        self.errors = errors or {}
