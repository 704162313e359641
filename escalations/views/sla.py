"""What is promised: the pages of SLA policies, with the answer to "what holds for this case?"."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.choices import Capability
from accounts.errors import DomainError, Invalid
from accounts.models import Client
from accounts.views.door import door, person
from accounts.views.forms import dressed
from escalations.choices import Pause, Severity, Timer
from escalations.models import BusinessCalendar, CaseType, SlaPolicy
from escalations.selectors.promises import promises
from escalations.services.sla import MINUTES, RAISES, Terms, delete_policy, save_policy, terms_of

EDIT = (Capability.SLA_EDIT,)
PLACE = ("client", "case_type", "severity")


class PolicyForm(forms.Form):
    """The terms of one policy; an empty number leaves it to the case type, the resolution or the tier."""

    client = forms.ModelChoiceField(Client.objects.all(), required=False, empty_label="Every client")
    case_type = forms.ModelChoiceField(
        CaseType.objects.select_related("client"), required=False, empty_label="Every case type"
    )
    severity = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[("", "Every severity"), *Severity.choices]
    )
    first_response_minutes = forms.IntegerField(required=False, label="First response, minutes")
    next_response_minutes = forms.IntegerField(required=False, label="Next response, minutes")
    dwell_minutes = forms.IntegerField(required=False, label="In one tier, minutes")
    resolution_minutes = forms.IntegerField(required=False, label="Resolution, minutes")
    warn_percent = forms.IntegerField(initial=80, label="Warn at, per cent of the time")
    calendar = forms.ChoiceField()
    pauses = forms.MultipleChoiceField(
        required=False, choices=Pause.choices, widget=forms.CheckboxSelectMultiple, label="Clocks stop while"
    )
    raise_on = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Goes a tier up at",
        choices=[(one, one.replace("_", " ").replace(".", ": ").capitalize()) for one in RAISES],
    )  # fmt: skip
    penalty = forms.DecimalField(required=False, max_digits=12, decimal_places=2, label="Penalty a breach")
    currency = forms.CharField(max_length=3, initial="EUR")
    penalty_timers = forms.MultipleChoiceField(
        required=False, choices=Timer.choices, widget=forms.CheckboxSelectMultiple, label="Penalty for"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        live = BusinessCalendar.objects.filter(superseded_at__isnull=True).order_by("name")
        self.fields["calendar"].choices = list(live.values_list("slug", "name"))  # type: ignore[attr-defined]
        self.fields["case_type"].label_from_instance = _named  # type: ignore[attr-defined]
        dressed(self)

    def terms(self) -> Terms:
        """What was typed, for `save_policy`."""
        sent = {name: self.cleaned_data[name] for name in Terms.__dataclass_fields__}
        for name in ("pauses", "raise_on", "penalty_timers"):
            sent[name] = tuple(sent[name])
        sent["penalty"] = sent["penalty"] or Decimal(0)
        return Terms(**sent)


class AskForm(forms.Form):
    """A case type and a severity to ask about."""

    type = forms.ModelChoiceField(CaseType.objects.select_related("client"), empty_label=None)
    severity = forms.TypedChoiceField(coerce=int, choices=Severity.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].label_from_instance = _named  # type: ignore[attr-defined]


@door("GET", "HEAD", needs=EDIT)
def policies(request: HttpRequest) -> HttpResponse:
    """Every policy in force, from the one for everybody to the most specific; and the calendars."""
    live = SlaPolicy.objects.filter(superseded_at__isnull=True).select_related("client", "case_type")
    order = live.order_by("client__name", "case_type__name", "severity")
    ask = AskForm(request.GET if "type" in request.GET else None)
    context = {
        "policies": sorted(order, key=_breadth), "ask": ask, "held": _held(ask),
        "calendars": BusinessCalendar.objects.filter(superseded_at__isnull=True),
    }  # fmt: skip
    bad = ask.is_bound and not ask.is_valid()
    return render(request, "escalations/sla/policies.html", context, status=422 if bad else 200)


@door("GET", "HEAD", "POST", needs=EDIT)
def new_policy(request: HttpRequest) -> HttpResponse:
    """A promise for a client, type or severity that has none of its own."""
    if request.method != "POST":
        return _show(request, PolicyForm(initial=asdict(Terms())), None)
    return _save(request, None)


@door("GET", "HEAD", "POST", needs=EDIT)
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """One policy; saving it makes a new version, in force at once, and times every open clock anew."""
    found = _found(pk)
    if request.method != "POST":
        return _show(request, PolicyForm(initial=asdict(terms_of(found)) | _place(found)), found)
    return _save(request, found)


@door("POST", needs=EDIT)
def end_policy(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise it no longer."""
    try:
        delete_policy(policy=_found(pk), actor=person(request))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Removed. The next less specific policy holds.")
    return HttpResponseRedirect(reverse("desk:sla"), status=303)


def _found(pk: int) -> SlaPolicy:
    found = SlaPolicy.objects.filter(pk=pk).select_related("client", "case_type__client").first()
    if found is None:
        raise Http404("There is no such policy.")
    return found


def _save(request: HttpRequest, found: SlaPolicy | None) -> HttpResponse:
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return _show(request, form, found, status=422)
    place = {name: form.cleaned_data[name] for name in PLACE} if found is None else _place(found)
    try:
        save_policy(**place, terms=form.terms(), actor=person(request))
    except DomainError as error:
        for field, text in (error.errors if isinstance(error, Invalid) else {}).items():
            form.add_error(field if field in form.fields else None, text)
        if not form.errors:
            form.add_error(None, error.message)
        return _show(request, form, found, status=error.status)
    messages.success(request, "Saved. Open clocks are being timed anew.")
    return HttpResponseRedirect(reverse("desk:sla"), status=303)


def _show(
    request: HttpRequest, form: PolicyForm, found: SlaPolicy | None, *, status: int = 200
) -> HttpResponse:
    history = SlaPolicy.objects.none()
    if found is not None:
        history = (
            SlaPolicy.objects.filter(**_place(found)).select_related("created_by").order_by("-live_from")[:20]
        )
    context = {
        "form": form, "policy": found, "history": history, "minutes": MINUTES,
        "for_all": found is not None and not any(_place(found).values()),
    }  # fmt: skip
    return render(request, "escalations/sla/policy.html", context, status=status)


def _held(ask: AskForm) -> dict[str, Any] | None:
    """The policy that would hold for the case asked about, and the minutes it comes to."""
    if not (ask.is_bound and ask.is_valid()):
        return None
    kind, severity, now = ask.cleaned_data["type"], ask.cleaned_data["severity"], promises()
    found = now.policy_for(kind.client_id, kind.pk, severity)
    resolution = found.resolution_minutes or kind.sla_minutes
    return {
        "policy": found, "calendar": now.calendar_for(found), "resolution": resolution,
        "first": found.first_response_minutes or resolution, "next": found.next_response_minutes or resolution,
        "dwell": found.dwell_minutes or now.dwell_for(kind.client_id, 1),
    }  # fmt: skip


def _place(policy: SlaPolicy) -> dict[str, Any]:
    return {"client": policy.client, "case_type": policy.case_type, "severity": policy.severity}


def _breadth(policy: SlaPolicy) -> int:
    """Everybody's first."""
    return sum(value is not None for value in _place(policy).values())


def _named(kind: CaseType) -> str:
    return f"{kind.client.name}: {kind.name}"
