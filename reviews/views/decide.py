"""Committing a decision, keeping its draft, taking it back, and sending a settled case to people again."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from escalations.errors import Conflict, Invalid
from escalations.models import Case
from escalations.selectors.cases import case_for
from reviews.forms import DecideForm, typed
from reviews.selectors.case_page import case_page
from reviews.selectors.deciding import case_to_decide
from reviews.selectors.timeline import changes_since
from reviews.services.decide import decide_case
from reviews.services.drafts import keep_draft
from reviews.services.flag import flag_case
from reviews.services.undo import undo_decision
from reviews.views import answers
from reviews.views.door import person, reviewer


@reviewer("POST")
def decide(request: HttpRequest, ref: str) -> HttpResponse:
    """Decide and go on to the next case in one request. 422 with messages per field; 409 with the draft
    kept.
    """
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _unfinished(request, ref, form.messages())
    actor, sent = person(request), form.cleaned_data
    key = request.headers.get("Idempotency-Key", sent["key"])[:80]
    asked = case_to_decide(actor, ref)
    stay = sent["stay"] or actor.on_break_since is not None
    try:
        done = decide_case(
            asked=asked, actor=actor, given=form.submission(), key=key, opened=sent["opened"], stay=stay
        )
    except Invalid as error:
        return _unfinished(request, ref, error.errors)
    except Conflict as error:
        return _overtaken(request, asked.case, sent["version"], error)
    return answers.decided(request, done, stay=sent["stay"])


@reviewer("POST")
def draft(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep what they have typed so far."""
    try:
        keep_draft(
            case=case_for(person(request), ref), actor=person(request), body=typed(request.POST.dict())
        )
    except Invalid as error:
        return HttpResponse(error.message, status=422, content_type="text/plain")
    return HttpResponse(status=204)


@reviewer("POST")
def undo(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Take their own decision back while its window lasts; the case is theirs again."""
    try:
        moved = undo_decision(decision_id=decision_id, actor=person(request))
    except Conflict as error:
        if answers.is_part(request):
            return HttpResponse(error.message, status=409, content_type="text/plain")
        return answers.show_queue(request, status=409, error=error.message)
    return answers.go(request, answers.to_case(moved.ref))


@reviewer("POST")
def flag(request: HttpRequest, ref: str) -> HttpResponse:
    """Put a settled case before people again."""
    actor = person(request)
    case = case_for(actor, ref, among=Case.objects.select_related("queue", "client", "case_type"))
    try:
        flag_case(case=case, actor=actor, reason=request.POST.get("reason", ""))
    except (Conflict, Invalid) as error:
        return answers.show_conflict(request, ref, error)
    return answers.go(request, answers.to_case(ref))


def _unfinished(request: HttpRequest, ref: str, errors: dict[str, str]) -> HttpResponse:
    """Their decision again, with what is missing beside each field."""
    case = case_page(person(request), ref)
    return answers.show_case(request, case, status=422, errors=errors, draft=typed(request.POST.dict()))


def _overtaken(request: HttpRequest, case: Case, version: int, error: Conflict) -> HttpResponse:
    """The case moved on: what they typed is stored first, then they see what changed."""
    sent = typed(request.POST.dict())
    keep_draft(case=case, actor=person(request), body=sent)
    if error.extra.get("moved"):
        error.message = f"{error.message} {changes_since(case, version)}".strip()
    return answers.show_conflict(request, case.ref, error, draft=sent)
