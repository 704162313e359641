"""The circuit breaker of one client's case type: it stops the AI at once, by itself or by a person's hand (R089)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from accounts.permissions import scopes_of
from escalations.choices import AlertKind, BreakerState, CertificateEnd, Severity, TripCode
from escalations.errors import Invalid, NotAllowed
from escalations.models import Breaker, CaseType, Checklist, Trip
from escalations.services.alerting import raise_alert
from escalations.services.certificates import breaker_of, end_certificate
from escalations.services.certifying import end_proof

BY_LABELS = frozenset({TripCode.PROMISE, TripCode.AUDITS})
"""Found by audits: the certificate ends with the trip, and only a newer one lets the AI go on."""


def may(actor: Actor, case_type: CaseType, *capabilities: str) -> bool:
    """Do they hold one of the capabilities for this type's client, whichever queues and tiers their roles name?"""
    if actor is None:
        return True
    clients = {scope.client for one in capabilities for scope in scopes_of(actor, one)}
    return bool(clients & {None, case_type.client_id})


def may_stop(actor: Actor, case_type: CaseType) -> bool:
    """May they stop the AI of this type: whoever has the button, and whoever may edit what it may do."""
    return may(actor, case_type, Capability.AUTONOMY_STOP, Capability.AUTONOMY_EDIT)


def stop(*, case_type: CaseType, reason: str, actor: User) -> Trip:
    """Stop the AI of this type by hand: one click and a reason. Stopped already, it stays so, and the first reason too.

    What it settled and what is not yet final stays as it is: that is held by whoever looks at the case.
    """
    if not may_stop(actor, case_type):
        raise NotAllowed("You may not stop the AI there.")
    if not reason.strip():
        raise Invalid("Not stopped.", {"reason": "Say in a few words why: others will read it."})
    return trip(case_type, TripCode.STOPPED, reason.strip()[:400], actor=actor)


def trip(
    case_type: CaseType,
    code: TripCode,
    words: str,
    *,
    actor: Actor,
    figures: Mapping[str, Any] | None = None,
    example: UUID | None = None,
) -> Trip:
    """Stop the AI of this type now: when this has committed, no decision of it is recorded any more.

    `words` and `figures` say why. Whoever is settling a case is waited for. One that has tripped keeps its reason.
    """
    with transaction.atomic():
        breaker = breaker_of(case_type)
        if breaker.trip is not None:
            return breaker.trip
        made = Trip.objects.create(
            case_type=case_type, code=code, words=words[:400], figures=dict(figures or {}), example_id=example,
            labels=code in BY_LABELS, by=actor if isinstance(actor, User) else None,
        )  # fmt: skip
        Breaker.objects.filter(pk=breaker.pk).update(state=BreakerState.TRIPPED, trip=made)
        _tell(made, case_type, actor)
        if code != TripCode.STOPPED:
            end_proof(case_type)  # audits from before the change prove nothing of the time after it
        if made.labels:
            end_certificate(case_type, CertificateEnd.BROKEN, actor=actor)
    return made


def _tell(made: Trip, case_type: CaseType, actor: Actor) -> None:
    """In the trail with codes and figures; a person's own words stay in the row (safety T18)."""
    by_hand = made.code == TripCode.STOPPED
    record(
        stream_of("autonomy", case_type.pk), actor=actor, trip=made.pk, type=case_type.pk, code=str(made.code),
        kind=EventKind.AUTONOMY_STOPPED if by_hand else EventKind.AUTONOMY_TRIPPED, figures=made.figures,
        words="" if by_hand else made.words, example=made.example_id,
    )  # fmt: skip
    owner = Checklist.objects.filter(case_type=case_type).values_list("owner", flat=True).first()
    raise_alert(
        AlertKind.AI_STOPPED, f"{case_type.client.slug}:{case_type.slug}", severity=Severity.HIGH,
        client_id=case_type.client_id, to=(owner,) if owner else (),
        data={"ref": f"{case_type.client.slug}: {case_type.slug}", "type": case_type.pk, "code": str(made.code)},
    )  # fmt: skip
