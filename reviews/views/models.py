"""Models: who serves, who challenges, what people taught; training, promotion, exports (R096, R101, R102)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.choices import Capability as Can
from accounts.models import Client
from accounts.permissions import scopes_of
from accounts.views.door import door, person
from escalations.choices import Exclusion
from escalations.errors import Conflict, Invalid, NotVisible
from escalations.models import Dataset, ModelVersion
from escalations.permissions import may_approve_models, may_manage_models
from escalations.services.promoting import approve_model, propose_model, refuse_model
from reviews.selectors.learning import models_page
from reviews.services.learning.datasets import make_dataset
from reviews.services.learning.exporting import FORMATS, export_dataset, satisfied_from
from reviews.services.learning.planning import ENOUGH, ask_for_training

SEES = (Can.MODEL_MANAGE, Can.POLICY_APPROVE_OPS, Can.INSIGHT_VIEW)
SCORES = ("1", "2", "3", "4", "5")
TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


@door("GET", "HEAD", needs=SEES)
def models(request: HttpRequest) -> HttpResponse:
    """Everything on one page."""
    return _page(request)


@door("POST", needs=(Can.MODEL_MANAGE,))
def train(request: HttpRequest) -> HttpResponse:
    """Have a challenger trained on all that people taught so far."""
    return _done(
        request,
        lambda: ask_for_training(actor=person(request)),
        "A challenger is being trained; it takes minutes.",
    )


@door("POST", needs=(Can.MODEL_MANAGE,))
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a model to become champion."""
    made = "Proposed: somebody who approves for operations has the last word."
    return _done(request, lambda: propose_model(model=_model(pk), actor=person(request)), made)


@door("POST", needs=(Can.POLICY_APPROVE_OPS,))
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a proposed model champion."""
    made = "It serves from the next case on. What was certified for the model before has ended."
    return _done(request, lambda: approve_model(model=_model(pk), actor=person(request)), made)


@door("POST", needs=(Can.MODEL_MANAGE, Can.POLICY_APPROVE_OPS))
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse a challenger for good."""
    because = request.POST.get("because", "").replace("\x00", "")
    try:
        refuse_model(model=_model(pk), actor=person(request), because=because)
    except Invalid as error:
        return _page(request, status=422, refused=pk, errors=error.errors, because=because)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Refused.")
    return _back()


@door("POST", needs=(Can.MODEL_MANAGE,))
def dataset(request: HttpRequest) -> HttpResponse:
    """Make a dataset of a client or, for whoever may, of all."""
    slug = request.POST.get("client", "").replace("\x00", "")
    client = Client.objects.filter(slug=slug).first() if slug else None
    if slug and client is None:
        raise Http404("There is no such client.")
    return _done(request, lambda: make_dataset(actor=person(request), client=client), "The dataset is made.")


@door("GET", needs=(Can.MODEL_MANAGE,))
def export(request: HttpRequest, pk: int, slug: str) -> Any:
    """A dataset as a file, line after line; with `least` or `most`, what customers gave so many of five for (R099)."""
    found = Dataset.objects.select_related("client").filter(pk=pk).first()
    if found is None or slug not in FORMATS or not may_manage_models(person(request), found.client_id):
        raise NotVisible("There is no such dataset.")
    bounds = [_of_five(request.GET.get(name, "")) for name in ("least", "most")]
    lines = export_dataset(
        dataset=found, format=slug, actor=person(request), satisfied=satisfied_from(*bounds)
    )
    answer = StreamingHttpResponse(lines, content_type=TYPES[slug])
    answer["Content-Disposition"] = f'attachment; filename="dataset-{found.pk}.{slug}"'
    return answer


def _of_five(said: str) -> int | None:
    if said and said not in SCORES:
        raise NotVisible("There are scores from 1 to 5.")
    return int(said) if said else None


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = person(request)
    everywhere = any(scope.client is None for can in SEES for scope in scopes_of(actor, can))
    running, past = models_page.model_lines() if everywhere else ([], [])
    tested, points, gain = models_page.curve() if everywhere else (0, [], None)
    own = _clients(request)
    shown = {
        "everywhere": everywhere, "running": running, "past": past, "tested": tested, "points": points,
        "finding": models_page.finding(points, gain), "least": models_page.LEAST, "enough": ENOUGH,
        "waiting": models_page.waiting() if everywhere else (0, 0), "clients": own,
        "datasets": _datasets(request), "manages": may_manage_models(actor, None),
        "approves": may_approve_models(actor), "reasons": Exclusion.choices,
    }  # fmt: skip
    return render(request, "reviews/models/models.html", shown | more, status=status)


def _clients(request: HttpRequest) -> list[Client]:
    """Whose examples one may export."""
    rows = Client.objects.filter(is_active=True).order_by("name")
    return [client for client in rows if may_manage_models(person(request), client.pk)]


def _datasets(request: HttpRequest) -> list[Any]:
    actor = person(request)
    if may_manage_models(actor, None):
        return models_page.datasets(None)
    return [row for client in _clients(request) for row in models_page.datasets(client.pk)]


def _model(pk: int) -> ModelVersion:
    found = ModelVersion.objects.filter(pk=pk).first()
    if found is None:
        raise NotVisible("There is no such model.")
    return found


def _done(request: HttpRequest, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except (Conflict, Invalid) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("reviews:models"), status=303)
