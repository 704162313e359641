"""Reading one case in full: its definitions and judgements, the decision in force, its lines in the ledger."""

from django.db.models import QuerySet

from accounts.models import Event
from escalations.models import Case, Decision

PAGE = 200


def case_with_everything() -> QuerySet[Case]:
    """Cases with type, queue, policy, triage, routing and handoff loaded: one statement."""
    return Case.objects.select_related(
        "case_type", "queue", "policy", "triage", "routing", "handoff"
    ).defer("policy__document", "handoff__package")  # fmt: skip


def decision_in_force(case: Case) -> Decision | None:
    """The newest decision that was not taken back."""
    return Decision.objects.filter(case=case).exclude(standing=Decision.Standing.UNDONE).first()


def events_of(case: Case, *, after: int = 0, audits: bool = True) -> tuple[list[Event], bool]:
    """Up to 200 lines of the case's chain after seq `after`, oldest first, and whether there are more. Without `audits`
    those that tell that the case was audited are left out.
    """
    lines = Event.objects.filter(stream=case.pk, seq__gt=after).order_by("seq").defer("body", "prev")
    if not audits:
        lines = lines.exclude(kind__startswith="audit.")
    page = list(lines[: PAGE + 1])
    return page[:PAGE], len(page) > PAGE
