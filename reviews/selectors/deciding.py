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
    "case_type": ("mode", "dispositions", "undo_seconds"),
    "queue": ("slug",),
    "agent": ("version",),
    "policy": ("digest",),
    "triage": ("model_version", "inputs_hash"),
    "handoff": ("package",),
}

STANDING = """
SELECT d.id FROM escalations_decision d WHERE d.case_id = c.id AND d.standing <> 'undone'
ORDER BY d.created_at DESC LIMIT 1
"""

KEYED = "SELECT d.id FROM escalations_decision d WHERE d.user_id = %s AND d.key = %s AND d.key <> ''"

TARGETS = """
SELECT json_agg(q.slug ORDER BY q.tier, q.name) FROM escalations_queue q
WHERE q.tier >= c.tier AND q.id <> c.queue_id
"""

SETTLES = """
SELECT json_agg(json_build_array(r.number, r.authority::text) ORDER BY r.client_id NULLS FIRST)
FROM escalations_tierrule r WHERE r.client_id = c.client_id OR r.client_id IS NULL
"""


@dataclass(frozen=True, slots=True)
class ToDecide:
    """A case with the fields the AI read, the queues it may be sent to, the decision in force, the one that this
    person made under the request's key, and the largest amount (None: any) that each tier settles.
    """

    case: Case
    fields: list[dict[str, Any]]
    targets: list[str]
    standing: UUID | None
    keyed: UUID | None
    settles: dict[int, Decimal | None]


def case_to_decide(actor: User, ref: str | UUID, key: str = "") -> ToDecide:
    """The case of that reference for `actor`; NotVisible when it is not for their eyes."""
    case, beside = read_case(actor, ref, _sql(), [actor.pk, key], WANTED)
    standing, keyed = (UUID(beside[name]) if beside[name] else None for name in ("standing", "keyed"))
    settles = {
        tier: Decimal(most) if most else None for tier, most in beside["settles"] or ()
    }  # own rules last
    return ToDecide(case, beside["fields"] or [], beside["targets"] or [], standing, keyed, settles)


@cache
def _sql() -> str:
    return statement(WANTED, fields=FIELDS, targets=TARGETS, standing=STANDING, keyed=KEYED, settles=SETTLES)
