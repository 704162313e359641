"""Rules that clusters of corrections ask for: proposed, taken into a draft of policy, dismissed (R096, R100)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.choices import Capability as Can
from accounts.permissions import can
from accounts.views.door import door, person
from escalations.choices import RuleState
from escalations.errors import Conflict
from escalations.models import CaseType, RuleProposal
from escalations.permissions import may_manage_models
from reviews.selectors.learning.rules_page import rule_lines, types_to_mine
from reviews.services.learning.mining import dismiss_rule, mine_rules, take_rule

SEES = (Can.MODEL_MANAGE, Can.POLICY_EDIT)


@door("GET", "HEAD", needs=SEES)
def rules(request: HttpRequest) -> HttpResponse:
    """Open proposals, the clearest first, and what became of the others."""
    actor = person(request)
    lines = rule_lines(actor)
    shown = {
        "open": [one for one in lines if one.proposal.state == RuleState.OPEN],
        "answered": [one for one in lines if one.proposal.state != RuleState.OPEN],
        "types": types_to_mine(actor), "drafts": can(actor, Can.POLICY_EDIT),
    }  # fmt: skip
    return render(request, "reviews/models/rules.html", shown)


@door("POST", needs=(Can.MODEL_MANAGE,))
def mine(request: HttpRequest) -> HttpResponse:
    """Look through the corrections of one case type."""
    sent = request.POST.get("type", "")
    found = (
        CaseType.objects.select_related("client").filter(pk=sent).first()
        if sent.isdecimal() and len(sent) < 19
        else None
    )
    if found is None or not may_manage_models(person(request), found.client_id):
        raise Http404("There is no such case type.")
    made = mine_rules(case_type=found, by=person(request))
    said = f"{len(made)} new proposal{'s' if len(made) != 1 else ''} for {found.name}." if made else (
        f"No cluster of corrections of {found.name} stands out that was not proposed before."
    )  # fmt: skip
    messages.success(request, said)
    return _back()


@door("POST", needs=(Can.POLICY_EDIT,))
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the row into a new draft."""
    try:
        draft = take_rule(proposal=_proposal(request, pk), actor=person(request))
    except Conflict as error:
        messages.error(request, error.message)
        return _back()
    messages.success(request, "The rule is in a draft now: rehearse it, then two people approve.")
    return HttpResponseRedirect(reverse("desk:draft", args=[draft.pk]), status=303)


@door("POST", needs=SEES)
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a proposal aside for good."""
    try:
        dismiss_rule(proposal=_proposal(request, pk), actor=person(request))
        messages.success(request, "Dismissed: it is not proposed again.")
    except Conflict as error:
        messages.error(request, error.message)
    return _back()


def _proposal(request: HttpRequest, pk: int) -> RuleProposal:
    found = RuleProposal.objects.select_related("case_type").filter(pk=pk).first()
    actor = person(request)
    if found is None or not (
        can(actor, Can.POLICY_EDIT) or may_manage_models(actor, found.case_type.client_id)
    ):
        raise Http404("There is no such proposal.")
    return found


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("reviews:rules"), status=303)
