"""A draft's page: how far it is, what it changes, its rehearsals, what two people say of it, when it goes live."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.errors import DomainError, Invalid
from accounts.models import Client
from accounts.views.door import door, person, proven
from accounts.views.forms import dressed
from escalations.errors import NotAllowed
from escalations.models import CaseType, PolicyDraft
from escalations.policy.candidates import settling_part
from escalations.policy.words import TABLE_WORDS
from escalations.selectors.candidates import concerned
from escalations.selectors.policy import live_policy
from escalations.selectors.rehearsals import figures_of, rehearsals_of
from escalations.selectors.releases import TOUCHES, Standing, sides_of, standing_of
from escalations.selectors.staffing import too_much
from escalations.services.drafting import rebase_draft, withdraw_draft
from escalations.services.rehearsing import begin_rehearsal
from escalations.services.releases import approve_draft, cancel_time, publish_draft, refuse_draft
from escalations.views.releases import everywhere, to


class WindowForm(forms.Form):
    """Which past cases to replay."""

    client = forms.ModelChoiceField(Client.objects.all(), required=False, empty_label="Every client")
    case_type = forms.ModelChoiceField(
        CaseType.objects.select_related("client"), required=False, empty_label="Every case type"
    )
    since = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To, that day included", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case_type"].label_from_instance = lambda kind: f"{kind.client.name}: {kind.name}"  # type: ignore[attr-defined]
        dressed(self)

    def window(self, zone: ZoneInfo) -> dict[str, Any]:
        """For `begin_rehearsal`: whole days of the person's zone, the last one included."""
        sent = self.cleaned_data
        return {
            "since": datetime.combine(sent["since"], datetime.min.time(), zone),
            "until": datetime.combine(sent["until"], datetime.max.time(), zone),
            "client": sent["client"], "case_type": sent["case_type"],
        }  # fmt: skip


@door("GET", "HEAD", needs=TOUCHES)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one draft."""
    everywhere(request)
    return _page(request, draft_of(pk))


@door("POST", needs=TOUCHES)
def rehearse_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Replay it over past cases; its page shows how far that is."""
    found, form = draft_of(pk), WindowForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, window=form)
    try:
        made = begin_rehearsal(
            draft=found, actor=person(request), **form.window(ZoneInfo(person(request).timezone))
        )
    except NotAllowed:
        raise
    except DomainError as error:
        for name, text in (error.errors if isinstance(error, Invalid) else {}).items():
            form.add_error(name if name in form.fields else None, text)
        return _page(request, found, status=error.status, window=form, message=error.message)
    return to("desk:rehearsal", made.pk)


@door("POST", needs=TOUCHES)
@proven
def speak(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve for a side, or refuse: of the document that was on the page."""
    found, sent = draft_of(pk), request.POST
    actor, digest, note = person(request), sent.get("digest", ""), sent.get("note", "").replace("\x00", "")
    try:
        if sent.get("say") == "refuse":
            refuse_draft(draft=found, digest=digest, actor=actor, note=note)
            messages.success(request, "Refused. It has to be changed before it can go live.")
        else:
            approve_draft(draft=found, digest=digest, side=sent.get("say", ""), actor=actor, note=note)
            messages.success(request, "Approved.")
    except NotAllowed as error:
        return _page(request, found, status=error.status, message=error.message)
    except DomainError as error:
        return _page(request, found, status=error.status, message=error.message, note=note, said=error)
    return to("desk:draft", pk)


@door("POST", needs=TOUCHES)
@proven
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it in force, now or at a time of the person's own zone."""
    found, at = draft_of(pk), request.POST.get("at", "")
    try:
        moment = _moment(at) if request.POST.get("when") == "later" else None
        made = publish_draft(
            draft=found, digest=request.POST.get("digest", ""), actor=person(request), at=moment
        )
    except NotAllowed:
        raise
    except DomainError as error:
        wrong = error.errors.get("at", "") if isinstance(error, Invalid) else ""
        return _page(request, found, status=error.status, message=error.message, at=at, at_wrong=wrong)
    if made is None:
        messages.success(request, "It goes live at the time you set, unless it is changed before.")
        return to("desk:draft", pk)
    messages.success(request, f"Version {made.number} is in force.")
    return to("desk:release", made.number)


@door("POST", needs=TOUCHES)
def handle_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw it, bring it up to date, or take its time back."""
    found, actor = draft_of(pk), person(request)
    acts = {"withdraw": withdraw_draft, "rebase": rebase_draft, "unschedule": cancel_time}
    act = acts.get(request.POST.get("do", ""))
    if act is None:
        return _page(request, found, status=422, message="Nothing was chosen.")
    try:
        act(draft=found, actor=actor)
    except NotAllowed:
        raise
    except DomainError as error:
        return _page(request, found, status=error.status, message=error.message)
    return to("desk:draft", pk)


def draft_of(pk: int) -> PolicyDraft:
    """A draft with what surrounds it; 404 otherwise."""
    found = PolicyDraft.objects.select_related("author", "base", "version").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such draft.")
    return found


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.year < 2000:
        raise Invalid("No time was set.", {"at": "A date and a time."})
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_current_timezone())


def _page(
    request: HttpRequest, found: PolicyDraft, *, status: int = 200, window: WindowForm | None = None, **context: Any
) -> HttpResponse:  # fmt: skip
    actor, today = person(request), timezone.localdate()
    standing = standing_of(found, live_policy())
    mine = actor.pk in found.author_ids
    spoke = any(approval.by_id == actor.pk for approval in standing.approvals)
    rehearsals = rehearsals_of(found.pk)
    whole = {
        "draft": found, "standing": standing, "tables": TABLE_WORDS.items(), "rehearsals": rehearsals,
        "window": window or WindowForm(initial={"since": today.replace(day=1), "until": today}),
        "figures": figures_of(standing.rehearsal) if standing.rehearsal else None,
        "sides": [] if mine or spoke else sides_of(actor), "mine": mine, "spoke": spoke,
        "certified": _certified(standing),
        "too_much": too_much(standing.rehearsal, found.document) if standing.rehearsal else [], **context,
    }  # fmt: skip
    return render(request, "escalations/policy/draft.html", whole, status=status)


def _certified(standing: Standing) -> list[CaseType]:
    """The case types of which something is certified that going live could end."""
    base, now = standing.draft.base.document, standing.draft.document
    return concerned() if standing.open and settling_part(base) != settling_part(now) else []
