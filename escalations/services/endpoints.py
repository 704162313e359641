"""Where alerts go outside: endpoints made, changed, tested; messages sent again. Every change is an event."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from accounts.permissions import can
from escalations.choices import Severity, Via
from escalations.errors import Invalid, NotAllowed, NotVisible
from escalations.models import Delivery, Endpoint
from escalations.notify import chat
from escalations.notify.guard import Refused, addresses_of, target_of
from escalations.notify.sealing import seal
from escalations.notify.webhooks import new_secret
from escalations.services import parcels


def save_endpoint(
    *,
    endpoint: Endpoint | None,
    name: str,
    kind: str,
    address: str,
    actor: Actor,
    per_minute: int = 12,
    is_active: bool = True,
) -> tuple[Endpoint, str]:
    """Make an endpoint or change one; the signing secret of a new webhook comes back once and is never shown again.

    `address` is a URL, an Apprise URL, or addresses with commas between; empty keeps a chat room's as it is. Invalid
    with words for each field; where a webhook or room may not go is found out here and again at every sending (T21).
    """
    _may(actor)
    name, address = name.strip()[:80], address.strip()
    errors = {} if name else {"name": "Give it a name."}
    kept = endpoint is not None and kind == endpoint.kind == Endpoint.Kind.CHAT and not address
    if not kept and (problem := problem_with(kind, address)):
        errors["address"] = problem
    if not 1 <= per_minute <= 600:
        errors["per_minute"] = "Between 1 and 600 messages a minute."
    if errors:
        raise Invalid("This endpoint cannot be saved.", errors)
    secret = new_secret() if endpoint is None and kind == Endpoint.Kind.WEBHOOK else ""
    values: dict[str, Any] = {"name": name, "kind": kind, "per_minute": per_minute, "is_active": is_active}
    if not kept:
        values["address"] = _shown(kind, address)
        if kind == Endpoint.Kind.CHAT:
            values["sealed"] = seal(address, settings.SECRET_KEY)
    if secret:
        values["sealed"] = seal(secret, settings.SECRET_KEY)
    try:
        with transaction.atomic():
            return _written(endpoint, values, actor), secret
    except IntegrityError:
        raise Invalid("This endpoint cannot be saved.", {"name": "Another endpoint has this name."}) from None


def problem_with(kind: str, address: str) -> str:
    """Why alerts cannot go there, in words, or "". Asks the resolver; nothing is connected to."""
    trusted = settings.HANDRAIL_TRUSTED_TARGETS
    if kind == Endpoint.Kind.EMAIL:
        return _mail_problem(address)
    if kind == Endpoint.Kind.CHAT:
        if not chat.service_of(address):
            return f"Begin with one of {', '.join(sorted(chat.SERVICES))}, then ://."
        answer = chat.check(address, allowed=trusted)
        return "" if answer.ok else _words(answer.code)
    try:
        addresses_of(target_of(address, allowed=trusted))
    except Refused as refused:
        return str(refused)
    return ""


def new_signing_secret(*, endpoint: Endpoint, actor: Actor) -> str:
    """Replace a webhook's secret; the new one comes back once. The old one signs nothing from now on."""
    _may(actor)
    if endpoint.kind != Endpoint.Kind.WEBHOOK:
        raise Invalid("Only a webhook has a signing secret.")
    secret = new_secret()
    with transaction.atomic():
        Endpoint.objects.filter(pk=endpoint.pk).update(sealed=seal(secret, settings.SECRET_KEY))
        _tell(endpoint, actor, {"secret": "replaced"})
    return secret


def send_test(*, endpoint: Endpoint, actor: Actor) -> Delivery:
    """Put a test message into the outbox: it goes the way of every other, and shows in the log."""
    _may(actor)
    with transaction.atomic():
        Endpoint.objects.filter(pk=endpoint.pk).update(paused_until=None)
        row = Delivery(via=Via(endpoint.kind), endpoint=endpoint, severity=Severity.CRITICAL, next_at=Now())
        row.save(force_insert=True)
        _tell(endpoint, actor, {"test": True})
    return row


def replay(*, message: UUID, actor: Actor) -> int:
    """Send a message again under its old id, so that a receiver who had it knows; how many rows it carries."""
    _may(actor)
    with transaction.atomic():
        rows = parcels.again(Q(message=message))
        if not rows:
            raise NotVisible("There is no such message.")
        record(
            stream_of("delivery", message),
            kind=EventKind.DELIVERY_REPLAYED,
            actor=actor,
            message=str(message),
        )
    return rows


def _written(endpoint: Endpoint | None, values: Mapping[str, Any], actor: Actor) -> Endpoint:
    if endpoint is None:
        endpoint = Endpoint.objects.create(**values, created_by=actor if isinstance(actor, User) else None)
        told = {name: value for name, value in values.items() if name not in ("sealed", "address", "kind")}
        _tell(endpoint, actor, {"made": endpoint.kind, **told})
        return endpoint
    changed = {
        name: value
        for name, value in values.items()
        if name not in ("sealed", "address", "kind") and getattr(endpoint, name) != value
    }
    if "address" in values and values["address"] != endpoint.address:
        changed["address"] = "changed"
    for name, value in values.items():
        setattr(endpoint, name, value)
    endpoint.failures, endpoint.paused_until = 0, None
    endpoint.save(update_fields=[*values, "failures", "paused_until"])
    _tell(endpoint, actor, changed)
    return endpoint


def _tell(endpoint: Endpoint, actor: Actor, data: Mapping[str, Any]) -> None:
    """Addresses and secrets stay out of the ledger: a webhook's address often is its password."""
    record(
        stream_of("endpoint", endpoint.pk),
        kind=EventKind.ENDPOINT_CHANGED,
        actor=actor,
        endpoint=endpoint.pk,
        **data,
    )


def _shown(kind: str, address: str) -> str:
    """What a screen may show of the address: a chat room's whole URL is its password."""
    return f"{chat.service_of(address)}://…" if kind == Endpoint.Kind.CHAT else address


def _mail_problem(addresses: str) -> str:
    for one in addresses.split(","):
        try:
            validate_email(one.strip())
        except ValidationError:
            return "Write e-mail addresses, with commas between."
    return (
        ""
        if len(addresses.split(",")) <= 20
        else "At most 20 addresses; use a list of your mail server beyond."
    )


def _words(code: str) -> str:
    if code.startswith("refused:"):
        return "This room is at an address that alerts may not go to."
    return (
        "This is not an address of that service."
        if code == "bad_url"
        else "The address could not be checked."
    )


def _may(actor: Actor) -> None:
    if not can(actor, Capability.ALERTS_MANAGE):
        raise NotAllowed("You may not change where alerts go.")
