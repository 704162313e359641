"""Autonomy: what the AI of each case type may do, why, and the button that stops it (R012, R089, R129)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from accounts.errors import DomainError, Invalid
from accounts.models import User
from accounts.views.door import door, person
from escalations import charts
from escalations.choices import Autonomy, StepKind
from escalations.models import CaseType, StepUp
from escalations.rules import LEVELS
from escalations.selectors import autonomy as pages
from escalations.selectors.outlook import outlook_of
from escalations.services import autonomy as levels
from escalations.services import stepping
from escalations.services.breaking import may, may_stop, stop
from escalations.services.certifying import PAST, look, plan_of, planned_for, promise_of
from escalations.services.watching_drift import accept_usual
from escalations.views.autonomy_forms import ChecklistForm, LevelForm, PromiseForm

SEES = pages.SEES


@door("GET", "HEAD", needs=SEES)
def autonomy(request: HttpRequest) -> HttpResponse:
    """Every case type of one's clients: how far its AI may go, and what is missing for more."""
    lines = pages.lines_for(person(request), now=timezone.now())
    shown = {
        "lines": lines, "goal": pages.GOAL, "days": pages.DAYS, "enough": pages.ENOUGH,
        "alone": sum(one.effective == Autonomy.AUTONOMOUS for one in lines),
        "stopped": sum(one.trip is not None for one in lines),
    }  # fmt: skip
    return render(request, "escalations/autonomy/list.html", shown)


@door("GET", "HEAD", needs=SEES)
def autonomy_type(request: HttpRequest, pk: int) -> HttpResponse:
    """One type whole: level, certificate, proof, curve, breaker, drift, promise, checklist, steps."""
    return _show(request, _type(request, pk))


@door("POST", needs=SEES)
def autonomy_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the AI: one click and a reason."""
    kind, actor = _type(request, pk), person(request)
    return _done(
        request, kind, "stop", "The AI is stopped: everything of this type goes to people from now on.",
        lambda: stop(case_type=kind, reason=_text(request, "reason"), actor=actor),
    )  # fmt: skip


@door("POST", needs=SEES)
def autonomy_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the AI less to do, at once."""
    kind, actor = _type(request, pk), person(request)
    sent = {"level": _text(request, "level"), "reason": _text(request, "reason")}
    return _done(
        request, kind, "down", "The AI may do less, from now on.",
        lambda: levels.step_down(case_type=kind, actor=actor, **sent),
    )  # fmt: skip


@door("POST", needs=SEES)
def autonomy_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose more autonomy, or to go on after a stop."""
    kind, actor = _type(request, pk), person(request)
    which = StepKind.RESUME if _text(request, "kind") == StepKind.RESUME else StepKind.UP
    sent = {"level": _text(request, "level"), "reason": _text(request, "reason")}
    return _done(
        request, kind, str(which), "Proposed. It holds once both sides have approved it.",
        lambda: stepping.propose(case_type=kind, kind=which, actor=actor, **sent),
    )  # fmt: skip


@door("POST", needs=SEES)
def autonomy_step(request: HttpRequest, pk: int, answer: str) -> HttpResponse:
    """Approve a proposal for one side, or refuse it."""
    actor = person(request)
    step = StepUp.objects.select_related("case_type__client").filter(pk=pk).first()
    if step is None:
        raise Http404
    kind = _type(request, step.case_type_id)

    def act() -> object:
        if answer == "refuse":
            return stepping.refuse(step=step, reason=_text(request, "reason"), actor=actor)
        return stepping.approve(step=step, side=answer, actor=actor)

    return _done(request, kind, "step", "Refused." if answer == "refuse" else "Approved.", act)


@door("POST", needs=SEES)
def autonomy_look(request: HttpRequest, pk: int) -> HttpResponse:
    """See at once what the audits so far certify. Looking costs nothing."""
    kind = _type(request, pk)
    found = look(kind)
    if found.certificate is not None:
        messages.success(request, "A certificate is issued.")
    elif found.proof is None:
        messages.info(request, f"Too early: {found.past} earlier cases are known, and a proof needs {PAST}.")
    else:
        messages.info(request, "Counted anew; nothing has changed.")
    return _to(kind)


@door("POST", needs=SEES)
def autonomy_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the work as it is now as usual."""
    kind, actor = _type(request, pk), person(request)
    return _done(
        request,
        kind,
        "drift",
        "Taken as usual from now on.",
        lambda: accept_usual(case_type=kind, actor=actor),
    )


@door("POST", needs=(Capability.AUTONOMY_EDIT,))
def autonomy_promise(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the promise."""
    kind, actor = _type(request, pk), person(request)
    form = PromiseForm(request.POST, promise=promise_of(kind))
    return _saved(
        request, kind, "promise", form, "The promise is saved.",
        lambda: levels.save_promise(case_type=kind, actor=actor, **form.sent()),
    )  # fmt: skip


@door("POST", needs=(Capability.AUTONOMY_EDIT,))
def autonomy_checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the checklist."""
    kind, actor = _type(request, pk), person(request)
    form = ChecklistForm(request.POST, checklist=pages.checklist_of(kind))
    return _saved(
        request, kind, "checklist", form, "The checklist is saved.",
        lambda: levels.save_checklist(case_type=kind, known=form.known(), actor=actor),
    )  # fmt: skip


def _type(request: HttpRequest, pk: int) -> CaseType:
    found = pages.types_for(person(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _done(
    request: HttpRequest, kind: CaseType, part: str, words: str, act: Callable[[], object]
) -> HttpResponse:
    """Do it and show the page again; what was wrong stands beside its field, with what was typed."""
    try:
        act()
    except DomainError as error:
        texts = error.errors if isinstance(error, Invalid) else {"": error.message}
        if error.status in (403, 404):
            raise
        return _show(request, kind, status=error.status, wrong={part: texts})
    messages.success(request, words)
    return _to(kind)


def _saved(
    request: HttpRequest, kind: CaseType, part: str, form: Any, words: str, act: Callable[[], object]
) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except Invalid as error:
            for name, text in error.errors.items():
                form.add_error(name if name in form.fields else None, text)
        else:
            messages.success(request, words)
            return _to(kind)
    return _show(request, kind, status=422, forms={part: form})


def _show(
    request: HttpRequest, kind: CaseType, *, status: int = 200, wrong: Any = None, forms: Any = None
) -> HttpResponse:
    kind = pages.types_for(person(request)).get(pk=kind.pk)
    page = pages.page_of(kind, now=timezone.now())
    promise = promise_of(kind)
    shown: dict[str, Any] = {
        "page": page, "line": page.line, "kind": kind, "promise": promise, "rates": plan_of(kind),
        "planned": planned_for(promise.target), "days": pages.DAYS, "enough": pages.ENOUGH,
        "outlook": outlook_of(kind, page.line.proof, now=timezone.now(), least=PAST), "past": PAST,
        "wrong": wrong or {}, "sent": request.POST if wrong else {}, "may": _rights(person(request), page),
        "forms": {"promise": PromiseForm(promise=promise), "checklist": ChecklistForm(checklist=page.checklist)}
        | (forms or {}),
        "chart": charts.reliability_curve(
            "curve", page.bins, threshold=page.line.certificate.threshold if page.line.certificate else None,
            says="; ".join(f"{one.said:.0%} sure: {one.right:.1%} right of {one.labels}" for one in page.bins),
        ),
    }  # fmt: skip
    return render(request, "escalations/autonomy/type.html", shown, status=status)


def _rights(actor: User, page: pages.TypePage) -> dict[str, Any]:
    """What the page offers to `actor`: forms and buttons, each refused again by its service."""
    kind = page.line.case_type
    at = LEVELS.index(kind.autonomy)
    proposes = may(actor, kind, *stepping.PROPOSERS) and page.step is None
    return {
        "stop": may_stop(actor, kind) and page.line.trip is None,
        "edit": may(actor, kind, Capability.AUTONOMY_EDIT),
        "down": LevelForm(levels=list(LEVELS[:at])[::-1]) if may_stop(actor, kind) and at else None,
        "up": LevelForm(levels=list(LEVELS[at + 1 :])) if proposes and LEVELS[at + 1 :] else None,
        "resume": proposes and page.line.trip is not None,
        "sides": stepping.sides_of(page.step, actor) if page.step else [],
        "refuse": page.step is not None
        and (may(actor, kind, *stepping.SIDES.values()) or page.step.proposed_by_id == actor.pk),
        "missing": stepping.obstacles(kind, StepKind.UP, Autonomy.AUTONOMOUS)
        if kind.autonomy != Autonomy.AUTONOMOUS
        else [],
        "to_resume": stepping.obstacles(kind, StepKind.RESUME, kind.autonomy) if page.line.trip else [],
    }


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")[:400]


def _to(kind: CaseType) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:autonomy_type", args=[kind.pk]), status=303)
