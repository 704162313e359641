"""The demo's audits: drawn more often than the 5 % that the product begins with, so that some are there in minutes."""

from escalations.choices import Autonomy
from escalations.models import AuditPlan, CaseType
from escalations.services.audit_plan import save_plan
from escalations.services.auditing import commit_ahead

RATE, LEARNING, RISK = 0.25, 0.5, 0.2


def load_audits() -> None:
    """Commit this week and the next before any case comes; rates of the types that the AI may settle."""
    commit_ahead()
    for kind in CaseType.objects.filter(autonomy=Autonomy.AUTONOMOUS):
        if not AuditPlan.objects.filter(case_type=kind).exists():
            save_plan(case_type=kind, actor=None, rate=RATE, learning_rate=LEARNING, risk_rate=RISK)
