"""Answers that several views give: a case, a queue, the way back; as a page or as the part that changes."""

import base64
import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts import tickets
from accounts.errors import DomainError, NotVisible
from escalations.choices import Verb
from reviews.choices import Tab
from reviews.selectors.case_page import CasePage, case_page
from reviews.selectors.case_screen import case_screen
from reviews.selectors.queue_filters import Filters
from reviews.selectors.queue_screen import queue_screen
from reviews.selectors.verbs import SAID
from reviews.services.decided import Decided
from reviews.views.door import person

PAGE, PART = "reviews/case.html", "reviews/parts/_case.html"


def is_part(request: HttpRequest) -> bool:
    """Does the browser ask for the part that changes, not for a page?"""
    return bool(getattr(request, "htmx", False))


def show_case(
    request: HttpRequest, page: CasePage, *, status: int = 200, template: str = "", reserved: bool = False,
    lost: bool = False, draft: Mapping[str, Any] | None = None, **context: Any,
) -> HttpResponse:  # fmt: skip
    """The review page, or its article. `errors`, `message`, `who` may be
    given.
    """
    screen = case_screen(page, person(request), reserved=reserved, lost=lost, draft=draft)
    whole = {
        "c": screen, "key": uuid.uuid4().hex, "draft_key": draft_key(request), "undo_url": screen.undo_url,
        "hear": case_pass(request, screen.id),
    } | context  # fmt: skip
    return render(request, template or (PART if is_part(request) else PAGE), whole, status=status)


def show_conflict(request: HttpRequest, ref: str, error: DomainError, **more: Any) -> HttpResponse:
    """The case as it stands now, with what was refused and who has it; the text they sent is kept in it."""
    template, who = "reviews/parts/_conflict.html" if is_part(request) else PAGE, error.extra.get("who", "")
    try:
        page = case_page(person(request), ref)
    except NotVisible:  # it went where they may not follow
        return show_gone(request, error)
    return show_case(
        request,
        page,
        status=error.status,
        template=template,
        lost=True,
        message=error.message,
        who=who,
        **more,
    )


def show_gone(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refusal about a case that they may no longer see."""
    if not is_part(request):
        return show_queue(request, status=error.status, error=error.message)
    return render(request, "reviews/parts/_empty.html", {"message": error.message}, status=error.status)


def show_queue(request: HttpRequest, *, status: int = 200, error: str = "") -> HttpResponse:
    """The person's own list, with a refusal on top if there is one."""
    if error:
        messages.error(request, error)
    screen = queue_screen(person(request), Tab.MINE, Filters(), {})
    return render(request, "reviews/queue.html", {"q": screen}, status=status)


def show_empty(request: HttpRequest) -> HttpResponse:
    """Nothing waits: the article that says so."""
    return render(request, "reviews/parts/_empty.html")


def go(request: HttpRequest, where: str) -> HttpResponse:
    """On to another page: a header for the script, a redirect that turns POST into GET for everybody else."""
    if is_part(request):
        return HttpResponse(status=200, headers={"HX-Location": where})
    return HttpResponseRedirect(where, status=303)


def to_case(ref: str) -> str:
    """The address of a case."""
    return reverse("reviews:case", args=[ref])


def decided(request: HttpRequest, done: Decided, *, stay: bool = False) -> HttpResponse:
    """After a decision: the next case already theirs, a bare acknowledgement if it is on the screen, or the
    queue; with `stay` the case itself, as it stands now.
    """
    if stay:
        return _with_headers(_stayed(request, done), done)
    if done.opened and "X-Ack-Only" in request.headers:
        return _with_headers(HttpResponse("ok", content_type="text/plain"), done)
    if not is_part(request):
        messages.success(request, f"{done.ref} {SAID[Verb(done.verb)]}.")
        return _with_headers(
            go(request, to_case(done.next.ref) if done.next else reverse("reviews:queue")), done
        )
    if done.next is None:
        return _with_headers(show_empty(request), done)
    return _with_headers(show_case(request, case_page(person(request), done.next.id, done.next.spot)), done)


def case_pass(request: HttpRequest, case: str) -> str:
    """The right of this sign-in's pages to hear that the case moved."""
    return tickets.case_pass(tickets.mark_of(request.session.session_key or ""), case)


def _stayed(request: HttpRequest, done: Decided) -> HttpResponse:
    if not is_part(request):
        messages.success(request, f"{done.ref} {SAID[Verb(done.verb)]}.")
        return go(request, to_case(done.ref))
    try:
        return show_case(request, case_page(person(request), done.ref))
    except NotVisible:  # it went where they may not follow
        return show_empty(request)


def draft_key(request: HttpRequest) -> str:
    """32 bytes, base64, that seal drafts in this browser for as long as this sign-in lives."""
    digest = salted_hmac("reviews.draft", request.session.session_key or "", algorithm="sha256").digest()
    return base64.b64encode(digest).decode()


def _with_headers(answer: HttpResponse, done: Decided) -> HttpResponse:
    if done.undo_seconds:
        answer["X-Undo"] = reverse("reviews:undo", args=[done.id])
        answer["X-Undo-Seconds"] = str(done.undo_seconds)
    if done.opened and done.next:
        answer["X-Opened-Version"] = str(done.next.version)
        answer["X-Opened-Token"] = str(done.next.token)
        answer["X-Opened-Lease"] = done.next.lease_until
    if done.replayed:
        answer["Idempotency-Replayed"] = "true"
    return answer
