"""Tiers: made where they are missing, changed by whoever may. None without an owner and a timer (R058)."""

import uuid
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import Client, User
from accounts.permissions import can, scopes_of
from accounts.services.roles import Place
from escalations.choices import Tier
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Queue, TierRule
from escalations.services import due

SHIPPED = {
    # tier: minutes a case may stay, seconds of a claim, the largest amount settled there
    Tier.FRONTLINE: (60, 900, Decimal(5000)),
    Tier.SUPERVISOR: (120, 1800, Decimal(50_000)),
    Tier.EXPERT: (480, 3600, None),
}
LADDER = {Tier.FRONTLINE: "supervisors", Tier.SUPERVISOR: "sme"}
"""Frontline, then supervisors, then experts: what a queue raises to until somebody says otherwise."""
FIRST = ("frontline", "supervisors", "compliance")
"""The queues whose owners answer for a tier until somebody says otherwise."""


def ensure_tiers(*, owner: User | None = None) -> None:
    """Make everybody's three tiers where they are missing; one that somebody changed stays as it is.

    Each is owned by the owner of its ladder's queue, else of a queue of that tier, else by `owner`. Without either
    nothing is made, and no queue can be: the database refuses a queue on a tier that has no rule.
    """
    queues = sorted(Queue.objects.all(), key=lambda queue: queue.slug in FIRST)
    owners = {queue.tier: queue.owner_id for queue in queues}
    TierRule.objects.bulk_create(
        [
            TierRule(
                client=None, number=tier, name=tier.label, owner_id=who, dwell_minutes=dwell, lease_seconds=lease,
                authority=authority,
            )
            for tier, (dwell, lease, authority) in SHIPPED.items()
            if (who := owners.get(tier) or (owner.pk if owner else None))
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def ensure_ladder() -> None:
    """Let each queue that leads nowhere raise to the next tier's own queue, where this desk has one."""
    for tier, slug in LADDER.items():
        target = Queue.objects.filter(slug=slug, tier__gt=tier).first()
        if target is not None:
            Queue.objects.filter(tier=tier, raises_to=None).update(raises_to=target)


def save_tier(*, rule: TierRule, actor: Actor) -> TierRule:
    """Keep a new or changed tier rule; the change is an event with what was before and is now.

    Invalid names the field: no owner, no minutes, a lease under a minute, a tier above its owner's. NotAllowed
    for whoever may not edit the tiers of this client.
    """
    may_edit(actor, rule.client)
    _checked(rule)
    with transaction.atomic():
        before = TierRule.objects.order_by().select_for_update(of=("self",)).filter(pk=rule.pk).first()
        taken = TierRule.objects.filter(client=rule.client, number=rule.number).exclude(pk=rule.pk)
        if taken.exists():
            raise Conflict("There is a rule for this tier and client already: change that one.")
        rule.save()
        record(
            stream_of("tier", rule.pk), kind=EventKind.TIER_CHANGED, actor=actor, tier=rule.number,
            client=rule.client_id, before=_plain(before), after=_plain(rule),
        )  # fmt: skip
        # open clocks follow in the background
        key = f"tier:{rule.pk}:{uuid.uuid4().hex[:12]}"
        due.enqueue("retime", key=key, priority=200, payload={"client": rule.client_id, "after": None})
    return rule


def remove_tier(*, rule: TierRule, actor: Actor) -> None:
    """End a client's own rule: everybody's holds there again. Everybody's own three stay."""
    may_edit(actor, rule.client)
    if rule.client_id is None:
        raise Conflict("Everybody's tiers stay: every queue needs one. Change it instead.")
    with transaction.atomic():
        pk = rule.pk
        before = _plain(rule)
        rule.delete()
        record(
            stream_of("tier", pk), kind=EventKind.TIER_CHANGED, actor=actor, tier=before["number"],
            client=before["client"], before=before, after={},
        )  # fmt: skip


def save_ladder(*, queue: Queue, raises_to: Queue | None, actor: Actor) -> None:
    """Say where a queue's cases go when their tier's time is over. Invalid unless that queue is of a higher tier."""
    may_edit(actor, None)
    if raises_to is not None and raises_to.tier <= queue.tier:
        raise Invalid(
            "Not there.",
            {f"raises_{queue.pk}": f"{raises_to} is on tier {raises_to.tier}: choose a higher one."},
        )
    with transaction.atomic():
        before = Queue.objects.select_for_update().get(pk=queue.pk).raises_to_id
        if before == (raises_to.pk if raises_to else None):
            return
        Queue.objects.filter(pk=queue.pk).update(raises_to=raises_to)
        record(
            stream_of("queue", queue.pk), kind=EventKind.QUEUE_CHANGED, actor=actor, queue=queue.slug,
            before={"raises_to": before}, after={"raises_to": raises_to.pk if raises_to else None},
        )  # fmt: skip


def may_edit(actor: Actor, client: Client | None) -> None:
    """NotAllowed unless `actor` may edit tiers and trees of `client` (None: everybody's)."""
    if actor is None:
        return
    if client is None:  # what holds for everybody is for those who may everywhere
        allowed = any(s.client is None and s.queues is None for s in scopes_of(actor, Capability.SLA_EDIT))
    else:
        allowed = bool(can(actor, Capability.SLA_EDIT, Place(client.pk)))
    if not allowed:
        raise NotAllowed("You may not change tiers and trees there.")


def _checked(rule: TierRule) -> None:
    wrong = {}
    if not rule.owner_id or not rule.owner.is_active:
        wrong["owner"] = "Somebody who works here must answer for this tier."
    if (rule.dwell_minutes or 0) < 1:
        wrong["dwell_minutes"] = "A tier needs a timer of at least one minute."
    if (rule.lease_seconds or 0) < 60:
        wrong["lease_seconds"] = "A claim lasts at least 60 seconds."
    if rule.authority is not None and rule.authority < 0:
        wrong["authority"] = "An amount of nothing or more; leave it empty for any amount."
    if rule.number not in Tier.values:
        wrong["number"] = "There are tiers 1, 2 and 3."
    if wrong:
        raise Invalid("The tier was not saved.", wrong)


def _plain(rule: TierRule | None) -> dict[str, Any]:
    return model_to_dict(rule, exclude=["id"]) if rule is not None else {}
