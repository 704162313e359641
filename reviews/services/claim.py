"""Taking a case on: the next, a given one, somebody else's. A claim is a lease with a fencing token."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from accounts.choices import EventKind
from accounts.models import User
from accounts.models.sql import NOW
from escalations.choices import CaseState
from escalations.errors import Conflict, NotAllowed, Stale
from escalations.models import Case
from escalations.transitions import Moved, move, move_all
from reviews.permissions import may_claim, may_take_over
from reviews.selectors.load import ANYTHING, capacity_of, fitting, room_of
from reviews.selectors.term import lease_end
from reviews.selectors.working_order import SKIP_LOCKED, WAIT, Order
from reviews.services.again import again_when_deadlocked
from reviews.services.sweep import expire_leases

LOOKS = ((4, SKIP_LOCKED), (32, SKIP_LOCKED), (128, WAIT))
"""How many candidates to look at, and whether to wait for those that others are taking at this moment."""

TURN = 0x48524C43  # the class of advisory locks that make one person's claims follow one another

NEXT_TOKEN = F("claim_token") + 1


def claim_next(*, actor: User, after: Case | None = None) -> Case | None:
    """Claim the first case in `actor`'s working order, or None when nothing waits for them.

    `after` is a case they must not get back. Conflict when they hold as many as they may.
    """
    moved = take_next(actor=actor, but=(after.pk,) if after else ())
    return Case.objects.get(pk=moved.id) if moved else None


@again_when_deadlocked
def take_next(*, actor: User, but: tuple[UUID, ...] = ()) -> Moved | None:
    """`claim_next` for whoever needs only what moved. Leases that ran out go back first when nothing else
    waits.
    """
    take_turn(actor)
    if moved := _first(actor, but):
        return moved
    _refuse_when_full(actor)
    if moved := _first(actor, but) if expire_leases() else None:
        return moved
    if room_of(actor) < ANYTHING and Order(actor, but).is_there_any():
        raise Conflict("The next case takes more than you have room for. Decide or give one back first.")
    return None


def swap_next(*, actor: User, deciding: Case) -> Moved | None:
    """The next case for somebody who is deciding `deciding` in this same transaction: they hold no more than
    before. Runs inside the caller's transaction.
    """
    return _first(actor, (deciding.pk,))


@transaction.atomic
def claim_case(*, case: Case, actor: User) -> Moved:
    """Claim this case; holding it already is fine. NotAllowed out of scope; Stale, naming the holder, when
    lost.
    """
    if not (verdict := may_claim(actor, case)):
        raise NotAllowed(f"You may not take {case.ref}: {verdict.rule}.")
    take_turn(actor)
    expire_leases(only=case)
    if mine := held_by(actor).filter(pk=case.pk).first():
        return Moved(mine.pk, mine.version, mine.claim_token, mine.ref, mine.lease_until)
    _refuse_when_full(actor, case.effort)
    return open_case(case=case, actor=actor, data={"by": "choice"})


def open_case(*, case: Case, actor: User, data: Mapping[str, Any]) -> Moved:
    """Make `case`, free or reserved for `actor`, their lease. Runs inside the caller's transaction."""
    moved = try_open(case=case, actor=actor, data=data)
    if moved is None:
        raise taken(case)
    return moved


def try_open(*, case: Case, actor: User, data: Mapping[str, Any]) -> Moved | None:
    """`open_case` that answers None when somebody else was first."""
    free = Q(reserved_until__isnull=True) | Q(reserved_until__lte=Now()) | Q(reserved_by=actor)
    moved = move_all(
        Case.objects.filter(free, pk=case.pk), EventKind.CASE_CLAIMED, actor=actor, data=data, **lease(actor)
    )
    return moved[0] if moved else None


@transaction.atomic
def take_over(*, case: Case, actor: User) -> Moved:
    """Take the case from its holder, whose token is worth nothing from then on. Stale if nobody holds it."""
    if not (verdict := may_take_over(actor, case)):
        raise NotAllowed(f"You may not take {case.ref} over: {verdict.rule}.")
    take_turn(actor)
    _refuse_when_full(actor, case.effort)
    theirs = Case.objects.filter(pk=case.pk, holder=case.holder_id).exclude(holder=actor)
    return move(theirs, EventKind.CASE_TAKEN_OVER, actor=actor, data={"from": case.holder_id}, **lease(actor))


def lease(actor: User, tier: int | None = None) -> dict[str, Any]:
    """The columns of a fresh lease; the clock is the database's. `tier` is where the case goes, if it moves as well."""
    return {
        "holder": actor, "claim_token": NEXT_TOKEN, "claimed_at": NOW,
        "lease_until": lease_end(tier),
        "reserved_by": None, "reserved_until": None,
    }  # fmt: skip


def held_by(actor: User) -> QuerySet[Case]:
    """What `actor` holds at this moment."""
    return Case.objects.filter(state=CaseState.CLAIMED, hold__holder=actor, lease_until__gt=Now())


def taken(case: Case) -> Stale:
    """The refusal that says who has the case now."""
    now = Case.objects.select_related("holder", "reserved_by").get(pk=case.pk)
    who = now.holder or (now.reserved_by if now.state == CaseState.QUEUED else None)
    said = (
        f"{who.short_name} has {now.ref}."
        if who
        else f"{now.ref} is no longer waiting: {now.get_state_display()}."
    )
    return Stale(said, who=who.short_name if who else "", state=now.state)


def lost(case: Case, actor: User) -> Stale:
    """The refusal of a decision whose lease is over, or whose case has moved on meanwhile."""
    now = Case.objects.select_related("holder").get(pk=case.pk)
    if now.holder_id == actor.pk and now.claim_token == case.claim_token and now.version != case.version:
        return Stale(f"{now.ref} has changed since you opened it. Your draft is kept.", moved=True)
    who = now.holder.short_name if now.holder and now.holder_id != actor.pk else ""
    has = f"{who} has it now." if who else "It went back to the queue."
    return Stale(f"You no longer hold {now.ref}. {has} Your draft is kept.", who=who, state=now.state)


def take_turn(actor: User) -> None:
    """Let one person's claims follow one another: two at once must not both be their last free place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TURN, actor.pk])


def _first(actor: User, but: tuple[UUID, ...]) -> Moved | None:
    """Look further and further, in the end waiting for locks: nobody is told "empty" while a case waits for
    them. What comes first is taken or nothing: a large case must not wait for ever behind small ones.
    """
    order = Order(actor, but)
    for look, lock in LOOKS:
        cases = fitting(order.next(look, lock), actor, but)
        moved = move_all(cases, EventKind.CASE_CLAIMED, actor=actor, data={"by": "next"}, **lease(actor))
        if moved:
            return moved[0]
        if not order.is_there_any() or room_of(actor, but) <= 0:
            return None
    return None


def _refuse_when_full(actor: User, effort: int = 1) -> None:
    """Conflict unless a case of `effort` work units fits beside what they hold."""
    if effort <= (room := room_of(actor)):
        return
    if capacity_of(actor) == 0:
        raise Conflict("You are set to take no cases.")
    if room <= 0:
        raise Conflict(f"You hold {held_by(actor).count()} cases already. Decide or give one back first.")
    raise Conflict("This case takes more than you have room for. Decide or give one back first.")
