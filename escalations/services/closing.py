"""Making a decision final once nobody can take it back any more."""

from django.db import transaction
from django.db.models.functions import Now

from accounts.choices import EventKind
from escalations.choices import CaseState
from escalations.models import Case, Decision, Job
from escalations.services import auditing, due
from escalations.services.timing import retime
from escalations.transitions import move

ENDED = (CaseState.RESOLVED, CaseState.AUTO_RESOLVED)


def close_case(job: Job) -> None:
    """Make the job's decision final, and close the case if the decision ended it. Finishes the job.

    A decision that was taken back, or is final already, is left as it is: running this twice does nothing more. Its
    clocks stop at the time of the decision, each with whether it was met (R055). What the AI settled, or might have,
    takes part in its week's audit draw (R087).
    """
    with transaction.atomic():
        decision = Decision.objects.select_related("case").get(pk=job.payload["decision"])
        cases = Case.objects.select_for_update(of=("self",)).select_related(*auditing.AROUND)
        case = cases.get(pk=decision.case_id)
        pending = Decision.objects.filter(pk=decision.pk, standing=Decision.Standing.PENDING)
        if pending.update(standing=Decision.Standing.FINAL) and case.state in ENDED:
            move(
                Case.objects.filter(pk=case.pk), EventKind.CASE_CLOSED, actor=None,
                data={"decision": decision.pk, "verb": decision.verb, "disposition": decision.disposition},
                closed_at=Now(),
            )  # fmt: skip
            retime([case.pk])
            auditing.draw_case(case, decision)
        due.finish(job)
