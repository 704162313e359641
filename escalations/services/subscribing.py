"""Who gets which alerts: a person's own grid and quiet hours, a role's, an endpoint's."""

from collections.abc import Collection, Mapping
from datetime import time
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import Client, User
from accounts.permissions import can
from escalations.choices import AlertKind, Severity, Via
from escalations.errors import Invalid, NotAllowed
from escalations.models import Endpoint, QuietHours, Subscription
from escalations.notify.kinds import MEANINGS

DIGESTS = (0, 15, 30, 60, 240)
Grid = Mapping[tuple[str, str], bool]
"""(kind, via) to wanted or not."""


def set_own(
    *, user: User, grid: Grid, starts: time | None, ends: time | None, digest_minutes: int, actor: User
) -> None:
    """A person's own wishes. Invalid when quiet hours have one end, or none between them."""
    if user.pk != actor.pk:
        raise NotAllowed("Everybody sets their own.")
    errors: dict[str, str] = {}
    if (starts is None) != (ends is None):
        errors["ends" if ends is None else "starts"] = "Quiet hours need both a beginning and an end."
    elif starts is not None and starts == ends:
        errors["ends"] = "Quiet hours cannot begin and end at the same time."
    if digest_minutes not in DIGESTS:
        errors["digest_minutes"] = "Choose one of the times."
    if errors:
        raise Invalid("Not saved.", errors)
    wanted = {
        (k, v): yes
        for (k, v), yes in grid.items()
        if not (v == Via.IN_APP and MEANINGS[AlertKind(k)].binding)
    }
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        changed = _write(Subscription.objects.filter(user=user), wanted, {"user": user})
        QuietHours.objects.update_or_create(
            user=user, defaults={"starts": starts, "ends": ends, "digest_minutes": digest_minutes}
        )
        _tell(
            "user", user.pk, actor, {**changed, "quiet": starts is not None, "digest_minutes": digest_minutes}
        )


def set_role(*, role: str, grid: Grid, actor: Actor) -> None:
    """What holders of a role get who have said nothing themselves."""
    _may(actor)
    with transaction.atomic():
        changed = _write(
            Subscription.objects.filter(role=role, user=None, endpoint=None), grid, {"role": role}
        )
        _tell("role", role, actor, changed)


def set_endpoint(
    *, endpoint: Endpoint, kinds: Collection[str], least: int, client: Client | None, actor: Actor
) -> None:
    """Which kinds go to an endpoint (none: nothing does; all: those to come, too), from which severity, of whom."""
    _may(actor)
    if least not in Severity.values:
        raise Invalid("Not saved.", {"least": "Choose a severity."})
    every = set(kinds) >= set(AlertKind)
    rows = [
        Subscription(endpoint=endpoint, via=Via(endpoint.kind), kind=kind, least=least, client=client)
        for kind in ([""] if every else sorted(set(kinds) & set(AlertKind.values)))
    ]
    with transaction.atomic():
        Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        Subscription.objects.filter(endpoint=endpoint).delete()
        Subscription.objects.bulk_create(rows)
        told = {
            "kinds": "all" if every else sorted(kinds),
            "least": least,
            "client": client.pk if client else None,
        }
        _tell("endpoint", endpoint.pk, actor, told)


def _write(existing: Any, grid: Grid, owner: Mapping[str, Any]) -> dict[str, list[str]]:
    """Make the rows say what `grid` says; what was switched on and off, as "kind by via"."""
    before = {(row.kind, row.via): row for row in existing.filter(client=None)}
    on: list[str] = []
    off: list[str] = []
    for (kind, via), yes in grid.items():
        row = before.get((kind, via))
        if row is None:
            Subscription.objects.create(kind=kind, via=via, wanted=yes, **owner)
        elif row.wanted != yes:
            existing.filter(pk=row.pk).update(wanted=yes)
        else:
            continue
        (on if yes else off).append(f"{kind} {via}")
    return {"on": on, "off": off}


def _tell(kind: str, key: object, actor: Actor, data: Mapping[str, Any]) -> None:
    record(
        stream_of(f"subscriptions of {kind}", key), kind=EventKind.SUBSCRIPTION_CHANGED, actor=actor, **data
    )


def _may(actor: Actor) -> None:
    if not can(actor, Capability.ALERTS_MANAGE):
        raise NotAllowed("You may not change who gets which alerts.")
