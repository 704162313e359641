"""What is in people's hands: a few rows a person, read once for every figure."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet

from escalations.choices import CaseState
from escalations.models import Case
from reviews.selectors.board.kept import rows_of
from reviews.selectors.board.scope import Floor


class Held(NamedTuple):
    """A case in somebody's hands."""

    ref: str
    subject: str
    case_type: str
    type_slug: str
    severity: int
    tier: int
    queue: str
    due_at: datetime | None
    created_at: datetime
    rank_at: datetime
    holder: int
    holder_name: str
    claimed_at: datetime | None
    effort: int
    id: UUID


def held_on(floor: Floor) -> list[Held]:
    """Every claimed case of the floor, each person's in working order."""
    return [Held(*row) for row in rows_of(floor, _claimed)]


def _claimed(floor: Floor) -> QuerySet[Case, Any]:
    rows = floor.cases.filter(state=CaseState.CLAIMED, hold__isnull=False).order_by(
        "holder_id", "rank_at", "id"
    )
    return rows.values_list(
        "ref", "subject", "case_type__name", "case_type__slug", "severity", "tier", "queue__name", "due_at",
        "created_at", "rank_at", F("holder_id"), "holder__name", "claimed_at", "effort", "id",
    )  # fmt: skip
