"""Putting a settled case before people again."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.choices import Capability, EventKind
from accounts.ledger import commitment, new_salt
from accounts.models import User
from accounts.permissions import can
from escalations.choices import ReasonCode
from escalations.clocks import rank_at
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Case
from escalations.planting import planted
from escalations.services.settling import take_back
from escalations.services.timing import retime
from escalations.transitions import Moved, inserting, move
from reviews.models import Flag


@transaction.atomic
def flag_case(*, case: Case, actor: User, reason: str) -> Moved:
    """Send a case that was settled to its queue, with the reason MANUAL_FLAG. `case` has type, client, queue loaded.

    A settlement still inside its undo window is taken back; an older one stands until the next decision overrides it.
    Raises NotAllowed, Invalid without a reason, Stale when the case is not settled or has moved on.
    """
    if not (verdict := can(actor, Capability.CASE_FLAG, case)):
        raise NotAllowed(f"You may not flag {case.ref}: {verdict.rule}.")
    if planted(case.pk):  # nothing was settled
        raise Conflict(f"{case.ref} has ended and does not come back.")
    reason = reason.replace("\x00", "").strip()[:300]
    if not reason:
        raise Invalid("Say what looks wrong.", {"reason": "Say what looks wrong."})
    flag = Flag(case=case, user=actor, reason=reason, salt=new_salt())
    due_at = timezone.now() + timedelta(minutes=case.case_type.sla_minutes)
    weight = case.client.weight + case.case_type.weight - 1
    moved = move(
        Case.objects.filter(pk=case.pk, version=case.version), EventKind.CASE_FLAGGED, actor=actor,
        data={"reason": ReasonCode.MANUAL_FLAG, "commitments": {"text": commitment(bytes(flag.salt), reason)}},
        also=[inserting(flag)], resolved_at=None, closed_at=None, due_at=due_at,
        queue_id=case.queue_id or case.case_type.default_queue_id,
        rank_at=rank_at(severity=case.severity, due_at=due_at, weight=weight),
        reason_codes=sorted({*case.reason_codes, ReasonCode.MANUAL_FLAG}),
    )  # fmt: skip
    take_back(case)
    retime([case.pk])
    return moved
