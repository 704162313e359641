"""The reviewers' door: whoever sees or works cases."""

from collections.abc import Callable

from accounts.choices import Capability
from accounts.views.door import View, door, person

__all__ = ["person", "reviewer", "signed_in"]

ROLES = (Capability.CASE_VIEW, Capability.CASE_CLAIM)


def reviewer(*methods: str) -> Callable[[View], View]:
    """A view for whoever sees or works cases."""
    return door(*methods, needs=ROLES)


def signed_in(*methods: str) -> Callable[[View], View]:
    """A view for any signed-in person."""
    return door(*methods)
