"""Refusals of the case's own rules."""

from accounts.errors import Conflict, DomainError, Invalid, NotAllowed, NotVisible

__all__ = ["BadRequest", "Conflict", "DomainError", "Fenced", "Invalid", "NotAllowed", "NotVisible", "Stale"]


class Stale(Conflict):
    """The case has moved on: somebody else was first, or the lease is gone."""

    code = "stale"


class BadRequest(Invalid):
    """The body names something that is not there: an unknown case type, a span outside its message."""

    code = "bad_request"
    status = 400


class Fenced(Exception):
    """A worker that lost its lease on a due row tried to finish it; its effects are rolled back."""
