"""After the blind reading: settling a disagreement, and the rubric of whoever has answered (R087)."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import can
from escalations.auditing import Answer
from escalations.choices import AuditRole, AuditState, ErrorGravity, Verdict
from escalations.errors import Conflict, Invalid, NotAllowed, NotVisible
from escalations.models import AuditAnswer, AuditGrade, AuditItem
from escalations.selectors.audits import answer_of_ai, had_a_hand
from reviews.choices import ErrorCause, RubricPart, Stands
from reviews.services.audits import AROUND, Reading, keep_answer
from reviews.services.concluding import finish, said


@dataclass(frozen=True, slots=True)
class Grade:
    """`failed` are the parts of the rubric that do not hold; `cause` is whose error it is, "" when there is none."""

    failed: tuple[str, ...]
    gravity: str
    cause: str = ""
    note: str = ""


@transaction.atomic
def adjudicate(*, item_id: UUID, actor: User, stands: str, note: str, key: str = "") -> AuditAnswer:
    """Settle a disagreement, having seen everything: whose answer `stands` (a Stands). Sent twice, it is the same.

    NotVisible outside their reach, NotAllowed when they had a hand in the case or read it, Conflict when it is settled
    or was never disputed, Invalid without a note or with a reader who is not there.
    """
    items = AuditItem.objects.select_for_update(of=("self",)).select_related(*AROUND)
    item = items.filter(pk=item_id).first()
    if item is None or not can(actor, Capability.AUDIT_ADJUDICATE, item.case):
        raise NotVisible("There is no such audit.")
    answers = {answer.role: answer for answer in AuditAnswer.objects.filter(item=item)}
    last = answers.get(AuditRole.ADJUDICATOR)
    if last is not None and key and (last.user_id, last.key) == (actor.pk, key):
        return last
    if item.state != AuditState.DISPUTED:
        raise Conflict("This audit waits for no adjudicator.")
    if had_a_hand(actor, item.case) or any(answer.user_id == actor.pk for answer in answers.values()):
        raise NotAllowed("You had a hand in this case: somebody else settles it.")
    chosen = _chosen(item, answers, stands, note)
    given = Reading(chosen.category, chosen.action, values=chosen.values, note=note.strip())
    made = keep_answer(item, actor, AuditRole.ADJUDICATOR, given, chosen, key=key)
    finish(item, Verdict.RIGHT if made.agrees else Verdict.WRONG)
    return made


@transaction.atomic
def grade_answer(*, item_id: UUID, actor: User, given: Grade) -> AuditGrade:
    """Keep the rubric of whoever answered, after the reveal. The first one stays: sent twice, it is the same.

    NotVisible for who has not answered; Invalid with messages by field.
    """
    answer = AuditAnswer.objects.select_for_update(of=("self",)).filter(item=item_id, user=actor).first()
    if answer is None:
        raise NotVisible("There is no such audit.")
    if (there := AuditGrade.objects.filter(answer=answer).first()) is not None:
        return there
    problems = {}
    if given.gravity not in ErrorGravity.values:
        problems["gravity"] = "Say how grave it is."
    elif given.gravity != ErrorGravity.NONE and given.cause not in ErrorCause.values:
        problems["cause"] = "Say whose error it is."
    if problems:
        raise Invalid("The rubric is not complete.", problems)
    cause = given.cause if given.gravity != ErrorGravity.NONE else ""
    rubric = {part: part not in given.failed for part in RubricPart.values}
    return AuditGrade.objects.create(
        answer=answer, rubric=rubric, gravity=given.gravity, cause=cause, note=given.note
    )


def _chosen(item: AuditItem, answers: dict[str, AuditAnswer], stands: str, note: str) -> Answer:
    problems = {}
    if stands not in Stands.values:
        problems["stands"] = "Say whose answer stands."
    if not note.strip():
        problems["note"] = "Say why: both readers will see it."
    if problems:
        raise Invalid("The decision is not complete.", problems)
    match stands:
        case Stands.AI:
            return answer_of_ai(item)
        case Stands.FIRST | Stands.SECOND:
            return said(answers[stands])
        case _:  # differs from every answer there is: in everything
            return Answer("", "", {})
