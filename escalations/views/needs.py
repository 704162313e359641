"""What queues and case types ask of whoever works their cases."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.choices import Capability
from accounts.errors import Invalid
from accounts.forms import LevelsForm
from accounts.models import Skill
from accounts.permissions import scopes_of
from accounts.views.door import door, person
from escalations.forms import QueueAsksForm, TypeAsksForm
from escalations.models import CaseType, Queue
from escalations.services.asking import set_category_asks, set_queue_asks, set_type_asks

EDIT = (Capability.SLA_EDIT,)


@door("GET", "HEAD", needs=EDIT)
def needs(request: HttpRequest) -> HttpResponse:
    """Every queue, and every case type of the clients one edits."""
    clients = {scope.client for scope in scopes_of(person(request), Capability.SLA_EDIT)}
    types = CaseType.objects.select_related("client").filter(is_active=True).order_by("client__name", "name")
    if None not in clients:
        types = types.filter(client__in=clients)
    names = dict(Skill.objects.values_list("slug", "name"))
    whole = {
        "queues": [(one, _words(one.skills, names)) for one in Queue.objects.all()],
        "types": [(one, _words(one.skills, names)) for one in types],
    }
    return render(request, "escalations/needs/needs.html", whole)


@door("GET", "HEAD", "POST", needs=EDIT)
def queue_needs(request: HttpRequest, slug: str) -> HttpResponse:
    """One queue."""
    found = Queue.objects.filter(slug=slug).first()
    if found is None:
        raise Http404("There is no such queue.")
    form = QueueAsksForm(Skill.objects.all(), initial=_initial(found.skills) | {"push": found.push})
    if request.method == "POST":
        form = QueueAsksForm(Skill.objects.all(), request.POST)
        if form.is_valid():
            try:
                changed = set_queue_asks(
                    queue=found, skills=form.levels(), push=form.cleaned_data["push"], actor=person(request)
                )
            except Invalid as error:
                _beside(form, error)
            else:
                return _saved(request, found.name, changed)
    return _show(request, form, found.name)


@door("GET", "HEAD", "POST", needs=EDIT)
def type_needs(request: HttpRequest, pk: int) -> HttpResponse:
    """One case type."""
    found = CaseType.objects.select_related("client").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such case type.")
    form = TypeAsksForm(Skill.objects.all(), initial=_initial(found.skills) | {"effort": found.effort})
    if request.method == "POST":
        form = TypeAsksForm(Skill.objects.all(), request.POST)
        if form.is_valid():
            try:
                changed = set_type_asks(
                    case_type=found,
                    skills=form.levels(),
                    effort=form.cleaned_data["effort"],
                    actor=person(request),
                )
            except Invalid as error:
                _beside(form, error)
            else:
                return _saved(request, found.name, changed)
    names = dict(Skill.objects.values_list("slug", "name"))
    asking = [
        (one, _humanized(one), _words(asked, names)) for one, asked in sorted(found.category_skills.items())
    ]
    others = [(one, _humanized(one)) for one in sorted(found.labels) if one not in found.category_skills]
    more = {"type": found, "asking": asking, "others": others}
    return _show(request, form, f"{found.client.name}: {found.name}", more)


@door("GET", "HEAD", "POST", needs=EDIT)
def category_needs(request: HttpRequest, pk: int, category: str) -> HttpResponse:
    """One category of a case type (R036)."""
    found = CaseType.objects.select_related("client").filter(pk=pk).first()
    if found is None or category not in {*found.labels, *found.category_skills}:
        raise Http404("There is no such category.")
    form = LevelsForm(Skill.objects.all(), initial=_initial(found.category_skills.get(category, {})))
    name = f"{found.client.name}: {found.name}, {_humanized(category)}"
    if request.method == "POST":
        form = LevelsForm(Skill.objects.all(), request.POST)
        if form.is_valid():
            try:
                changed = set_category_asks(
                    case_type=found, category=category, skills=form.levels(), actor=person(request)
                )
            except Invalid as error:
                _beside(form, error)
            else:
                return _saved(request, name, changed, reverse("desk:type_needs", args=[found.pk]))
    return _show(request, form, name, {"back": found.pk})


def _humanized(category: str) -> str:
    """A label as a word: "card_fraud" is Card fraud."""
    return category.replace("_", " ").replace("-", " ").capitalize()


def _initial(asked: dict[str, int]) -> dict[str, object]:
    return {f"skill.{slug}": level for slug, level in asked.items()}


def _words(asked: dict[str, int], names: dict[str, str]) -> list[tuple[str, int]]:
    return [(names.get(slug, slug), level) for slug, level in sorted(asked.items())]


def _beside(form: LevelsForm, error: Invalid) -> None:
    for field, text in error.errors.items():
        form.add_error(field if field in form.fields else None, text)


def _saved(request: HttpRequest, name: str, changed: int, to: str = "") -> HttpResponse:
    messages.success(request, f"{name} saved; {changed} open cases ask for something else now.")
    return HttpResponseRedirect(to or reverse("desk:needs"), status=303)


def _show(
    request: HttpRequest, form: LevelsForm, name: str, more: Mapping[str, object] | None = None
) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    shown = {"form": form, "name": name, **(more or {})}
    return render(request, "escalations/needs/edit.html", shown, status=status)
