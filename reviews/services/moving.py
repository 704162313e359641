"""A supervisor moves work: a case to another queue, or to a person. Rights, skills and room are asked for (R108)."""

from collections.abc import Collection

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import Capability, EventKind
from accounts.models import User
from accounts.permissions import can
from accounts.selectors.floor import away_at
from escalations.choices import CaseState, OfferKind, OfferOutcome
from escalations.errors import Conflict, Invalid, NotAllowed, Stale
from escalations.models import Case, Offer, Queue
from escalations.services.timing import retime
from escalations.transitions import Moved, move_all
from reviews.permissions import may_claim
from reviews.selectors.load import capacity_of
from reviews.selectors.pool import has_room, loads
from reviews.services.claim import take_turn
from reviews.services.offers import hold_out

WORKED = (CaseState.QUEUED, CaseState.CLAIMED)
ASIDE = (CaseState.ON_HOLD, CaseState.SNOOZED)


@transaction.atomic
def assign_case(*, case: Case, to: User, actor: User) -> Moved:
    """Keep a waiting or held case for `to` until they open it, for HANDRAIL_ASSIGNED_SECONDS at most; whoever held it
    loses it. `case` has queue and client loaded. Somebody out of office is stood in for by their delegate.

    NotAllowed when `actor` may not assign there; Invalid when `to` lacks the right, a skill, or is away with nobody
    to stand in; Conflict when they have no room; Stale when the case has moved on.
    """
    if not (verdict := can(actor, Capability.CASE_ASSIGN, case)):
        raise NotAllowed(f"You may not assign {case.ref}: {verdict.rule}.")
    given, to = to, _stand_in(to)
    if not to.is_active or not (fit := may_claim(to, case)):
        why = fit.rule if to.is_active else "they have left"
        raise Invalid(f"{to.short_name} cannot take {case.ref}: {why}.", {"to": why})
    if case.holder_id == to.pk:
        raise Conflict(f"{to.short_name} has {case.ref} already.")
    take_turn(to)
    _refuse_when_full(to, case)
    _withdraw(case)
    told = {"from": case.holder_id, "instead_of": given.pk if given != to else None}
    moved = hold_out(
        Case.objects.filter(pk=case.pk, version=case.version, state__in=WORKED),
        to=to, kind=OfferKind.ASSIGNED, actor=actor, data=told,
    )  # fmt: skip
    if moved is None:
        raise Stale(f"{case.ref} has changed since you looked at it.")
    return moved


@transaction.atomic
def move_case(*, case: Case, queue: Queue, actor: User) -> Moved:
    """Put an open case that waits for people into another queue; whoever held it loses it. `case` has queue and client
    loaded. A case put aside stays put aside, in the new queue. The tier is the queue's, if that is higher.

    NotAllowed when `actor` may not assign where it is or where it goes; Invalid when it is there already; Stale when
    it has moved on.
    """
    if not (verdict := can(actor, Capability.CASE_ASSIGN, case)):
        raise NotAllowed(f"You may not move {case.ref}: {verdict.rule}.")
    tier = max(case.tier, queue.tier)
    there = Case(client_id=case.client_id, queue=queue, tier=tier)
    if not (verdict := can(actor, Capability.CASE_ASSIGN, there)):
        raise NotAllowed(f"You may not move {case.ref} to {queue.name}: {verdict.rule}.")
    if case.queue_id == queue.pk:
        raise Invalid(f"{case.ref} is in {queue.name} already.", {"queue": "it is there already"})
    kind, states = (EventKind.CASE_REFILED, ASIDE) if case.state in ASIDE else (EventKind.CASE_MOVED, WORKED)
    _withdraw(case)
    moved = move_all(
        Case.objects.filter(pk=case.pk, version=case.version, state__in=states), kind, actor=actor,
        data={
            "from": case.queue_slug, "to": queue.slug, "tier_from": case.tier, "tier": tier, "holder": case.holder_id,
        },
        queue=queue, tier=tier,
    )  # fmt: skip
    if not moved:
        raise Stale(f"{case.ref} has changed since you looked at it.")
    retime([case.pk])  # on another tier its time begins anew
    return moved[0]


def _stand_in(person: User, passed: Collection[int] = ()) -> User:
    """The person, or while they are out of office whoever stands in for them, and so on."""
    absence = away_at(person, timezone.now())
    if absence is None:
        return person
    if absence.delegate is None or absence.delegate in passed:
        raise Invalid(f"{person.short_name} is out of office and nobody stands in.", {"to": "out of office"})
    return _stand_in(User.objects.get(pk=absence.delegate), (*passed, person.pk))


def _refuse_when_full(to: User, case: Case) -> None:
    """What is held out to them counts as theirs; whoever has nothing at all takes any one case."""
    if not has_room(to, case.effort):
        load = loads([to]).get(to.pk, 0)
        raise Conflict(f"{to.short_name} has no room: {load} of {capacity_of(to)} work units are taken.")


def _withdraw(case: Case) -> None:
    Offer.objects.filter(case=case, outcome="").update(outcome=OfferOutcome.MOOT, ended_at=Now())
