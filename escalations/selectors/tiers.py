"""Which tier rule holds where: a client's own, else everybody's."""

from escalations.models import Case, Queue, TierRule

HIGHEST = 3


def tier_rule(client_id: int, number: int) -> TierRule | None:
    """The rule of tier `number` for a client, with its owner; None only where no tiers were ever made."""
    rules = TierRule.objects.select_related("owner").filter(number=number)
    own, everybodys = rules.filter(client=client_id), rules.filter(client=None)
    return own.first() or everybodys.first()


def next_queue(case: Case) -> Queue | None:
    """Where `case` goes when its tier's time is over, or None from the highest tier.

    Along `raises_to` from its queue to the first queue above the case's own tier; where that leads nowhere, the
    lowest queue above it, "supervisors" before its equals.
    """
    queues = {queue.pk: queue for queue in Queue.objects.all()}
    queue, seen = queues.get(case.queue_id or 0), set[int]()
    while queue is not None and queue.raises_to_id and queue.pk not in seen:
        seen.add(queue.pk)
        queue = queues[queue.raises_to_id]
        if queue.tier > case.tier:
            return queue
    above = [queue for queue in queues.values() if queue.tier > case.tier]
    return min(above, key=lambda queue: (queue.tier, queue.slug != "supervisors", queue.slug), default=None)
