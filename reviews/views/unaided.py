"""Answering before the AI's answer is shown (R094)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from escalations.errors import Conflict, Invalid
from escalations.models import Case
from escalations.selectors.cases import case_for
from reviews.selectors.case_page import case_page
from reviews.selectors.words import humanize
from reviews.services.unaided import answer_first
from reviews.views import answers
from reviews.views.door import person, reviewer


@reviewer("POST")
def first(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep their answer; then the case again, with the AI's. 422 beside the field; 409 when it is not theirs."""
    actor = person(request)
    around = Case.objects.select_related("queue", "agent", "case_type", "handoff", "holder")
    case = case_for(actor, ref, among=around)
    token = request.POST.get("claim_token", "")
    try:
        given = answer_first(
            case=case, actor=actor, action=request.POST.get("action", ""),
            claim_token=int(token) if token.isdecimal() and len(token) < 19 else -1,
        )  # fmt: skip
    except Invalid as error:
        return answers.show_case(request, case_page(actor, ref), status=422, errors=error.errors)
    except Conflict as error:
        return answers.show_conflict(request, ref, error)
    if given is not None:
        said = "The AI proposes the same." if given.agrees else "The AI proposes something else: see below."
        messages.info(request, f"You would choose: {humanize(given.action)}. {said}")
    return answers.go(request, answers.to_case(case.ref))
