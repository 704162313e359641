"""Tiers: who answers, for how long, up to which amount; and where each queue's cases go when that time is over."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.choices import Capability
from accounts.errors import Conflict, DomainError, Invalid
from accounts.models import Client, User
from accounts.views.door import door, person
from accounts.views.forms import dressed
from escalations.choices import Tier
from escalations.models import Queue, TierRule
from escalations.services.tiers import may_edit, remove_tier, save_ladder, save_tier

EDIT = (Capability.SLA_EDIT,)
FIELDS = ("name", "owner", "dwell_minutes", "lease_seconds", "authority")


class TierForm(forms.Form):
    """One tier rule; client and tier are chosen once, when it is made."""

    client = forms.ModelChoiceField(Client.objects.all(), empty_label="Choose")
    number = forms.TypedChoiceField(
        label="Tier", coerce=int, choices=[(n, f"{n}, {w}") for n, w in Tier.choices]
    )
    name = forms.CharField(max_length=80)
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True), label="Who answers", empty_label="Choose"
    )
    dwell_minutes = forms.IntegerField(label="Stays at most, minutes", max_value=525_600)
    lease_seconds = forms.IntegerField(label="A claim lasts, seconds", max_value=86_400, initial=900)
    authority = forms.DecimalField(
        label="Settles up to, empty for any amount", required=False, max_digits=14, decimal_places=2
    )

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["client"], self.fields["number"]
        dressed(self)


@door("GET", "HEAD", needs=EDIT)
def tiers(request: HttpRequest) -> HttpResponse:
    """Everybody's three tiers, the clients' own beside them, and the ladder of queues."""
    return _list(request)


@door("GET", "HEAD", "POST", needs=EDIT)
def new_tier(request: HttpRequest) -> HttpResponse:
    """A client's own rule for one tier."""
    return _form(request, TierRule(), new=True)


@door("GET", "HEAD", "POST", needs=EDIT)
def tier(request: HttpRequest, pk: int) -> HttpResponse:
    """One tier rule."""
    return _form(request, _rule(request, pk), new=False)


@door("POST", needs=EDIT)
def end_tier(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a client's own rule."""
    try:
        remove_tier(rule=_rule(request, pk), actor=person(request))
        messages.success(request, "Removed: everybody's rule holds for that client again.")
    except Conflict as error:
        messages.error(request, error.message)
    return _back()


@door("POST", needs=EDIT)
def ladder(request: HttpRequest) -> HttpResponse:
    """Where each queue raises to; all of the form or none of it."""
    queues = {str(queue.pk): queue for queue in Queue.objects.all()}
    try:
        with transaction.atomic():
            for pk, queue in queues.items():
                sent = request.POST.get(f"raises_{pk}")
                if sent is None:
                    continue
                save_ladder(queue=queue, raises_to=_named(sent, pk, queues), actor=person(request))
    except Invalid as error:
        return _list(request, status=error.status, errors=error.errors, sent=request.POST.dict())
    messages.success(request, "The ladder is saved.")
    return _back()


def _named(sent: str, pk: str, queues: dict[str, Queue]) -> Queue | None:
    """The queue that queue `pk` shall raise to; Invalid for one that is not there."""
    if sent and sent not in queues:
        raise Invalid("Not saved.", {f"raises_{pk}": "There is no such queue."})
    return queues.get(sent)


def _form(request: HttpRequest, rule: TierRule, *, new: bool) -> HttpResponse:
    initial = {name: getattr(rule, name, None) for name in FIELDS} | (
        {"owner": rule.owner_id} if not new else {}
    )
    if new:
        initial["owner"] = None
    form = TierForm(request.POST if request.method == "POST" else None, initial=initial, new=new)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            for name, value in form.cleaned_data.items():
                setattr(rule, name, value)
            try:
                save_tier(rule=rule, actor=person(request))
            except DomainError as error:
                status = error.status
                _say(form, error)
            else:
                messages.success(request, f"{rule.name} is saved.")
                return _back()
    context = {"rule": rule, "form": form, "new": new}
    return render(request, "escalations/tiers/tier.html", context, status=status)


def _say(form: TierForm, error: DomainError) -> None:
    for name, text in (error.errors if isinstance(error, Invalid) else {}).items():
        form.add_error(name if name in form.fields else None, text)
    if not form.errors:
        form.add_error(None, error.message)


def _list(request: HttpRequest, *, status: int = 200, errors: Any = None, sent: Any = None) -> HttpResponse:
    rules = TierRule.objects.select_related("client", "owner").order_by("client__name", "number")
    queues = list(Queue.objects.select_related("owner", "raises_to").order_by("tier", "name"))
    steps = [
        {
            "queue": queue, "name": f"raises_{queue.pk}", "error": (errors or {}).get(f"raises_{queue.pk}", ""),
            "higher": [other for other in queues if other.tier > queue.tier],
            "chosen": (sent or {}).get(f"raises_{queue.pk}", str(queue.raises_to_id or "")),
        }
        for queue in queues
    ]  # fmt: skip
    ordered = sorted(
        rules, key=lambda rule: (rule.client_id is not None, str(rule.client or ""), rule.number)
    )
    context = {"rules": ordered, "steps": steps, "errors": errors}
    return render(request, "escalations/tiers/list.html", context, status=status)


def _rule(request: HttpRequest, pk: int) -> TierRule:
    found = TierRule.objects.select_related("client", "owner").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such tier.")
    may_edit(person(request), found.client)
    return found


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:tiers"), status=303)
