"""What every page's frame needs. No database: the person is already loaded."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone


def page(request: HttpRequest) -> dict[str, Any]:
    """`server_now` lets the browser correct its clock; `prefs` are the person's own."""
    user = getattr(request, "user", None)
    prefs = user.preferences if user is not None and user.is_authenticated else {}
    return {"server_now": timezone.now(), "prefs": prefs}
