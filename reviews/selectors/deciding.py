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

WANTED: Wanted = {
    "case_type": ("mode", "labels", "dispositions", "undo_seconds"),
    "agent": ("version",),
    "handoff": ("package",),
}

STANDING = """
SELECT d.id FROM escalations_decision d WHERE d.case_id = c.id AND d.standing <> 'undone'
ORDER BY d.created_at DESC LIMIT 1
"""

SPOT = "SELECT c.ctid::text"
"""Where its row lies, so that the decision need not look for it again."""

SETTLES = """
SELECT json_agg(json_build_array(r.number, r.authority::text) ORDER BY r.client_id NULLS FIRST)
FROM escalations_tierrule r WHERE r.client_id = c.client_id OR r.client_id IS NULL
"""


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
    settles = {
        tier: Decimal(most) if most else None for tier, most in beside["settles"] or ()
    }  # own rules last
    targets = [one["slug"] for one in beside["targets"]]
    return ToDecide(case, beside["fields"] or [], targets, standing, settles, beside["spot"])


@cache
def _sql() -> str:
    return statement(WANTED, fields=FIELDS, standing=STANDING, settles=SETTLES, spot=SPOT)
