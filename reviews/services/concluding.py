"""What answers add up to: right, wrong, one more reader, or a disagreement that an adjudicator settles (R087)."""

from django.db.models.functions import Now

from escalations.auditing import Answer, differences
from escalations.choices import AlertKind, AuditRole, AuditState, DrawArm, Verdict
from escalations.models import AuditAnswer, AuditItem, BlindLabel
from escalations.services.alerting import raise_alert
from escalations.services.reopening import reopen_wrong


def conclude(item: AuditItem) -> AuditState:
    """Move a locked `item` on after an answer, in the caller's transaction; where it now stands.

    One reader who agrees with the AI ends it, unless it is read twice by plan. Two equal answers against the AI make
    it wrong. Readers who differ from each other go to an adjudicator: with one voice for the AI and one against, too,
    so that a single doubt never counts for the AI.
    """
    answers = {answer.role: answer for answer in AuditAnswer.objects.filter(item=item)}
    first, second = answers[AuditRole.FIRST], answers.get(AuditRole.SECOND)
    if second is None:
        if first.agrees and not item.double:
            return finish(item, Verdict.RIGHT)
        return _wait(item, AuditState.SECOND)
    if first.agrees and second.agrees:
        return finish(item, Verdict.RIGHT)
    if not first.agrees and not second.agrees and not differences(said(first), said(second)):
        return finish(item, Verdict.WRONG)
    raise_alert(
        AlertKind.AUDIT_DISPUTE, str(item.pk), client_id=item.case.client_id, data={"audit": str(item.pk)}
    )
    return _wait(item, AuditState.DISPUTED)


def finish(item: AuditItem, verdict: Verdict) -> AuditState:
    """Conclude: the verdict, its label, and if the AI had settled the case wrongly, the case before people again."""
    draw, wrong = item.draw, verdict == Verdict.WRONG
    AuditItem.objects.filter(pk=item.pk).update(
        state=AuditState.DONE, verdict=verdict, done_at=Now(), holder=None, lease_until=None
    )
    BlindLabel.objects.create(
        item=item, case_type_id=item.case_type_id, score=draw.score, wrong=wrong, probability=draw.probability,
        model_version=draw.model_version, policy_id=draw.policy_id, settled=draw.arm == DrawArm.SETTLED,
    )  # fmt: skip
    if wrong and draw.arm == DrawArm.SETTLED:
        reopen_wrong(item)
    return AuditState.DONE


def said(answer: AuditAnswer) -> Answer:
    """An answer as it is compared."""
    return Answer(answer.category, answer.action, answer.values)


def _wait(item: AuditItem, state: AuditState) -> AuditState:
    AuditItem.objects.filter(pk=item.pk).update(state=state, holder=None, lease_until=None)
    return state
