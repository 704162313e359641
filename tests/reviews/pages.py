"""The reviewers' forms, filled in as the pages do."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser

from accounts.models import User
from escalations.models import Case

PART = {"HX-Request": "true"}


def sent(case: Case, **more: Any) -> dict[str, Any]:
    """The decision form as the page fills it."""
    return {
        "version": case.version, "claim_token": case.claim_token, "verb": "approve", "disposition": "answered",
    } | more  # fmt: skip


def post(browser: Browser, case: Case, data: dict[str, Any], **headers: str) -> HttpResponse:
    return browser.post(f"/cases/{case.ref}/decide/", data, headers=headers)  # type: ignore[return-value]


def bare(page: Any, ref: str) -> str:
    """A page without what differs between any two: the clock, the form's token, the address asked for."""
    html = re.sub(
        r'name="(server-now|csrfmiddlewaretoken)" (content|value)="[^"]*"', "", page.content.decode()
    )
    return html.replace(ref, "")


def login(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser
