"""Alerts: what is open, what one was told, taking note of them; one's own settings."""

from datetime import time

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.choices import Capability as Can
from accounts.permissions import scopes_of
from accounts.views.door import door, person
from escalations.errors import Conflict, Invalid
from escalations.models import QuietHours
from escalations.selectors.alert_settings import PERSONAL, GridRow, alert_log, own_grid, quiet_hours
from escalations.selectors.alerts import (
    alert_for,
    alert_row,
    my_alerts,
    open_alerts,
    past_alerts,
    unread_count,
)
from escalations.services.answering import acknowledge_alert, end_alert, escalate_alert, mark_read
from escalations.services.subscribing import DIGESTS, set_own

TABS = {"open": open_alerts, "mine": my_alerts, "past": past_alerts}
ANSWERS = {"acknowledge": acknowledge_alert, "escalate": escalate_alert, "end": end_alert}
DONE = {"acknowledge": "You see to it.", "escalate": "Passed on.", "end": "Ended."}


@door("GET", "HEAD")
def alerts(request: HttpRequest) -> HttpResponse:
    """The alerts one may see: open, one's own, past."""
    actor = person(request)
    tab = request.GET.get("tab", "open")
    if tab not in TABS:
        raise BadRequest("There is no such list.")
    shown = {
        "tab": tab,
        "rows": TABS[tab](actor),
        "unread": unread_count(actor),
        "manages": _manages(request),
    }
    return render(request, "escalations/alerts/alerts.html", shown)


@door("GET", "HEAD")
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: the numbers behind it, who was told how. Looking at it counts as reading."""
    actor = person(request)
    found = alert_for(actor, pk)
    row = alert_row(actor, found)
    mark_read(actor=actor, alerts=[found.pk])
    return render(request, "escalations/alerts/alert.html", {"a": row, "log": alert_log(found.pk)})


@door("POST")
def alert_answer(request: HttpRequest, pk: int, answer: str) -> HttpResponse:
    """Take note, pass on, end."""
    if answer not in ANSWERS:
        raise BadRequest("There is no such answer.")
    actor = person(request)
    try:
        ANSWERS[answer](alert=alert_for(actor, pk), actor=actor)
        messages.success(request, DONE[answer])
    except Conflict as error:
        messages.error(request, error.message)
    back = reverse("desk:alert", args=[pk]) if request.POST.get("back") == "alert" else reverse("desk:alerts")
    return HttpResponseRedirect(back, status=303)


@door("POST")
def alerts_read(request: HttpRequest) -> HttpResponse:
    """Everything one was told counts as read."""
    mark_read(actor=person(request))
    return HttpResponseRedirect(f"{reverse('desk:alerts')}?tab=mine", status=303)


@door("GET", "HEAD")
def alert_count(request: HttpRequest) -> HttpResponse:
    """How many one has not read, for the bar: a number, or nothing."""
    count = unread_count(person(request))
    return HttpResponse(
        f"{min(count, 99)}{'+' if count > 99 else ''}" if count else "", content_type="text/plain"
    )


@door("GET", "HEAD", "POST")
def alert_settings(request: HttpRequest) -> HttpResponse:
    """Which alerts one gets, how, and when not."""
    actor = person(request)
    grid, quiet = own_grid(actor), quiet_hours(actor)
    if request.method != "POST":
        return _settings(request, grid, quiet, {})
    quiet, errors = _quiet(request, quiet)
    ticked = changed_ticks(request, grid)
    if errors:
        return _settings(request, grid, quiet, errors)
    try:
        set_own(
            user=actor, grid=ticked, starts=quiet.starts, ends=quiet.ends, digest_minutes=quiet.digest_minutes,
            actor=actor,
        )  # fmt: skip
    except Invalid as error:
        return _settings(request, grid, quiet, error.errors)
    messages.success(request, "Saved. It holds from the next alert on.")
    return HttpResponseRedirect(reverse("desk:alert_settings"), status=303)


def _settings(
    request: HttpRequest, grid: list[GridRow], quiet: QuietHours, errors: dict[str, str]
) -> HttpResponse:
    shown = {
        "grid": grid, "quiet": quiet, "errors": errors, "digests": DIGESTS, "channels": PERSONAL,
        "manages": _manages(request),
    }  # fmt: skip
    return render(request, "escalations/alerts/settings.html", shown, status=422 if errors else 200)


def _quiet(request: HttpRequest, quiet: QuietHours) -> tuple[QuietHours, dict[str, str]]:
    errors: dict[str, str] = {}
    for name in ("starts", "ends"):
        text = request.POST.get(name, "").strip()
        try:
            setattr(quiet, name, time.fromisoformat(text) if text else None)
        except ValueError:
            errors[name] = "Write a time such as 22:00."
    digest = request.POST.get("digest_minutes", "0")
    quiet.digest_minutes = int(digest) if digest.isdigit() and int(digest) in DIGESTS else -1
    return quiet, errors


def changed_ticks(request: HttpRequest, grid: list[GridRow]) -> dict[tuple[str, str], bool]:
    """(kind, via) to wanted, of the ticks somebody changed: what they left alone goes on following its rule."""
    return {
        (row.kind, cell.via): ticked
        for row in grid
        for cell in row.cells
        if (ticked := cell.name in request.POST) != cell.on and not cell.fixed
    }


def _manages(request: HttpRequest) -> bool:
    return bool(scopes_of(person(request), Can.ALERTS_MANAGE))
