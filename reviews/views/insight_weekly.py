"""The weekly handoff review: patterns, their owners and actions, and whether an action helped (R088, R095, R100)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from accounts.errors import Invalid
from accounts.models import Client, User
from accounts.permissions import can, scopes_of
from accounts.services.roles import Place
from accounts.views.door import door, person
from accounts.views.forms import dressed
from accounts.views.sheets import sheet
from escalations.choices import PatternState
from escalations.models import Pattern
from escalations.selectors.patterns import effect_of
from escalations.services.weekly import LEADS, LONGEST, change_pattern
from reviews.selectors.insight.asked import clients_seen
from reviews.selectors.insight.weekly import (
    WEEKS,
    members_of,
    owners_for,
    pattern_for,
    reviews_seen,
    rows_of,
    so_far,
    title_of,
)
from reviews.selectors.lessons.shelf import lessons_seen
from reviews.views.insight_tabs import tabs

NEEDS = (Capability.INSIGHT_VIEW,)
MOST = 200


class WeekForm(forms.Form):
    """Whose review, and of which week."""

    client = forms.ModelChoiceField(Client.objects.none(), to_field_name="slug", empty_label=None)
    week = forms.DateField(required=False)

    def __init__(self, actor: User, sent: Any) -> None:
        seen = clients_seen(actor)
        first = seen.first()
        super().__init__({"client": first.slug if first else "", **{k: v for k, v in sent.items() if v}})
        self.fields["client"].queryset = seen  # type: ignore[attr-defined]


class PatternForm(forms.Form):
    """Who does what about it."""

    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Nobody yet")
    action = forms.CharField(max_length=LONGEST, required=False, label="What is done")
    state = forms.ChoiceField(choices=PatternState.choices, label="How far it is")

    def __init__(self, pattern: Pattern, sent: Any = None) -> None:
        kept = {"owner": pattern.owner_id, "action": pattern.action, "state": pattern.state}
        super().__init__(sent, initial=kept)
        self.fields["owner"].queryset = owners_for(pattern.review.client_id)  # type: ignore[attr-defined]
        dressed(self)


@door("GET", "HEAD", needs=NEEDS)
def weekly(request: HttpRequest) -> HttpResponse:
    """A client's newest review, or one of the weeks before; and the running week so far. Also as a file."""
    actor = person(request)
    form = WeekForm(actor, request.GET.dict())
    if not form.is_valid():
        raise Http404("There is no such review.")
    client, week = form.cleaned_data["client"], form.cleaned_data["week"]
    past = reviews_seen(actor, client)
    review = past.filter(starts_on=week).first() if week else past.first()
    if week and review is None:
        raise Http404("There is no such review.")
    rows = rows_of(actor, review) if review else []
    if review and request.GET.get("format") == "csv":
        head = ("pattern", "type", "category", "reasons", "terms", "cases", "owner", "action", "state")
        return sheet(f"weekly-{client.slug}-{review.starts_on}", head, (
            (one.pattern.position, one.case_type, one.category, one.reasons, one.terms, one.n,
             one.pattern.owner.name if one.pattern.owner else "", one.pattern.action, one.pattern.state)
            for one in rows if one.pattern
        ))  # fmt: skip
    shown: dict[str, Any] = {
        "tabs": tabs(actor, "reviews:weekly"), "form": form, "client": client, "review": review, "rows": rows,
        "past": past[:WEEKS], "clients": clients_seen(actor),
    }  # fmt: skip
    if not week:
        shown["starts"], shown["handed"], shown["running"] = so_far(actor, client, timezone.now())
    return render(request, "reviews/insight/weekly.html", shown)


@door("GET", "HEAD", "POST", needs=NEEDS)
def pattern(request: HttpRequest, pattern_id: UUID) -> HttpResponse:
    """One pattern: its cases, how often it comes, and what is done about it."""
    actor = person(request)
    found = pattern_for(actor, pattern_id)
    if found is None:
        raise Http404("There is no such pattern.")
    form = PatternForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            change_pattern(pattern=found, actor=actor, **form.cleaned_data)
        except Invalid as error:
            for name, words in error.errors.items():
                form.add_error(name, words)
        else:
            messages.success(request, "Kept.")
            return HttpResponseRedirect(reverse("reviews:pattern", args=[pattern_id]), status=303)
    members = members_of(actor, found)
    shown = {
        "pattern": found, "title": title_of(found), "form": form, "effect": effect_of(found),
        "members": members[:MOST], "kept": found.n - members.count(),
        "edits": any(can(actor, one, Place(found.review.client_id)) for one in LEADS),
        "lessons": lessons_seen(actor).filter(pattern=found), "reads": bool(scopes_of(actor, Capability.CASE_VIEW)),
    }  # fmt: skip
    return render(request, "reviews/insight/pattern.html", shown, status=422 if form.errors else 200)
