"""Keeping a claim, giving it back, passing it on; and the soft reservation of the case after it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest, Now

from accounts.choices import EventKind
from accounts.models import User
from escalations.choices import AlertKind, CaseState
from escalations.errors import Invalid, Stale
from escalations.models import Case
from escalations.planting import planted
from escalations.services.alerting import raise_alert
from escalations.transitions import Moved, inserting, move, touch
from reviews.choices import SkipReason
from reviews.models import Skip
from reviews.selectors.term import renewed_end
from reviews.selectors.working_order import Order
from reviews.services.waking import wake

SKIPS_THAT_ALARM = 3
"""So many skips of one case, and a supervisor watches it."""


def heartbeat(*, ref: str, actor: User, token: int) -> datetime:
    """Renew the lease of a live page; returns its new end. Stale when it is lost or the cap is reached."""
    held = Case.objects.filter(
        ref=ref, state=CaseState.CLAIMED, holder=actor, claim_token=token, lease_until__gt=Now()
    )
    renewed = touch(held, lease_until=renewed_end())
    if not renewed or renewed[0].lease_until is None:
        raise Stale("The lease is over. Your draft is kept.")
    return renewed[0].lease_until


@transaction.atomic
def release_case(*, case: Case, actor: User) -> Moved:
    """Give the case back to its queue. Stale when `actor` does not hold it."""
    wake()
    return move(_theirs(case, actor), EventKind.CASE_RELEASED, actor=actor, data={})


@transaction.atomic
def skip_case(*, case: Case, actor: User, reason: str) -> Moved:
    """Pass the case on with a reason; it is not offered to `actor` again for HANDRAIL_SKIP_SECONDS."""
    wake()
    reason = reason.replace("\x00", "").strip()[:200]
    if not reason:
        raise Invalid("Say why you pass it on.", {"reason": "Say why you pass it on."})
    skips = (
        Skip.objects.filter(case=case).exclude(reason="").count() + 1
    )  # without those who knew a planted one
    until = Now() + timedelta(seconds=settings.HANDRAIL_SKIP_SECONDS)
    watched = {"oversee": True} if skips >= SKIPS_THAT_ALARM else {}
    code = reason if reason in SkipReason.values else SkipReason.OTHER
    moved = move(
        _theirs(case, actor), EventKind.CASE_SKIPPED, actor=actor, data={"reason": code, "skips": skips},
        also=[inserting(Skip(case=case, user=actor, reason=reason, until=until))], **watched,
    )  # fmt: skip
    if watched and not planted(case.pk):
        raise_alert(
            AlertKind.SKIPS, str(case.pk), severity=case.severity, case_id=case.pk, client_id=case.client_id,
            queue_id=case.queue_id, data={"skips": skips},
        )  # fmt: skip
    return moved


def reserve_next(*, actor: User, after: Case | None = None) -> Case | None:
    """`keep_next`, for whoever needs the case itself."""
    kept = keep_next(actor=actor, after=after)
    return Case.objects.get(pk=kept.id) if kept else None


def keep_next(*, actor: User, after: Case | None = None) -> Moved | None:
    """Keep the next case back for `actor` for HANDRAIL_RESERVATION_SECONDS, so that it may be shown before
    it is claimed.

    A reservation still in force is renewed, not added to. None on a break or when nothing waits. Nothing is
    recorded: it is theirs only once it is opened.
    """
    if actor.on_break_since is not None:
        return None
    order = Order(actor, (after.pk,) if after else (), keep=True)
    until = Now() + timedelta(seconds=settings.HANDRAIL_RESERVATION_SECONDS)
    with transaction.atomic():
        longer = Greatest(until, F("reserved_until"))  # one that is held out to them stays so
        kept = touch(order.next(8), reserved_by=actor, reserved_until=longer)
    return kept[0] if kept else None


def _theirs(case: Case, actor: User) -> QuerySet[Case]:
    return Case.objects.filter(pk=case.pk, state=CaseState.CLAIMED, holder=actor)
