"""The case as `decide_case` needs it, in one statement."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from accounts.models import User
from escalations.models import Case
from reviews.selectors.case_page import FIELDS
from reviews.selectors.related import Wanted, read_case, statement

WANTED: Wanted = {"handoff": ("package",)}

STANDING = """
SELECT d.id FROM escalations_decision d WHERE d.case_id = c.id AND d.standing <> 'undone'
ORDER BY d.created_at DESC LIMIT 1
"""

SPOT = "SELECT c.ctid::text"
"""Where its row lies, so that the decision need not look for it again."""


@dataclass(frozen=True, slots=True)
class ToDecide:
    """A case with the fields the AI read, the queues it may be sent to, the decision in force, the largest amount
    (None: any) that each tier settles, and where its row lay.
    """

    case: Case
    fields: list[dict[str, Any]]
    targets: list[str]
    standing: UUID | None
    settles: dict[int, Decimal | None]
    spot: str


def case_to_decide(actor: User, ref: str | UUID) -> ToDecide:
    """The case of that reference for `actor`; NotVisible when it is not for their eyes."""
    case, beside = read_case(actor, ref, _sql(), [], WANTED)
    standing = UUID(beside["standing"]) if beside["standing"] else None
    targets = [queue.slug for queue in beside["targets"]]
    return ToDecide(case, beside["fields"] or [], targets, standing, beside["settles"], beside["spot"])


@cache
def _sql() -> str:
    return statement(WANTED, fields=FIELDS, standing=STANDING, spot=SPOT)
