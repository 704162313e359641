"""Putting a settled case before people again."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.choices import Capability, EventKind
from accounts.models import User
from accounts.permissions import can
from escalations.choices import ReasonCode
from escalations.clocks import rank_at
from escalations.errors import Invalid, NotAllowed
from escalations.models import Case, Decision
from escalations.services import due
from escalations.transitions import Moved, move


@transaction.atomic
def flag_case(*, case: Case, actor: User, reason: str) -> Moved:
    """Send a case that was settled to its queue, with the reason MANUAL_FLAG. `case` has type, client,
    queue loaded.

    A settlement still inside its undo window is taken back; an older one stands until the next decision
    overrides it.
    """
    if not (verdict := can(actor, Capability.CASE_FLAG, case)):
        raise NotAllowed(f"You may not flag {case.ref}: {verdict.rule}.")
    if not reason.strip():
        raise Invalid("Say what looks wrong.", {"reason": "Say what looks wrong."})
    code = reason if reason in ReasonCode.values else "text"
    due_at = timezone.now() + timedelta(minutes=case.case_type.sla_minutes)
    weight = case.client.weight + case.case_type.weight - 1
    settled = Case.objects.filter(pk=case.pk, version=case.version)
    moved = move(
        settled, EventKind.CASE_FLAGGED, actor=actor, data={"reason": code}, resolved_at=None, closed_at=None,
        queue_id=case.queue_id or case.case_type.default_queue_id, due_at=due_at,
        rank_at=rank_at(severity=case.severity, due_at=due_at, weight=weight),
        reason_codes=sorted({*case.reason_codes, ReasonCode.MANUAL_FLAG}),
    )  # fmt: skip
    for made in Decision.objects.filter(case=case, standing=Decision.Standing.PENDING):
        due.cancel("close", key=str(made.pk))
        Decision.objects.filter(pk=made.pk, standing=Decision.Standing.PENDING).update(
            standing=Decision.Standing.UNDONE
        )
    return moved
