"""Taking a case, giving it back, passing it on, keeping it."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.services.presence import seen
from escalations.errors import Conflict, Invalid
from escalations.models import Case
from escalations.selectors.cases import case_for
from reviews.services import claim as claiming
from reviews.services import lease
from reviews.views import answers
from reviews.views.door import person, reviewer


@reviewer("POST")
def claim(request: HttpRequest, ref: str) -> HttpResponse:
    """Claim this case; 409 with who has it when somebody was first."""
    try:
        claiming.claim_case(case=_case(request, ref), actor=person(request))
    except Conflict as error:
        return answers.show_conflict(request, ref, error)
    return answers.go(request, answers.to_case(ref))


@reviewer("POST")
def take_over(request: HttpRequest, ref: str) -> HttpResponse:
    """Take the case from its holder."""
    try:
        claiming.take_over(case=_case(request, ref), actor=person(request))
    except Conflict as error:
        return answers.show_conflict(request, ref, error)
    return answers.go(request, answers.to_case(ref))


@reviewer("POST")
def release(request: HttpRequest, ref: str) -> HttpResponse:
    """Give the case back to its queue."""
    try:
        lease.release_case(case=_case(request, ref), actor=person(request))
    except Conflict as error:
        return answers.show_conflict(request, ref, error)
    return answers.go(request, reverse("reviews:queue"))


@reviewer("POST")
def skip(request: HttpRequest, ref: str) -> HttpResponse:
    """Pass the case on with a reason; 422 without one."""
    try:
        lease.skip_case(
            case=_case(request, ref), actor=person(request), reason=request.POST.get("reason", "")
        )
    except (Conflict, Invalid) as error:
        return answers.show_conflict(request, ref, error)
    return answers.go(request, reverse("reviews:queue"))


@reviewer("POST")
def heartbeat(request: HttpRequest, ref: str) -> HttpResponse:
    """204 and the lease's new end while the page is live; 409 when the lease is lost."""
    seen(person(request))
    token = request.POST.get("claim_token", "")
    number = int(token) if token.isdecimal() and len(token) <= 18 else 0  # no claim has token 0
    try:
        until = lease.heartbeat(ref=ref, actor=person(request), token=number)
    except Conflict as error:
        return HttpResponse(error.message, status=409, content_type="text/plain")
    return HttpResponse(status=204, headers={"X-Lease-Until": until.isoformat()})


def _case(request: HttpRequest, ref: str) -> Case:
    return case_for(person(request), ref, among=Case.objects.select_related("queue", "client", "case_type"))
