"""Policy's own pages: what is in force, its versions and what each changed, going back to an earlier one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.errors import DomainError
from accounts.views.door import door, person, proven
from escalations.errors import NotAllowed
from escalations.models import PolicyVersion, RuleReview
from escalations.permissions import may_everywhere
from escalations.policy.diff import differences
from escalations.selectors.candidates import ended_by
from escalations.selectors.known import (
    agents_and_versions,
    superseded_by_version,
    superseded_cases,
    superseded_work,
)
from escalations.selectors.releases import (
    TOUCHES,
    approvals_of,
    drafts_open,
    sides_of,
    standing_of,
    version_before,
    versions,
)
from escalations.services.drafting import begin_draft
from escalations.services.releases import roll_back
from escalations.services.reviewing import close_review


@door("GET", "HEAD", needs=TOUCHES)
def releases(request: HttpRequest) -> HttpResponse:
    """The policy in force, drafts on their way, rules to look at, every earlier version."""
    everywhere(request)
    return _overview(request)


@door("POST", needs=TOUCHES)
def new_draft(request: HttpRequest) -> HttpResponse:
    """Begin a draft: a copy of the version in force, or of an earlier one."""
    based = request.POST.get("from", "")
    source = version_of(int(based)) if based.isascii() and based.isdigit() and len(based) < 9 else None
    title = request.POST.get("title", "")
    draft = begin_draft(actor=person(request), title=title, based_on=source)
    messages.success(request, "The draft is a copy so far. Nothing changes before it is published.")
    return to("desk:draft", draft.pk)


@door("GET", "HEAD", needs=TOUCHES)
def release(request: HttpRequest, number: int) -> HttpResponse:
    """One version: what it changed, who approved it, what was done under it too late."""
    everywhere(request)
    return _version(request, version_of(number))


@door("POST", needs=TOUCHES)
@proven
def rolled_back(request: HttpRequest, number: int) -> HttpResponse:
    """Put this version's document in force again."""
    found = version_of(number)
    try:
        made = roll_back(version=found, actor=person(request), reason=request.POST.get("reason", ""))
    except NotAllowed:
        raise
    except DomainError as error:
        return _version(request, found, status=error.status, message=error.message)
    messages.success(request, f"Version {made.number} is in force. It says what version {number} said.")
    return to("desk:release", made.number)


@door("POST", needs=TOUCHES)
def review_closed(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was found about a rule that came up for review."""
    found = RuleReview.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such review.")
    try:
        close_review(review=found, actor=person(request), finding=request.POST.get("finding", ""))
    except NotAllowed:
        raise
    except DomainError as error:
        return _overview(request, status=error.status, wrong={found.pk: error.message})
    messages.success(request, "Closed, with what you found.")
    return to("desk:releases")


def everywhere(request: HttpRequest) -> None:
    """Policy is everybody's: NotAllowed for whoever has to do with it for one client only."""
    if not may_everywhere(person(request), *TOUCHES):
        raise NotAllowed("Policy holds for every client: it is for people whose role does too.")


def version_of(number: int) -> PolicyVersion:
    """A version that is or was in force; 404 otherwise."""
    found = PolicyVersion.objects.select_related("created_by", "restores").filter(number=number).first()
    if found is None or found.live_from is None:
        raise Http404("There is no such version.")
    return found


def to(name: str, *args: Any) -> HttpResponse:
    """On to a page after a post."""
    return HttpResponseRedirect(reverse(name, args=args), status=303)


def _overview(
    request: HttpRequest, *, status: int = 200, wrong: dict[int, str] | None = None
) -> HttpResponse:
    live = PolicyVersion.objects.get(live_from__isnull=False, superseded_at__isnull=True)
    counts = superseded_by_version()
    agents = agents_and_versions(live)
    reviews = RuleReview.objects.filter(closed_at=None).select_related("version")
    context = {
        "live": live, "drafts": [standing_of(draft, live) for draft in drafts_open()],
        "versions": [(version, counts.get(version.pk, 0)) for version in versions()[:100]],
        "behind": [one for one in agents if not one.may_act], "agents": agents,
        "reviews": [(review, (wrong or {}).get(review.pk, "")) for review in reviews],
    }  # fmt: skip
    return render(request, "escalations/policy/overview.html", context, status=status)


def _version(
    request: HttpRequest, found: PolicyVersion, *, status: int = 200, message: str = ""
) -> HttpResponse:
    before = version_before(found)
    live = found.superseded_at is None
    context = {
        "version": found, "before": before, "live": live, "message": message,
        "changes": differences(before.document, found.document) if before else [],
        "approvals": approvals_of(found), "late": superseded_work(found), "cases": superseded_cases(found),
        "agents": agents_and_versions(found) if live else [], "uncertified": ended_by(found),
        "may_go_back": not live and bool(sides_of(person(request))),
    }  # fmt: skip
    return render(request, "escalations/policy/version.html", context, status=status)
