"""Attention: the rubber-stamp meter, and the rates that are agreed for it (R094)."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from accounts.errors import Invalid
from accounts.models import Client, User
from accounts.permissions import scopes_of
from accounts.views.door import door, person
from accounts.views.forms import dressed
from escalations.services.handoffs import hidden_rate
from escalations.services.vigilance import MOST, plant_rate, set_hidden_rate, set_plant_rate
from reviews.selectors.insight.attention import (
    LEAST_PEOPLE,
    LIMITS,
    may_name,
    named_readings,
    own_reading,
    team_readings,
)
from reviews.views.insight_tabs import tabs

HIDDEN, PLANTED = "hidden", "planted"
WHAT = ((HIDDEN, "Hidden first"), (PLANTED, "Planted"))
SET = {HIDDEN: set_hidden_rate, PLANTED: set_plant_rate}
NEEDS = (Capability.INSIGHT_VIEW, Capability.CASE_DECIDE)
EDITS = (Capability.AUTONOMY_EDIT,)
DAYS = 90


class RateForm(forms.Form):
    """The share of a client's cases in which the AI's answer is hidden first, or of planted ones, in per cent."""

    client = forms.ModelChoiceField(Client.objects.none(), to_field_name="slug", empty_label=None)
    what = forms.ChoiceField(required=False, choices=WHAT)
    rate = forms.FloatField(label="Share, %", min_value=0, max_value=100 * MOST)

    def __init__(self, actor: User, sent: Any = None) -> None:
        super().__init__(sent)
        self.fields["client"].queryset = _clients(actor)  # type: ignore[attr-defined]
        dressed(self)


@door("GET", "HEAD", needs=NEEDS)
def attention(request: HttpRequest) -> HttpResponse:
    """One's own meter; teams; by name only whoever may."""
    return _page(request, RateForm(person(request)))


@door("POST", needs=EDITS)
def rates(request: HttpRequest) -> HttpResponse:
    """Agree on another share for a client."""
    actor = person(request)
    form = RateForm(actor, request.POST)
    if form.is_valid():
        try:
            sent = form.cleaned_data
            agree = SET[sent["what"] or HIDDEN]
            agree(client=sent["client"], actor=actor, rate=round(sent["rate"] / 100, 6))
        except Invalid as error:
            form.add_error("rate", error.errors["rate"])
        else:
            messages.success(request, "Kept; it holds for cases that come from now on.")
            return HttpResponseRedirect(reverse("reviews:attention"), status=303)
    return _page(request, form, status=422)


def _page(request: HttpRequest, form: RateForm, status: int = 200) -> HttpResponse:
    actor = person(request)
    since = timezone.now() - timedelta(days=DAYS)
    named = may_name(actor)
    insight = bool(scopes_of(actor, Capability.INSIGHT_VIEW))
    edits = bool(scopes_of(actor, Capability.AUTONOMY_EDIT))
    shown = {
        "tabs": tabs(actor, "reviews:attention"), "days": DAYS, "least": LIMITS.least, "few": LEAST_PEOPLE,
        "own": own_reading(actor, since) if scopes_of(actor, Capability.CASE_DECIDE) else None,
        "named": named_readings(actor, since) if named else [], "may_name": named,
        "teams": team_readings(actor, since) if insight else [], "insight": insight, "edits": edits, "form": form,
        "rates": [(one, hidden_rate(one.pk), plant_rate(one.pk)) for one in _clients(actor)] if edits else [],
    }  # fmt: skip
    return render(request, "reviews/insight/attention.html", shown, status=status)


def _clients(actor: User) -> Any:
    scopes = scopes_of(actor, Capability.AUTONOMY_EDIT)
    clients = Client.objects.order_by("name")
    if any(scope.client is None for scope in scopes):
        return clients
    return clients.filter(pk__in=[scope.client for scope in scopes])
