"""Refusals of the case's own rules."""

from accounts.errors import Conflict, DomainError, Invalid, NotAllowed, NotVisible

__all__ = ["Conflict", "DomainError", "Fenced", "Invalid", "NotAllowed", "NotVisible", "Stale"]


class Stale(Conflict):
    """The case has moved on: somebody else was first, or the lease is gone."""

    code = "stale"


class Fenced(Exception):
    """A worker that lost its lease on a due row tried to finish it; its effects are rolled back."""
