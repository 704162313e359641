"""May they? Asks the product's own rules about one person, one thing to do, and one case or place."""

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.choices import Capability
from accounts.models import AIAgent, Client, User
from accounts.permissions import Verdict
from accounts.selectors.rights import Explanation, explain
from accounts.views.door import door
from escalations.choices import Tier
from escalations.models import Case, Queue
from reviews.permissions import may_claim, may_decide, may_take_over

WORK = {
    Capability.CASE_CLAIM: may_claim,
    Capability.CASE_DECIDE: may_decide,
    Capability.CASE_TAKE_OVER: may_take_over,
}
"""Where the case itself has a say besides the grants: kept for seniors, skills."""


@dataclass(frozen=True, slots=True)
class Place:
    """A client, a queue and a tier, instead of a case."""

    client_id: int
    queue_slug: str
    tier: int


class MayForm(forms.Form):
    """Who, what, and on which case or in which place."""

    who = forms.CharField(max_length=20)
    capability = forms.ChoiceField(choices=Capability.choices)
    case = forms.CharField(required=False, max_length=24)
    client = forms.ModelChoiceField(Client.objects.all(), required=False, empty_label="any client")
    queue = forms.SlugField(required=False, max_length=50)
    tier = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=Tier.choices)

    def clean_who(self) -> User | AIAgent:
        """ "person-7" or "agent-3"."""
        kind, _, pk = self.cleaned_data["who"].partition("-")
        found: User | AIAgent | None = None
        if pk.isascii() and pk.isdigit() and len(pk) < 12:
            models = {"person": User, "agent": AIAgent}
            found = models[kind].objects.filter(pk=int(pk)).first() if kind in models else None  # type: ignore[attr-defined]
        if found is None:
            raise forms.ValidationError("There is nobody like that.")
        return found

    def clean_case(self) -> Case | None:
        """The case of that reference."""
        ref = self.cleaned_data["case"].strip()
        if not ref:
            return None
        found = Case.objects.select_related("queue", "case_type", "client").filter(ref__iexact=ref).first()
        if found is None:
            raise forms.ValidationError("There is no such case.")
        return found


@door("GET", "HEAD", needs=(Capability.ROLES_EDIT, Capability.LEDGER_READ))
def may(request: HttpRequest) -> HttpResponse:
    """The question and, once asked, the answer with each grant's part in it."""
    asked = "who" in request.GET
    form = MayForm(request.GET if asked else None)
    answer = _answer(form) if asked and form.is_valid() else None
    context = {
        "form": form, "answer": answer, "people": User.objects.filter(is_active=True),
        "agents": AIAgent.objects.select_related("client"), "queues": Queue.objects.all(),
        "chosen": form.cleaned_data.get("who") if asked else None,
    }  # fmt: skip
    return render(request, "reviews/may.html", context, status=422 if asked and answer is None else 200)


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict in a sentence, with what the grants and the case itself say."""

    verdict: Verdict
    grants: Explanation
    who: str
    does: str
    where: str


def _answer(form: MayForm) -> Answer:
    sent = form.cleaned_data
    who, case, capability = sent["who"], sent["case"], sent["capability"]
    place: Case | Place | None = case
    where = case.ref if case else "anywhere"
    if case is None and (sent["client"] or sent["queue"]):
        place = Place(sent["client"].pk if sent["client"] else 0, sent["queue"], sent["tier"] or 1)
        where = " in ".join(filter(None, [sent["queue"], sent["client"].name if sent["client"] else ""]))
    grants = explain(who, capability, place)
    verdict = grants.verdict
    if case is not None and (rule := WORK.get(Capability(capability))):
        verdict = rule(who, case)
    return Answer(verdict, grants, str(who), str(Capability(capability).label).lower(), where)
