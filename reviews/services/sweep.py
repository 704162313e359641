"""What the clock does by itself: leases run out, snoozes and holds end. Any number of sweepers may run at
once.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.choices import EventKind
from escalations.choices import CaseState
from escalations.models import Case, Hold
from escalations.services.timing import retime
from escalations.transitions import move_all

BATCH = 500  # rows a sweep takes at most, so that it never holds many locks for long


def expire_leases(*, only: Case | None = None) -> int:
    """Put cases whose lease ran out back into their queues; how many. `only` looks at one case."""
    held = Hold.objects.values("case")  # a few rows a person, and all of them are looked at
    ended = Case.objects.filter(state=CaseState.CLAIMED, lease_until__lte=Now(), pk__in=held)
    return _sweep(ended.filter(pk=only.pk) if only else ended, EventKind.CASE_LEASE_EXPIRED)


def wake_cases() -> int:
    """Bring back cases whose snooze, hold or time with the AI has ended; how many."""
    return _sweep(Case.objects.filter(wake_at__lte=Now()), EventKind.CASE_WOKEN)


@transaction.atomic
def _sweep(due: QuerySet[Case], kind: EventKind) -> int:
    """Lock what nobody else is sweeping, in one order, and move it; what changed in between stays."""
    mine = due.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH]
    cases = due.filter(pk__in=list(mine))
    moved = move_all(cases, kind, actor=None, data={}, wake_at=None)
    if kind == EventKind.CASE_WOKEN:  # the wait is over: what it paused runs on
        retime([one.id for one in moved])
    return len(moved)
