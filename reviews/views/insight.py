"""Insight: is the handoff from AI to people a good one? Every figure with definition, size and interval (R068)."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.actors import Actor
from accounts.choices import Capability
from accounts.permissions import scopes_of
from accounts.views.door import door, person
from accounts.views.sheets import sheet
from escalations.autonomy.intervals import Interval
from escalations.autonomy.success import PARTS, Rate
from escalations.views.breaches import PeriodForm as Period
from reviews.selectors.insight import figures
from reviews.selectors.insight.asked import DEFINITION, PART_NAMES, Asked, clients_seen
from reviews.views.insight_tabs import tabs

NEEDS = (Capability.INSIGHT_VIEW,)
GROUPS = (
    ("client", "Client"),
    ("type", "Case type"),
    ("agent", "AI agent"),
    ("missing", "Missing from the package"),
)
PAGE, MOST = 50, 5000
OUTCOMES = {"good": "that succeeded", "failed": "that failed", "known": "whose outcome is known",
            "pending": "whose outcome is not known yet", "": ""}  # fmt: skip


class PeriodForm(Period):
    """A client and the first and last day of a period, of UTC."""

    def __init__(self, actor: Actor, sent: Any) -> None:
        super().__init__(actor, sent)
        self.fields["client"].queryset = clients_seen(actor)  # type: ignore[attr-defined]

    def about(self, actor: Actor, **narrow: str) -> Asked:
        """What was asked for, by `actor`."""
        found = self.asked(actor)
        return Asked(actor, found.since, found.until, found.client, narrow)


class ListForm(forms.Form):
    """What a list was opened with, its page, and as what."""

    type = forms.SlugField(required=False, max_length=50)
    agent = forms.SlugField(required=False, max_length=80)
    missing = forms.SlugField(required=False, max_length=40)
    part = forms.ChoiceField(required=False, choices=[("", ""), *((one, one) for one in PARTS)])
    outcome = forms.ChoiceField(required=False, choices=[(one, one) for one in OUTCOMES])
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)
    format = forms.ChoiceField(required=False, choices=[("", "page"), ("csv", "csv")])

    @property
    def narrow(self) -> dict[str, str]:
        """Everything that narrows the list."""
        names = ("type", "agent", "missing", "part", "outcome")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}


@door("GET", "HEAD", needs=NEEDS)
def insight(request: HttpRequest) -> HttpResponse:
    """Handoff success first, then its parts and groups; each number opens its cases. Also as a file."""
    actor = person(request)
    form = PeriodForm(actor, request.GET.dict())
    if not form.is_valid():
        return render(request, "reviews/insight/insight.html", {"form": form}, status=422)
    asked = form.about(actor)
    groups = [(what, title, figures.by(asked, what)) for what, title in GROUPS]
    if request.GET.get("format") == "csv":
        return _sheet(asked, groups)
    now, before = figures.total(asked), figures.total(asked.before)
    answered, csat = figures.satisfaction(asked)
    shown = {
        "tabs": tabs(actor, "reviews:insight"), "form": form, "failed": now.known - now.successes, "rate": now,
        "change": figures.change(now, before), "before": before, "groups": groups,
        "parts": figures.parts(now), "handled": figures.handled(asked), "answered": answered, "csat": csat,
        "weeks": figures.weeks(asked), "least": figures.LEAST, "target": settings.HANDRAIL_HANDOFF_TARGET,
        "definition": DEFINITION.format(hours=settings.HANDRAIL_REOPEN_HOURS), "period": urlencode(form.period),
        "opens": bool(scopes_of(actor, Capability.CASE_VIEW)), "finding": _finding(now),
    }  # fmt: skip
    return render(request, "reviews/insight/insight.html", shown)


@door("GET", "HEAD", needs=NEEDS)
def handoffs(request: HttpRequest) -> HttpResponse:
    """The handoffs behind a number, as far as one may open their cases; a page at a time, or a file."""
    actor = person(request)
    form, which = PeriodForm(actor, request.GET.dict()), ListForm(request.GET)
    if not which.is_valid() or not form.is_valid():
        raise Http404("There is no such list.")
    asked = form.about(actor, **which.narrow)
    rows = asked.shown.select_related("case", "client", "case_type", "agent").order_by("-handed_at", "-pk")
    if which.cleaned_data["format"] == "csv":
        head = (
            "case",
            "client",
            "type",
            "agent_version",
            "handed_at",
            *PARTS,
            "success",
            "missing",
            "asked_again",
        )
        return sheet(_name("handoffs", asked), head, (_cells(row) for row in rows[:MOST]))
    page = Paginator(rows, PAGE).get_page(which.cleaned_data["page"] or 1)
    total = asked.rows.count()
    query = form.period | which.narrow
    shown = {
        "page": page, "total": total, "kept": total - page.paginator.count, "here": urlencode(query),
        "back": urlencode(form.period), "words": _words(which.narrow), "part_names": PART_NAMES.items(), "form": form,
    }  # fmt: skip
    return render(request, "reviews/insight/handoffs.html", shown)


def _finding(now: Rate) -> str:
    """The headline: a sentence with the number, and whether the target is met beyond chance."""
    target = settings.HANDRAIL_HANDOFF_TARGET / 100
    if now.rate is None or now.known < figures.LEAST:
        return "Too few handoffs of this time are judged yet."
    said = f"{100 * now.rate.estimate:.1f} % of the handoffs succeeded"
    if now.rate.low >= target:
        return f"{said}: the target is met."
    return (
        f"{said}: the target is missed." if now.rate.high < target else f"{said}: on target, within chance."
    )


def _words(narrow: dict[str, str]) -> str:
    """What a list holds, in words: "handoffs that failed: package complete; agent inbox"."""
    part = narrow.get("part", "")
    outcome = narrow.get("outcome", "")
    said = (
        OUTCOMES[outcome]
        if not part
        else {"good": "good in", "failed": "failed in"}.get(outcome, "judged in")
    )
    more = [PART_NAMES[part].lower()] if part else []
    more += [f"{name} {value}" for name, value in narrow.items() if name in ("type", "agent", "missing")]
    return " ".join(("Handoffs", said, ", ".join(more))).replace("  ", " ").strip()


def _sheet(asked: Asked, groups: list[tuple[str, str, list[figures.Line]]]) -> HttpResponse:
    head = ("group", "name", "known", "successes", "pending", "rate", "low", "high", *PARTS)
    rows = [("all", "all", figures.total(asked))]
    rows += [(what, line.name, line.rate) for what, _, lines in groups for line in lines]
    return sheet(_name("handoff-success", asked), head, (
        (what, name, rate.known, rate.successes, rate.pending, *_shares(rate.rate),
         *(f"{part.estimate:.4f}" if (part := rate.parts[one]) else "" for one in PARTS))
        for what, name, rate in rows
    ))  # fmt: skip


def _shares(found: Interval | None) -> tuple[str, str, str]:
    if found is None:
        return ("", "", "")
    return (f"{found.estimate:.4f}", f"{found.low:.4f}", f"{found.high:.4f}")


def _cells(row: Any) -> list[Any]:
    again = "; ".join(f"{one['what']} ({one['where']} {one['nth']})" for one in row.asked_again)
    said = [
        "" if (value := getattr(row, one)) is None else "yes" if value else "no"
        for one in (*PARTS, "success")
    ]
    return [row.case.ref, row.client.slug, row.case_type.slug, row.agent_version, row.handed_at.isoformat(), *said,
            ", ".join(row.missing), again]  # fmt: skip


def _name(what: str, asked: Asked) -> str:
    return f"{what}-{asked.since:%Y-%m-%d}-{asked.until - timedelta(days=1):%Y-%m-%d}"
