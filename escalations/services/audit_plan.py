"""How much of a case type is audited: never below 5 % without a reason that stands in the ledger (R087)."""

from django.db import transaction
from django.db.models.functions import Now
from django.forms.models import model_to_dict

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.ledger import commitment, record, stream_of
from accounts.models import User
from accounts.permissions import scopes_of
from escalations.autonomy.draw import LEAST
from escalations.errors import Invalid, NotAllowed
from escalations.models import AuditPlan, CaseType

RATES = ("rate", "learning_rate", "risk_rate")


@transaction.atomic
def save_plan(
    *,
    case_type: CaseType,
    actor: Actor,
    rate: float,
    learning_rate: float,
    risk_rate: float = 0.0,
    because: str = "",
) -> AuditPlan:
    """Set the rates (0 to 1) of a type; the change is one event with what was before and is now.

    Invalid names the field: no probability, or below 5 % without a reason. NotAllowed for whoever may not set what the
    AI may do for this client. What is drawn already keeps the rate that it was drawn with.
    """
    _may(actor, case_type)
    because = because.replace("\x00", "").strip()[:300]
    if problems := _problems(rate, learning_rate, risk_rate, because):
        raise Invalid("Not saved.", problems)
    CaseType.objects.select_for_update().get(pk=case_type.pk)  # two editors take turns
    there = AuditPlan.objects.filter(case_type=case_type).first() or AuditPlan(case_type=case_type)
    before = model_to_dict(there, RATES)
    there.rate, there.learning_rate, there.risk_rate = rate, learning_rate, risk_rate
    there.because = because if rate < LEAST else ""
    after = model_to_dict(there, RATES)
    if before == after and there.pk is not None:
        return there
    there.changed_at = Now()
    there.changed_by = actor if isinstance(actor, User) else None
    there.save()
    told = (
        {"reason": commitment(f"audit-plan-{case_type.pk}".encode(), there.because)} if there.because else {}
    )
    record(
        stream_of("audit", case_type.client_id), kind=EventKind.AUDIT_RATE_CHANGED, actor=actor, type=case_type.slug,
        before=before, after=after, exception=rate < LEAST, commitments=told,
    )  # fmt: skip
    return there


def _problems(rate: float, learning_rate: float, risk_rate: float, because: str) -> dict[str, str]:
    found = {}
    if not 0 < rate <= 1:
        found["rate"] = "More than 0 and at most 100 %."
    elif rate < LEAST and not because:
        found["because"] = "Below 5 % only with a reason: it stands in the audit trail."
    if not 0 < learning_rate <= 1:
        found["learning_rate"] = "More than 0 and at most 100 %."
    elif rate > learning_rate:
        found["learning_rate"] = "Not less than the rate of what is settled."
    if not 0 <= risk_rate <= 1:
        found["risk_rate"] = "From 0 to 100 %."
    return found


def _may(actor: Actor, case_type: CaseType) -> None:
    scopes = scopes_of(actor, Capability.AUTONOMY_EDIT)
    if actor is not None and not any(scope.client in (None, case_type.client_id) for scope in scopes):
        raise NotAllowed("You may not set how much of this client's work is audited.")
