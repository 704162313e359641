"""Which tier rule holds where: a client's own, else everybody's."""

from collections.abc import Mapping

from django.db.models import F, Q

from escalations.models import Case, Queue, TierRule


def rules_for(client_id: int) -> dict[int, TierRule]:
    """The rule of each tier for a client, in one statement."""
    rules = TierRule.objects.filter(Q(client=client_id) | Q(client=None)).order_by(
        F("client").asc(nulls_first=True)
    )
    return {rule.number: rule for rule in rules}


def next_queue(case: Case, queues: Mapping[int, Queue]) -> Queue | None:
    """Where the ladder takes `case` when its tier's time is over, or None from the highest tier. `queues` are all.

    Along `raises_to` from its queue to the first queue above the case's own tier; where that leads nowhere, the
    lowest queue above it, "supervisors" before its equals.
    """
    queue, seen = queues.get(case.queue_id or 0), set[int]()
    while queue is not None and queue.raises_to_id and queue.pk not in seen:
        seen.add(queue.pk)
        queue = queues[queue.raises_to_id]
        if queue.tier > case.tier:
            return queue
    above = [queue for queue in queues.values() if queue.tier > case.tier]
    return min(above, key=lambda queue: (queue.tier, queue.slug != "supervisors", queue.slug), default=None)
