"""What blind audits say of the AI: labels to certify with, and what the AI had answered (R087)."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.choices import ActorKind
from accounts.models import Event, User
from escalations.auditing import NO_ACTION, Answer
from escalations.autonomy.labels import Label
from escalations.choices import DrawArm, Verdict
from escalations.models import AuditAnswer, AuditItem, BlindLabel, Case, CaseType, ExtractedField, Handoff


def labels_of(
    case_type_id: int, since: datetime | None = None, model_version: str | None = None
) -> list[Label]:
    """The blind labels of a case type in the order in which they came: settled cases and candidates alike.

    `since` (aware) and `model_version` leave out what came before, or from another model.
    """
    found = BlindLabel.objects.filter(case_type=case_type_id)
    if since is not None:
        found = found.filter(at__gte=since)
    if model_version is not None:
        found = found.filter(model_version=model_version)
    rows = found.order_by("at", "pk").values_list("score", "wrong", "probability")
    return [Label(*row) for row in rows]


def answer_of_ai(item: AuditItem) -> Answer:
    """What the AI had answered, settled or not, with the required values only. `item` has its draw's decision and its
    case type loaded.
    """
    decision = item.draw.decision
    if item.draw.arm == DrawArm.SETTLED:
        values, proposed = dict(decision.values), decision.action
    else:
        values, proposed = _read(item.case_id), _proposed(decision.seen)
    return Answer(
        category=str((decision.scores or {}).get("category") or ""),
        action=str(proposed.get("action") or NO_ACTION),
        values={name: str(values.get(name, "")) for name in required_of(item.case_type)},
    )


def truth_of(item: AuditItem) -> Answer | None:
    """What a concluded audit found to be right, None before that or where nobody's answer was. `item` as for
    `answer_of_ai`.
    """
    if item.verdict == Verdict.RIGHT:
        return answer_of_ai(item)
    last = AuditAnswer.objects.filter(item=item).order_by("at").last()
    if item.verdict != Verdict.WRONG or last is None or not last.category:
        return None
    return Answer(
        last.category, last.action, last.values
    )  # the second of two equal ones, or the adjudicator's


def required_of(case_type: CaseType) -> tuple[str, ...]:
    """The names of the values that a case of this type must have."""
    return tuple(str(name) for name in case_type.rules.get("required_fields") or ())


def had_a_hand(user: User, case: Case) -> bool:
    """Has this person done anything with the case but audit it, or watched over it?"""
    return case.overseer_id == user.pk or _lines_of(user).filter(stream=case.pk).exists()


def clean_of(items: QuerySet[AuditItem], user: User) -> QuerySet[AuditItem]:
    """The twin of `had_a_hand`: items about cases in which this person had none."""
    clean = ~Exists(_lines_of(user).filter(stream=OuterRef("case_id")))
    return items.filter(clean).exclude(case__overseer=user)


def _lines_of(user: User) -> QuerySet[Event]:
    theirs = Event.objects.filter(actor_kind=ActorKind.HUMAN, actor_id=str(user.pk))
    return theirs.exclude(kind__startswith="audit.")


def _read(case_id: Any) -> dict[str, str]:
    """The surest reading of each field."""
    rows = ExtractedField.objects.filter(case=case_id).values_list("name", "value", "confidence")
    return {name: value for name, value, _ in sorted(rows, key=lambda row: row[2] or 0.0)}


def _proposed(seen: dict[str, Any]) -> dict[str, Any]:
    package = Handoff.objects.filter(pk=seen.get("handoff") or 0).values_list("package", flat=True).first()
    return dict((package or {}).get("proposed") or {})
