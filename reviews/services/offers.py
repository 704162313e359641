"""Holding a waiting case out to one person, and ending that. An offer is a reservation with a row and an event."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case as When
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models import When as If
from django.db.models.functions import Cast, Now

from accounts.actors import Actor
from accounts.choices import EventKind, PresenceState
from accounts.models import Event, User
from escalations.choices import AlertKind, CaseState, OfferKind, OfferOutcome
from escalations.models import Case, Offer
from escalations.planting import planted
from escalations.services.alerting import raise_alert
from escalations.transitions import Moved, move_all
from reviews.selectors.pool import has_room
from reviews.services.claim import take_turn

OPEN = Q(outcome="")
SECONDS = {OfferKind.PUSHED: "HANDRAIL_OFFER_SECONDS", OfferKind.ASSIGNED: "HANDRAIL_ASSIGNED_SECONDS"}
EVENTS = {OfferKind.PUSHED: EventKind.CASE_OFFERED, OfferKind.ASSIGNED: EventKind.CASE_ASSIGNED}
ALERTS = {OfferKind.PUSHED: AlertKind.OFFER, OfferKind.ASSIGNED: AlertKind.ASSIGNED}


def push(*, case: Case, to: User) -> Moved | None:
    """Offer a waiting case to somebody who is available; None when either has changed since, or they have no room left.

    A transaction of its own: however many loops run, one of them makes this offer.
    """
    still_there = User.objects.filter(pk=to.pk, is_active=True, presence=PresenceState.AVAILABLE)
    free = Q(reserved_until__isnull=True) | Q(reserved_until__lte=Now())
    waiting = Case.objects.filter(
        Exists(still_there), free, pk=case.pk, version=case.version, state=CaseState.QUEUED
    )
    try:
        with transaction.atomic():
            take_turn(to)
            if not has_room(to, case.effort):
                return None
            return hold_out(waiting, to=to, kind=OfferKind.PUSHED, actor=None, data={})
    except IntegrityError:  # one open offer per case, one push per person: another loop was first
        return None


def hold_out(
    waiting: QuerySet[Case], *, to: User, kind: OfferKind, actor: Actor, data: dict[str, Any]
) -> Moved | None:
    """Make the offer of the one case in `waiting`, inside the caller's transaction; None when it holds no longer."""
    until = Now() + timedelta(seconds=getattr(settings, SECONDS[kind]))
    made_by = actor if isinstance(actor, User) else None
    moved = move_all(
        waiting, EVENTS[kind], actor=actor, data={"to": to.pk, **data}, reserved_by=to, reserved_until=until
    )  # fmt: skip
    if not moved:
        return None
    offer = Offer(case_id=moved[0].id, user=to, kind=kind, made_by=made_by, at=Now(), expires_at=until)
    offer.save(force_insert=True)
    if not planted(moved[0].id):  # nothing of it leaves (R094)
        raise_alert(ALERTS[kind], f"{moved[0].ref}:{offer.pk}", severity=2, case_id=moved[0].id, to=(to.pk,))
    return moved[0]


def settle() -> int:
    """Close offers that are over for another reason than time: taken, or the case went elsewhere. How many."""
    still = Case.objects.filter(
        pk=OuterRef("case_id"), state=CaseState.QUEUED, reserved_by=OuterRef("user_id")
    )
    over = Offer.objects.filter(~Exists(still), OPEN)
    taken = Event.objects.filter(
        stream=OuterRef("case_id"),
        at__gte=OuterRef("at"),
        kind=EventKind.CASE_CLAIMED,
        actor_id=Cast(OuterRef("user_id"), CharField()),
    )
    outcome = When(If(Exists(taken), then=Value(OfferOutcome.TAKEN)), default=Value(OfferOutcome.MOOT))
    return over.update(ended_at=Now(), outcome=outcome)


def lapse() -> int:
    """Take back offers whose time is over; how many."""
    due = Offer.objects.filter(OPEN, expires_at__lte=Now()).values_list("pk", "case_id", "user_id")[:200]
    return sum(_lapse(*row) for row in due)


@transaction.atomic
def _lapse(offer: int, case: Any, person: int) -> int:
    ended = Offer.objects.filter(OPEN, pk=offer).update(outcome=OfferOutcome.LAPSED, ended_at=Now())
    if ended:
        theirs = Case.objects.filter(pk=case, reserved_by=person)
        move_all(
            theirs, EventKind.CASE_OFFER_LAPSED, actor=None, data={"from": person},
            reserved_by=None, reserved_until=None,
        )  # fmt: skip
    return ended
