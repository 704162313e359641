"""Who holds which rights: now, on a past day, one person or AI agent at a time."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability, RoleSlug
from accounts.errors import DomainError, Invalid
from accounts.models import AIAgent, Client, Grant, Role, User
from accounts.selectors.rights import Held, held_at
from accounts.services.roles import end_grant, give_grant
from accounts.views.door import door, person, proven
from accounts.views.sheets import sheet
from escalations.choices import Tier
from escalations.models import Queue

EDIT = (Capability.ROLES_EDIT,)
LOOK = (Capability.ROLES_EDIT, Capability.LEDGER_READ)


class OnForm(forms.Form):
    """A day and a capability to ask about."""

    on = forms.DateField(required=False)
    capability = forms.ChoiceField(required=False, choices=[("", "Any"), *Capability.choices])
    format = forms.ChoiceField(required=False, choices=[("", "page"), ("csv", "csv")])


class GrantForm(forms.Form):
    """A role to give, where and from when to when; times in the editor's own zone."""

    role = forms.SlugField(max_length=50)
    client = forms.IntegerField(required=False)
    queues = forms.MultipleChoiceField(required=False)
    max_tier = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[("", "The role's"), *Tier.choices]
    )
    valid_from = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    valid_to = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["queues"].choices = list(Queue.objects.values_list("slug", "name"))  # type: ignore[attr-defined]


@door("GET", "HEAD", needs=LOOK)
def rights(request: HttpRequest) -> HttpResponse:
    """Who held what, at the end of any day (today: now); as a page or a spreadsheet."""
    form = OnForm(request.GET)
    day = form.cleaned_data.get("on") if form.is_valid() else None
    capability = form.cleaned_data.get("capability", "") if form.is_valid() else ""
    now = timezone.localtime()
    past = day is not None and day < now.date()
    moment = timezone.make_aware(datetime.combine(day, time()) + timedelta(days=1)) if past and day else now
    found = held_at(moment, capability)
    if form.is_valid() and form.cleaned_data.get("format") == "csv":
        return _sheet(found, moment)
    context = {
        "held": found, "on": day or now.date(), "past": past, "moment": moment, "capability": capability,
        "capabilities": Capability.choices, "bad": form.errors, "people": User.objects.filter(is_active=True),
        "agents": AIAgent.objects.select_related("client"), "today": now.date(),
    }  # fmt: skip
    return render(request, "escalations/roles/rights.html", context, status=200 if form.is_valid() else 422)


@door("GET", "HEAD", "POST", needs=EDIT)
def person_rights(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's roles, past and to come; a post gives one more."""
    return _whose(request, User.objects.filter(pk=pk).first())


@door("GET", "HEAD", "POST", needs=EDIT)
def agent_rights(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for an AI agent: one page for people and machines."""
    return _whose(request, AIAgent.objects.select_related("client", "owner").filter(pk=pk).first())


@door("POST", needs=EDIT)
@proven
def end_right(request: HttpRequest, pk: int) -> HttpResponse:
    """End a grant now."""
    grant = Grant.objects.select_related("user", "agent", "role", "client").filter(pk=pk).first()
    if grant is None:
        raise Http404("There is no such grant.")
    try:
        end_grant(grant=grant, actor=person(request))
        messages.success(request, f"{grant.role.name} ended. It is gone with their next request.")
    except DomainError as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(_page_of(grant.user or grant.agent), status=303)


def _whose(request: HttpRequest, who: User | AIAgent | None) -> HttpResponse:
    if who is None:
        raise Http404("There is nobody like that.")
    if request.method == "POST":
        return _give(request, who)
    return _show(request, who, GrantForm())


@proven
def _give(request: HttpRequest, who: User | AIAgent) -> HttpResponse:
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _show(request, who, form, status=422)
    sent = form.cleaned_data
    role = Role.objects.filter(slug=sent["role"]).first()
    client = Client.objects.filter(pk=sent["client"]).first() if sent["client"] else None
    if role is None or (sent["client"] and client is None):
        form.add_error("role" if role is None else "client", "There is none like that.")
        return _show(request, who, form, status=422)
    try:
        give_grant(
            to=who, role=role, client=client, queues=sent["queues"], max_tier=sent["max_tier"],
            valid_from=sent["valid_from"], valid_to=sent["valid_to"], actor=person(request),
        )  # fmt: skip
    except DomainError as error:
        named = error.errors if isinstance(error, Invalid) else {}
        for field, text in named.items():
            form.add_error(field if field in form.fields else None, text)
        if not named:
            form.add_error(None, error.message)
        return _show(request, who, form, status=error.status)
    messages.success(request, f"{role.name} given to {who}.")
    return HttpResponseRedirect(_page_of(who), status=303)


def _show(request: HttpRequest, who: User | AIAgent, form: GrantForm, *, status: int = 200) -> HttpResponse:
    machine = isinstance(who, AIAgent)
    roles = (
        Role.objects.filter(slug=RoleSlug.AI_AGENT)
        if machine
        else Role.objects.exclude(slug=RoleSlug.AI_AGENT)
    )
    clients = Client.objects.filter(pk=who.client_id) if isinstance(who, AIAgent) else Client.objects.all()
    grants = who.grants.select_related("role", "client", "granted_by").order_by("-valid_from", "-pk")
    context = {
        "who": who, "machine": machine, "grants": grants, "form": form, "roles": roles, "clients": clients,
        "queues": Queue.objects.all(), "tiers": Tier.choices, "now": timezone.now(), "post_to": _page_of(who),
    }  # fmt: skip
    return render(request, "escalations/roles/whose.html", context, status=status)


def _page_of(who: User | AIAgent | None) -> str:
    name = "desk:agent_rights" if isinstance(who, AIAgent) else "desk:person_rights"
    return reverse(name, args=[who.pk if who else 0])


def _sheet(found: list[Held], moment: datetime) -> HttpResponse:
    """The same as a spreadsheet."""
    head = [
        "at",
        "kind",
        "who",
        "role",
        "client",
        "queues",
        "max_tier",
        "capabilities",
        "since",
        "until",
        "by",
    ]
    rows = [
        [
            moment.isoformat(), one.kind, one.who, one.role, one.client, " ".join(one.queues), one.max_tier,
            " ".join(one.capabilities), one.since.isoformat(), one.until.isoformat() if one.until else "", one.by,
        ]
        for one in found
    ]  # fmt: skip
    return sheet(f"rights-{moment:%Y-%m-%d}", head, rows)
