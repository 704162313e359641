"""What an audit does to a case that the AI settled wrongly: people get it, and who answers for it is told (R087)."""

from datetime import timedelta

from django.utils import timezone

from accounts.choices import EventKind
from escalations.choices import AlertKind, CaseState, ReasonCode, Severity
from escalations.clocks import rank_at
from escalations.models import AuditItem, Case
from escalations.services.alerting import raise_alert
from escalations.services.settling import take_back
from escalations.services.timing import retime
from escalations.transitions import move

ENDED = (CaseState.AUTO_RESOLVED, CaseState.RESOLVED, CaseState.CLOSED)


def reopen_wrong(item: AuditItem) -> None:
    """Put the item's case before people again with the reason RANDOM_AUDIT, and raise AUDIT_WRONG, in the caller's
    transaction. A case that is open already keeps its place; the settlement stands until a decision overrides it.
    """
    around = ("case_type", "client", "agent")
    case = Case.objects.select_for_update(of=("self",)).select_related(*around).get(pk=item.case_id)
    if case.state in ENDED:
        _reopen(case, item)
    raise_alert(
        AlertKind.AUDIT_WRONG, str(case.pk), severity=Severity.HIGH, case_id=case.pk, client_id=case.client_id,
        queue_id=case.queue_id, to=(case.agent.owner_id,),
        data={"audit": str(item.pk), "type": case.case_type.slug, "score": round(item.draw.score, 4)},
    )  # fmt: skip


def _reopen(case: Case, item: AuditItem) -> None:
    due_at = timezone.now() + timedelta(minutes=case.case_type.sla_minutes)
    severity = min(case.severity, Severity.HIGH)
    weight = case.client.weight + case.case_type.weight - 1
    take_back(case)
    move(
        Case.objects.filter(pk=case.pk), EventKind.CASE_REOPENED, actor=None,
        data={"reason": ReasonCode.RANDOM_AUDIT, "audit": item.pk}, resolved_at=None, closed_at=None, due_at=due_at,
        severity=severity, queue_id=case.queue_id or case.case_type.default_queue_id,
        rank_at=rank_at(severity=severity, due_at=due_at, weight=weight),
        reason_codes=list(dict.fromkeys([ReasonCode.RANDOM_AUDIT.value, *case.reason_codes])),
    )  # fmt: skip
    retime([case.pk])
