"""One tier up: what happens when a tier's time is over (R048, R051)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from accounts.choices import EventKind
from escalations.choices import CaseState
from escalations.models import Case, Queue
from escalations.selectors.tiers import next_queue, tier_rule
from escalations.selectors.trees import tree_for
from escalations.services.entering import facts_on_the_way
from escalations.transitions import Moved, move_all
from escalations.trees import Step, walk

RISES_FROM = (CaseState.QUEUED, CaseState.CLAIMED, CaseState.SNOOZED)


def raise_case(
    *, case_id: UUID, because: str, actor: Actor = None, data: Mapping[str, Any] = {}
) -> Moved | None:
    """Move a case that waits or is worked one tier up, once per call, in the caller's transaction.

    Whoever held it loses it and keeps the draft; the next tier's queue owner answers for it from that moment.
    None when it stands on the highest tier, or is in no state to rise. `because` is a code.
    """
    around = "queue", "client", "case_type", "routing"
    cases = Case.objects.select_for_update(of=("self",)).select_related(*around)
    case = cases.filter(pk=case_id, state__in=RISES_FROM).first()
    target, path = _next(case) if case is not None else (None, ())
    if case is None or target is None:
        return None
    rule = tier_rule(case.client_id, target.tier)
    told = {
        "from": {"state": case.state, "queue": case.queue_slug, "tier": case.tier, "holder": case.holder_id},
        "to": {"queue": target.slug, "tier": target.tier, "owner": rule.owner_id if rule else target.owner_id},
        "because": because,
        "path": [f"{step.node} {step.answer}" for step in path],
    }  # fmt: skip
    moved = move_all(
        Case.objects.filter(pk=case.pk, version=case.version), EventKind.CASE_RAISED, actor=actor,
        data={**told, **data}, queue=target, tier=target.tier, wake_at=None,
    )  # fmt: skip
    return moved[0] if moved else None


def _next(case: Case) -> tuple[Queue | None, tuple[Step, ...]]:
    """What the case's own tree says of the next tier (an outage is the engineers' from there); where it names no
    queue so high, the ladder.
    """
    queues = {queue.pk: queue for queue in Queue.objects.all()}
    tree = tree_for(case.client_id, case.case_type_id)
    found = walk(tree.document, facts_on_the_way(case, case.tier + 1)) if tree is not None else None
    for queue in queues.values():
        if found is not None and queue.slug == found.queue and queue.tier > case.tier:
            return queue, found.path
    return next_queue(case, queues), ()
