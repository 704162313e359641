"""For whoever manages alerts: endpoints, what roles get, the delivery log."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.choices import Capability as Can
from accounts.models import Client
from accounts.views.door import door, person
from escalations.choices import AlertKind, Severity
from escalations.errors import Invalid
from escalations.models import Delivery, Endpoint
from escalations.selectors.alert_settings import PERSONAL, delivery_log, endpoints, people_roles, role_grid
from escalations.services.endpoints import new_signing_secret, replay, save_endpoint, send_test
from escalations.services.subscribing import set_endpoint, set_role
from escalations.views.alerts import changed_ticks

MANAGE = (Can.ALERTS_MANAGE,)


@door("GET", "HEAD", needs=MANAGE)
def places(request: HttpRequest) -> HttpResponse:
    """Every endpoint and how it fares."""
    return render(request, "escalations/alerts/endpoints.html", {"rows": endpoints()})


@door("GET", "HEAD", "POST", needs=MANAGE)
def new_endpoint(request: HttpRequest) -> HttpResponse:
    """Make an endpoint; a webhook's secret is shown on the answer to this post, and never again."""
    return _save(request, None) if request.method == "POST" else _form(request, None, {}, {})


@door("GET", "HEAD", "POST", needs=MANAGE)
def endpoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    found = _endpoint(pk)
    return _save(request, found) if request.method == "POST" else _form(request, found, {}, {})


@door("POST", needs=MANAGE)
def endpoint_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test message there."""
    send_test(endpoint=_endpoint(pk), actor=person(request))
    messages.success(request, "On its way: the log shows what becomes of it.")
    return HttpResponseRedirect(f"{reverse('desk:deliveries')}?endpoint={pk}", status=303)


@door("POST", needs=MANAGE)
def endpoint_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace the signing secret; the answer shows the new one, once."""
    found = _endpoint(pk)
    try:
        secret = new_signing_secret(endpoint=found, actor=person(request))
    except Invalid as error:
        return _form(request, found, {}, {"kind": error.message})
    return _form(request, found, {}, {}, secret=secret)


@door("GET", "HEAD", "POST", needs=MANAGE)
def rules(request: HttpRequest) -> HttpResponse:
    """What holders of a role get who have said nothing themselves."""
    roles = people_roles()
    slug = request.GET.get("role", "supervisor")
    role = next((one for one in roles if one.slug == slug), None)
    if role is None:
        raise Http404("There is no such role.")
    grid = role_grid(role.slug)
    if request.method == "POST":
        set_role(role=role.slug, grid=changed_ticks(request, grid), actor=person(request))
        messages.success(request, f"Saved for {role.name}.")
        return HttpResponseRedirect(f"{reverse('desk:alert_rules')}?role={role.slug}", status=303)
    shown = {"roles": roles, "role": role, "grid": grid, "channels": PERSONAL}
    return render(request, "escalations/alerts/rules.html", shown)


@door("GET", "HEAD", needs=MANAGE)
def deliveries(request: HttpRequest) -> HttpResponse:
    """What was sent, what failed and why, what was given up."""
    state, place = request.GET.get("state", ""), request.GET.get("endpoint", "")
    number = int(place) if place.isascii() and place.isdigit() and len(place) < 10 else None
    shown = {
        "rows": delivery_log(state=state, endpoint=number), "states": Delivery.State.choices, "state": state,
        "places": Endpoint.objects.all(), "place": number,
    }  # fmt: skip
    return render(request, "escalations/alerts/log.html", shown)


@door("POST", needs=MANAGE)
def delivery_replay(request: HttpRequest, message: UUID) -> HttpResponse:
    """Send a message again."""
    replay(message=message, actor=person(request))
    messages.success(request, "It is sent again, under its old id.")
    return HttpResponseRedirect(reverse("desk:deliveries"), status=303)


def _endpoint(pk: int) -> Endpoint:
    found = Endpoint.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such endpoint.")
    return found


def _save(request: HttpRequest, found: Endpoint | None) -> HttpResponse:
    given: dict[str, Any] = {
        "name": request.POST.get("name", ""),
        "kind": found.kind if found else request.POST.get("kind", ""),
        "address": request.POST.get("address", ""),
        "per_minute": request.POST.get("per_minute", "12"),
        "is_active": "is_active" in request.POST or found is None,
        "kinds": request.POST.getlist("kinds"),
        "least": request.POST.get("least", "4"),
        "client": request.POST.get("client", ""),
    }
    errors: dict[str, str] = {}
    if given["kind"] not in Endpoint.Kind.values:
        errors["kind"] = "Choose what it is."
    client = Client.objects.filter(slug=given["client"]).first() if given["client"] else None
    if given["client"] and client is None:
        errors["client"] = "There is no such client."
    if errors:
        return _form(request, found, given, errors)
    actor = person(request)
    try:
        made, secret = save_endpoint(
            endpoint=found, name=given["name"], kind=given["kind"], address=given["address"], actor=actor,
            per_minute=_number(given["per_minute"]), is_active=given["is_active"],
        )  # fmt: skip
        set_endpoint(
            endpoint=made, kinds=given["kinds"], least=_number(given["least"]), client=client, actor=actor
        )
    except Invalid as error:
        return _form(request, found, given, error.errors)
    if secret:
        return _form(request, made, {}, {}, secret=secret)
    messages.success(request, f"{made.name} saved.")
    return HttpResponseRedirect(reverse("desk:endpoints"), status=303)


def _form(
    request: HttpRequest,
    found: Endpoint | None,
    given: dict[str, Any],
    errors: dict[str, str],
    secret: str = "",
) -> HttpResponse:
    rows = list(found.subscriptions.select_related("client")) if found else []
    every = any(row.kind == "" for row in rows)
    values = given or {
        "name": found.name if found else "",
        "kind": found.kind if found else Endpoint.Kind.WEBHOOK,
        "address": "" if found is None or found.kind == Endpoint.Kind.CHAT else found.address,
        "per_minute": found.per_minute if found else 12,
        "is_active": found.is_active if found else True,
        "kinds": [kind.value for kind in AlertKind] if every or not found else [row.kind for row in rows],
        "least": str(rows[0].least) if rows else "4",
        "client": rows[0].client.slug if rows and rows[0].client else "",
    }
    shown = {
        "e": found, "v": values, "errors": errors, "secret": secret, "endpoint_kinds": Endpoint.Kind.choices,
        "kinds": AlertKind.choices, "severities": Severity.choices, "clients": Client.objects.all(),
    }  # fmt: skip
    return render(request, "escalations/alerts/endpoint.html", shown, status=422 if errors else 200)


def _number(text: Any) -> int:
    return int(text) if str(text).isascii() and str(text).isdigit() and len(str(text)) < 6 else 0
