"""Whether promises are kept: clocks met and missed, why, and what it costs (R056, R059)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.actors import Actor
from accounts.choices import Capability
from accounts.models import Client
from accounts.permissions import scopes_of
from accounts.views.door import door, person
from accounts.views.forms import dressed
from accounts.views.sheets import sheet
from escalations.choices import Timer
from escalations.durations import whole_minutes
from escalations.responsibility import Cause
from escalations.selectors.breaches import (
    LISTS,
    SHOWN,
    Asked,
    Missed,
    causes,
    clients_told,
    every,
    judged,
    listing,
)
from escalations.selectors.clocks import CAUSES
from escalations.selectors.penalties import Month, exposure, months

NEEDS = (Capability.FLOOR_VIEW, Capability.SLA_EDIT)
DAYS = 30
MOST = 5000
"""Rows of a file: more would hold a worker for too long."""
HEAD = ("case", "client", "clock", "round", "started_at", "due_at", "ended_at", "found_at", "elapsed_minutes",
        "late_minutes", *(f"{cause.value}_minutes" for cause in Cause), "penalty", "currency")  # fmt: skip
WORDS = {
    "met": "met", "missed": "missed", "breached": "missed and still running, with a penalty",
    "warned": "warned of and still running, with a penalty", "open": "running and not missed, with a penalty",
}  # fmt: skip


class PeriodForm(forms.Form):
    """A client and the first and last day of a period, of UTC."""

    client = forms.ModelChoiceField(
        Client.objects.none(), required=False, empty_label="Every client", to_field_name="slug"
    )
    since = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, actor: Actor, sent: Any) -> None:
        today = timezone.now().astimezone(UTC).date()
        usual = {"since": str(today - timedelta(days=DAYS - 1)), "until": str(today)}
        super().__init__(usual | {name: value for name, value in sent.items() if value})
        self.fields["client"].queryset = clients_told(actor)  # type: ignore[attr-defined]
        dressed(self)

    def clean(self) -> dict[str, Any]:
        """Days in order, of this century."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        for name in ("since", "until"):
            if (day := self.cleaned_data.get(name)) and not 2000 <= day.year < 2100:
                self.add_error(name, "Write a day of this century.")
        if since and until and until < since:
            self.add_error("until", "The last day comes before the first.")
        return self.cleaned_data

    def asked(self, actor: Actor) -> Asked:
        """What was asked for, by `actor`."""
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return Asked(
            actor, _midnight(since), _midnight(until + timedelta(days=1)), self.cleaned_data["client"]
        )

    @property
    def period(self) -> dict[str, str]:
        """The days and the client as an address says them."""
        sent = self.cleaned_data
        found = {"since": str(sent["since"]), "until": str(sent["until"])}
        return found | ({"client": sent["client"].slug} if sent["client"] else {})


class ListForm(forms.Form):
    """Which list, of which clock, from where on, and as what."""

    which = forms.ChoiceField(choices=[(one, one) for one in LISTS])
    timer = forms.ChoiceField(required=False, choices=[("", ""), *Timer.choices])
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    format = forms.ChoiceField(required=False, choices=[("", "page"), ("csv", "csv")])


@dataclass(frozen=True, slots=True)
class Line:
    """One clock as a page shows it; `spent` are labels and whole minutes that sum to `minutes`."""

    missed: Missed
    minutes: int
    late: int
    spent: tuple[tuple[str, int], ...]


@door("GET", "HEAD", needs=NEEDS)
def report(request: HttpRequest) -> HttpResponse:
    """Every figure of a period; each opens the clocks it counts. Also as a file."""
    actor = person(request)
    form = PeriodForm(actor, request.GET.dict())
    if not form.is_valid():
        return render(request, "escalations/breaches/report.html", {"form": form}, status=422)
    asked = form.asked(actor)
    rows = judged(asked)
    if request.GET.get("format") == "csv":
        head = ("client", "clock", "met", "missed")
        return sheet(_name("clocks", asked), head, [(r.client, r.timer, r.met, r.missed) for r in rows])
    found = causes(asked)
    minutes = whole_minutes([part for _, part in found.parts])
    shown = {
        "form": form, "rows": rows, "met": sum(row.met for row in rows), "missed": sum(row.missed for row in rows),
        "period": urlencode(form.period), "days": urlencode({n: form.period[n] for n in ("since", "until")}),
        "causes": [(CAUSES[c], n) for (c, _), n in zip(found.parts, minutes, strict=True)], "total": sum(minutes),
        "counted": found.count, "most": SHOWN, "now": exposure(asked),
        "months": [_month(m, asked) for m in months(asked)],
        "opens": bool(scopes_of(actor, Capability.CASE_VIEW)),
    }  # fmt: skip
    return render(request, "escalations/breaches/report.html", shown)


@door("GET", "HEAD", needs=NEEDS)
def clocks(request: HttpRequest) -> HttpResponse:
    """The clocks behind a figure, as far as one may open their cases; a page at a time, or a file."""
    actor = person(request)
    form, which = PeriodForm(actor, request.GET.dict()), ListForm(request.GET)
    if not which.is_valid() or not form.is_valid():
        raise Http404("There is no such list.")
    asked, sent = form.asked(actor), which.cleaned_data
    name, timer = sent["which"], sent["timer"]
    of = {"timer": timer} if timer else {}
    total, mine = asked.listed(name).filter(**of).count(), asked.shown(name).filter(**of).count()
    here = urlencode(form.period | {"which": name} | of)
    shown = {
        "form": form, "words": WORDS[name], "label": Timer(timer).label if timer else "", "total": total, "mine": mine,
        "kept": total - mine, "here": here, "back": urlencode(form.period), "most": MOST,
    }  # fmt: skip
    if sent["format"] == "csv":
        if mine <= MOST:
            return sheet(_name(name, asked), HEAD, (_cells(one) for one in every(asked, name, timer)))
        shown["error"] = f"{mine} clocks are too many for one file, which holds {MOST}. Choose fewer days."
    found, after = listing(asked, name, timer, sent["before"])
    shown |= {"lines": [_line(one) for one in found], "more": f"{here}&before={after}" if after else ""}
    return render(request, "escalations/breaches/clocks.html", shown, status=422 if "error" in shown else 200)


def _line(one: Missed) -> Line:
    minutes = whole_minutes([spent.elapsed for spent in one.spent])
    spent = tuple((CAUSES[s.cause], n) for s, n in zip(one.spent, minutes, strict=True))
    return Line(one, round(one.elapsed.total_seconds() / 60), int(one.late.total_seconds() // 60), spent)


def _cells(one: Missed) -> list[Any]:
    spent = dict(
        zip((s.cause for s in one.spent), whole_minutes([s.elapsed for s in one.spent]), strict=True)
    )
    at = [
        moment.isoformat() if moment else ""
        for moment in (one.started_at, one.due_at, one.ended_at, one.found_at)
    ]
    line = _line(one)
    return [
        one.ref, one.client, one.timer, one.round, *at, line.minutes, line.late,
        *(spent.get(cause, 0) for cause in Cause), "" if one.penalty is None else one.penalty, one.currency,
    ]  # fmt: skip


def _month(row: Month, asked: Asked) -> tuple[Month, str]:
    """A month's line, and the address of the clocks it counts: those of the month within the period."""
    after = (row.month.replace(day=28) + timedelta(days=4)).replace(day=1)
    since, until = max(row.month, asked.since.date()), min(after, asked.until.date()) - timedelta(days=1)
    return row, urlencode({"since": since, "until": until, "client": row.slug, "which": "missed"})


def _name(what: str, asked: Asked) -> str:
    return f"{what}-{asked.since:%Y-%m-%d}-{asked.until - timedelta(days=1):%Y-%m-%d}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
