"""The draws behind the audits: committed weeks, revealed and drawn again; and each type's rates (R087)."""

import csv

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from accounts.errors import Conflict, Invalid
from accounts.models import User
from accounts.permissions import scopes_of
from accounts.views.door import door, person
from accounts.views.forms import dressed
from escalations.models import AuditPeriod, AuditPlan, CaseType
from escalations.selectors.draws import frame_of, redraw
from escalations.services.audit_plan import save_plan
from escalations.services.revealing import AFTER, reveal_period

SEES = (Capability.LEDGER_READ,)
EDITS = (Capability.AUTONOMY_EDIT,)
MOST = 60


class PlanForm(forms.Form):
    """A type's rates, in per cent."""

    rate = forms.FloatField(label="Of what the AI settled, %", min_value=0, max_value=100)
    learning_rate = forms.FloatField(
        label="Of what it might have settled, until 1,000 labels, %", min_value=0, max_value=100
    )
    risk_rate = forms.FloatField(label="Of the riskiest cases besides, %", min_value=0, max_value=100)
    because = forms.CharField(label="Why less than 5 %", max_length=300, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        dressed(self)


@door("GET", "HEAD", needs=SEES)
def draws(request: HttpRequest) -> HttpResponse:
    """Every committed week of the reader's clients, newest first."""
    weeks = _weeks(person(request))[:MOST]
    return render(
        request, "reviews/audits/draws.html", {"weeks": weeks, "now": timezone.now(), "after": AFTER.days}
    )


@door("GET", "HEAD", needs=SEES)
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """One week; once it is revealed, drawn again."""
    return _week(request, _one(request, pk))


@door("POST", needs=SEES)
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the seed of a week that is over."""
    week = _one(request, pk)
    try:
        reveal_period(period=week, actor=person(request))
    except Conflict as error:
        messages.error(request, error.message)
        return _week(request, week, status=error.status)
    return HttpResponseRedirect(reverse("reviews:audit_draw", args=[pk]), status=303)


@door("GET", "HEAD", needs=SEES)
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """The cases of a revealed week as CSV, to draw it again elsewhere."""
    week = _one(request, pk)
    if not week.seed:
        raise Http404
    answer = HttpResponse(content_type="text/csv")
    csv.writer(answer).writerows(frame_of(week))
    answer["Content-Disposition"] = f'attachment; filename="draw-{week.client.slug}-{week.starts_on}.csv"'
    return answer


@door("GET", "HEAD", "POST", needs=EDITS)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """How much of a type is audited."""
    actor = person(request)
    kind = CaseType.objects.select_related("client", "audit_plan").filter(pk=pk).first()
    if kind is None or not _within(actor, Capability.AUTONOMY_EDIT, kind.client_id):
        raise Http404
    there = getattr(kind, "audit_plan", None) or AuditPlan()
    rates = {name: round(100 * getattr(there, name), 4) for name in ("rate", "learning_rate", "risk_rate")}
    form = PlanForm(request.POST or None, initial=rates | {"because": there.because})
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data
        shares = {name: sent[name] / 100 for name in rates}
        try:
            save_plan(case_type=kind, actor=actor, because=sent["because"], **shares)
        except Invalid as error:
            for name, text in error.errors.items():
                form.add_error(name, text)
        else:
            messages.success(
                request, f"{kind.name}: the rates are saved. What is drawn already keeps its own."
            )
            return HttpResponseRedirect(reverse("reviews:audits"), status=303)
    shown = {"form": form, "kind": kind, "plan": there}
    return render(request, "reviews/audits/plan.html", shown, status=422 if form.is_bound else 200)


def _week(request: HttpRequest, week: AuditPeriod, *, status: int = 200) -> HttpResponse:
    shown = {
        "week": week, "over": week.ends_at <= timezone.now(), "again": redraw(week) if week.seed else None,
        "cases": week.draws.count(),
    }  # fmt: skip
    return render(request, "reviews/audits/draw.html", shown, status=status)


def _weeks(actor: User) -> QuerySet[AuditPeriod]:
    clients = {scope.client for scope in scopes_of(actor, Capability.LEDGER_READ)}
    weeks = AuditPeriod.objects.select_related("client").order_by("-starts_on", "client__name", "-number")
    return weeks if None in clients else weeks.filter(client__in=clients)


def _one(request: HttpRequest, pk: int) -> AuditPeriod:
    week = _weeks(person(request)).filter(pk=pk).first()
    if week is None:
        raise Http404
    return week


def _within(actor: User, capability: Capability, client: int) -> bool:
    return any(scope.client in (None, client) for scope in scopes_of(actor, capability))
