"""How far the AI of a case type may go at this moment."""

from typing import Any

from django.db.models import F, FilteredRelation, Q

from escalations.choices import Autonomy, BreakerState
from escalations.models import Breaker, CaseType
from escalations.rules import Standing

_NOW: dict[str, Any] = {
    "level": F("autonomy"),
    "state": F("breaker__state"),
    "certified": F("standing__threshold"),
    "model": F("standing__model_version"),
}


def standing_of(case_type_id: int) -> Standing:
    """As the database has it now; one statement, no lock."""
    live = FilteredRelation("certificates", condition=Q(certificates__ended_at__isnull=True))
    row: Any = (
        CaseType.objects.annotate(standing=live).filter(pk=case_type_id).values("threshold", **_NOW).get()
    )
    return Standing(
        level=row["level"], tripped=row["state"] != BreakerState.CLOSED, threshold=row["threshold"],
        certified=row["certified"], model=row["model"] or "",
    )  # fmt: skip


def held_standing(case_type: CaseType) -> Standing:
    """The same for whoever may settle by it: until the transaction ends nobody stops the AI of this type, takes its
    certificate or its level. `case_type` as it was read; one that was not autonomous is not held, for nothing of it is
    settled. Two statements, or one.
    """
    if case_type.autonomy == Autonomy.AUTONOMOUS:
        # waits for whoever trips the breaker; the statement after this one sees what they wrote
        list(Breaker.objects.raw(_HOLD, [case_type.pk]))
    return standing_of(case_type.pk)


_HOLD = "SELECT case_type_id, state FROM escalations_breaker WHERE case_type_id = %s FOR SHARE"
