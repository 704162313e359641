"""An audit after its answer: what the AI, each reader and whoever decided the case had said, beside each other."""

from dataclasses import dataclass

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import can
from escalations.auditing import Answer, plain
from escalations.choices import AuditRole, AuditState, DrawArm, Verb
from escalations.models import AuditAnswer, AuditGrade, AuditItem
from escalations.permissions import may_see
from escalations.selectors.audits import answer_of_ai, had_a_hand, required_of
from reviews.selectors.audits.options import options_of
from reviews.selectors.words import humanize

AFTERWARDS = (Capability.QUALITY_REVIEW, Capability.AUDIT_ADJUDICATE, Capability.LEDGER_READ)
"""Who may look at a concluded audit."""

ROLES = dict(AuditRole.choices)


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer to one question, and whether it differs from the AI's."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One question with the AI's answer and the readers'."""

    label: str
    ai: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Revealed:
    """`readers` head the columns after the AI's. `mine` is the looker's own answer, `grade` its rubric."""

    item: AuditItem
    settled: bool
    score: int
    readers: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[tuple[str, str], ...]
    decision: str
    ref: str
    mine: AuditAnswer | None
    grade: AuditGrade | None
    settles: bool  # the looker may settle the disagreement


def may_look(actor: User, item: AuditItem, answers: list[AuditAnswer]) -> bool:
    """After one's own answer; once it is concluded; or to settle a disagreement."""
    if any(answer.user_id == actor.pk for answer in answers):
        return True
    if item.state == AuditState.DONE:
        return any(can(actor, one, item.case) for one in AFTERWARDS)
    return may_settle(actor, item, answers)


def may_settle(actor: User, item: AuditItem, answers: list[AuditAnswer]) -> bool:
    """Is it theirs to adjudicate?"""
    return (
        item.state == AuditState.DISPUTED
        and bool(can(actor, Capability.AUDIT_ADJUDICATE, item.case))
        and not any(answer.user_id == actor.pk for answer in answers)
        and not had_a_hand(actor, item.case)
    )


def revealed(actor: User, item: AuditItem, answers: list[AuditAnswer]) -> Revealed:
    """The page of an audit that `actor` may look at. Before it is concluded a reader sees no other reader's answer."""
    settles = may_settle(actor, item, answers)
    everything = item.state == AuditState.DONE or settles
    shown = [one for one in answers if everything or one.user_id == actor.pk]
    mine = next((one for one in answers if one.user_id == actor.pk), None)
    return Revealed(
        item=item, settled=item.draw.arm == DrawArm.SETTLED, score=round(100 * item.draw.score),
        readers=tuple("You" if one.user_id == actor.pk else str(ROLES[one.role]) for one in shown),
        rows=_rows(item, shown), notes=tuple((str(ROLES[one.role]), one.note) for one in shown if one.note),
        decision=_decision(item), ref=item.case.ref if may_see(actor, item.case) else "", mine=mine,
        grade=AuditGrade.objects.filter(answer=mine).first() if mine else None, settles=settles,
    )  # fmt: skip


def _rows(item: AuditItem, shown: list[AuditAnswer]) -> tuple[Row, ...]:
    ai, options = answer_of_ai(item), options_of(item.case_type)
    labels = dict((*options.categories, *options.actions))
    said = [Answer(one.category, one.action, one.values) for one in shown]
    rows = [
        _row(label, getattr(ai, name), [getattr(one, name) for one in said], labels)
        for name, label in (("category", "What the customer wants"), ("action", "What is to be done"))
    ]
    rows += [
        _row(humanize(name), ai.values.get(name, ""), [one.values.get(name, "") for one in said], {})
        for name in required_of(item.case_type)
    ]
    return tuple(rows)


def _row(label: str, ai: str, others: list[str], labels: dict[str, str]) -> Row:
    def words(code: str) -> str:
        return labels.get(code) or (humanize(code) if labels else code) or "not stated"

    return Row(label, words(ai), tuple(Cell(words(one), plain(one) != plain(ai)) for one in others))


def _decision(item: AuditItem) -> str:
    """How the case had been decided, in words."""
    decision = item.draw.decision
    if item.draw.arm == DrawArm.SETTLED:
        return "The AI settled it alone."
    endings = {one["code"]: one["label"] for one in item.case_type.dispositions}
    ending = endings.get(decision.disposition, humanize(decision.disposition))
    return f"A person decided: {Verb(decision.verb).label.lower()}, {ending.lower()}."
