"""What every page's frame needs. No database: the person is already loaded."""

import base64
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac


def page(request: HttpRequest) -> dict[str, Any]:
    """`server_now` lets the browser correct its clock; `prefs` are the person's own; `draft_key` seals what this
    browser keeps.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"server_now": timezone.now(), "prefs": {}}
    return {"server_now": timezone.now(), "prefs": user.preferences, "draft_key": _draft_key(request)}


def _draft_key(request: HttpRequest) -> str:
    """256 bits in base64, another for every sign-in: what a shared workstation keeps of a draft cannot be read
    after sign-out.
    """
    session = getattr(request, "session", None)
    if session is None or not session.session_key:
        return ""
    key = salted_hmac("handrail.draft", session.session_key, algorithm="sha256").digest()
    return base64.b64encode(key).decode()
