"""Audits: what waits and what was found, reading one blind, what it reveals, settling a disagreement (R087)."""

import uuid
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from accounts.errors import DomainError, Invalid, NotVisible
from accounts.permissions import scopes_of
from accounts.views.door import door, person
from escalations.choices import ErrorGravity, Verdict
from escalations.models import AuditAnswer, AuditItem
from escalations.selectors.accuracy import NEEDED
from reviews import charts
from reviews.choices import AuditSkipReason, ErrorCause, RubricPart, Stands
from reviews.forms import prefixed
from reviews.selectors.audits import overview as pages
from reviews.selectors.audits.blind import blind_screen
from reviews.selectors.audits.revealed import AFTERWARDS, may_look, revealed
from reviews.services.adjudicating import Grade, adjudicate, grade_answer
from reviews.services.audits import TO_READ, Reading, answer_item, skip_item, take_next, waiting_for

SEES = (*AFTERWARDS, Capability.AUTONOMY_EDIT)
READS = (Capability.QUALITY_REVIEW,)
JUDGES = (Capability.QUALITY_REVIEW, Capability.AUDIT_ADJUDICATE, Capability.LEDGER_READ)
DAYS = (7, 28, 91)


@door("GET", "HEAD", needs=SEES)
def audits(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, coverage and accuracy per type, agreement, and what was found."""
    actor = person(request)
    days = next((n for n in DAYS if request.GET.get("days") == str(n)), 28)
    since = timezone.now() - timedelta(days=days)
    verdict = request.GET.get("verdict", "") if request.GET.get("verdict") in Verdict.values else ""
    lines = pages.lines_for(actor, since)
    reads = bool(scopes_of(actor, Capability.QUALITY_REVIEW))
    shown = {
        "lines": lines, "chart": charts.intervals("acc", _bars(lines), title="Accuracy of what the AI settled"),
        "days": days, "all_days": DAYS, "verdict": verdict, "verdicts": Verdict.choices, "reads": reads,
        "waiting": waiting_for(actor).count() if reads else 0, "disputes": pages.disputes_for(actor)[: pages.PAGE],
        "agreement": pages.agreement_since(actor, since),
        "found": pages.concluded_for(actor, verdict)[: pages.PAGE],
        "edits": bool(scopes_of(actor, Capability.AUTONOMY_EDIT)),
        "draws": bool(scopes_of(actor, Capability.LEDGER_READ)),
    }  # fmt: skip
    return render(request, "reviews/audits/overview.html", shown)


@door("POST", needs=READS)
def following(request: HttpRequest) -> HttpResponse:
    """The next one to read."""
    item = take_next(person(request))
    if item is None:
        messages.success(request, "Nothing waits for you to read.")
        return HttpResponseRedirect(reverse("reviews:audits"), status=303)
    return _to(item.pk)


@door("GET", "HEAD", needs=JUDGES)
def audit(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """Blind before one's own answer, revealed after it. Nothing of the answer is on the blind page or behind it."""
    return _show(request, audit_id)


@door("POST", needs=READS)
def answer(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """Keep the reader's answer, then show what it is compared with."""
    sent = _sent(request)
    given = Reading(
        category=sent.get("category", "")[:80], action=sent.get("action", "")[:80],
        disposition=sent.get("disposition", "")[:80], values=prefixed(sent, "v."), note=_text(sent),
    )  # fmt: skip
    try:
        answer_item(item_id=audit_id, actor=person(request), given=given, key=sent.get("key", ""))
    except Invalid as error:
        return _show(request, audit_id, status=422, errors=error.errors, sent=sent)
    except DomainError as error:
        return _refused(request, error)
    return _to(audit_id)


@door("POST", needs=READS)
def skip(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """Give it back unread, with a reason."""
    try:
        skip_item(item_id=audit_id, actor=person(request), reason=request.POST.get("reason", ""))
    except Invalid as error:
        return _show(request, audit_id, status=422, errors={"skip": error.message})
    except DomainError as error:
        return _refused(request, error)
    messages.success(request, "Given back: somebody else reads it.")
    return HttpResponseRedirect(reverse("reviews:audits"), status=303)


@door("POST", needs=READS)
def grade(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """The rubric, after the reveal."""
    sent = _sent(request)
    failed = tuple(part for part in RubricPart.values if sent.get(f"r.{part}") == "no")
    given = Grade(failed, sent.get("gravity", "")[:8], sent.get("cause", "")[:8], _text(sent))
    try:
        grade_answer(item_id=audit_id, actor=person(request), given=given)
    except Invalid as error:
        return _show(request, audit_id, status=422, errors=error.errors, sent=sent)
    messages.success(request, "The rubric is kept.")
    return _to(audit_id)


@door("POST", needs=(Capability.AUDIT_ADJUDICATE,))
def settle(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """Settle a disagreement of readers."""
    sent = _sent(request)
    try:
        adjudicate(
            item_id=audit_id, actor=person(request), stands=sent.get("stands", ""), note=_text(sent),
            key=sent.get("key", ""),
        )  # fmt: skip
    except Invalid as error:
        return _show(request, audit_id, status=422, errors=error.errors, sent=sent)
    except DomainError as error:
        return _refused(request, error)
    return _to(audit_id)


def _show(request: HttpRequest, audit_id: UUID, *, status: int = 200, **more: object) -> HttpResponse:
    actor = person(request)
    around = ("draw__decision", "case__client", "case__queue", "case_type")
    item = AuditItem.objects.select_related(*around).filter(pk=audit_id).first()
    if item is None:
        raise NotVisible("There is no such audit.")
    answers = list(AuditAnswer.objects.filter(item=item).order_by("at"))
    shown: dict[str, object] = {"errors": {}, "sent": {}, "key": uuid.uuid4().hex} | more
    if may_look(actor, item, answers):
        shown |= {
            "a": revealed(actor, item, answers), "parts": RubricPart.choices, "gravities": ErrorGravity.choices,
            "causes": ErrorCause.choices, "stands": Stands.choices,
        }  # fmt: skip
        return render(request, "reviews/audits/revealed.html", shown, status=status)
    if item.holder_id != actor.pk or item.state not in TO_READ:
        raise NotVisible("There is no such audit.")
    shown |= {"c": blind_screen(item), "skips": AuditSkipReason.choices}
    return render(request, "reviews/audits/blind.html", shown, status=status)


def _bars(lines: list[pages.TypeLine]) -> list[charts.Interval]:
    """Types with enough labels to draw."""
    return [
        charts.Interval(f"{one.type.client.name}, {one.type.name}", found.share, found.low, found.high)
        for one in lines
        if (found := one.figures.accuracy).share is not None and found.labels >= NEEDED
    ]


def _sent(request: HttpRequest) -> dict[str, str]:
    """What the form holds, without the one character that PostgreSQL does not keep."""
    return {name: str(value).replace("\x00", "") for name, value in request.POST.items()}


def _text(sent: dict[str, str]) -> str:
    return sent.get("note", "").strip()[:4000]


def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """What was refused, on the first page: the audit is no longer theirs to see."""
    if isinstance(error, NotVisible):
        raise error
    messages.error(request, error.message)
    return HttpResponseRedirect(reverse("reviews:audits"), status=303)


def _to(audit_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("reviews:audit", args=[audit_id]), status=303)
