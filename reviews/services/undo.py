"""Taking a decision back within its window. A compensating event: nothing is deleted, the decision stays as
undone.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from accounts.choices import EventKind
from accounts.models import User
from escalations.errors import NotVisible, Stale
from escalations.models import Case, Decision
from escalations.planting import planted
from escalations.services import due
from escalations.services.subtasks import reopen_all
from escalations.services.timing import retime
from escalations.transitions import Moved, move
from reviews.services.claim import lease
from reviews.services.drafts import keep_draft

PENDING = Decision.Standing.PENDING


@transaction.atomic
def undo_decision(*, decision_id: UUID, actor: User) -> Moved:
    """Give the case back to whoever decided it, with a new claim token. Only they, and only within
    `undo_until`.

    NotVisible when it is not their decision; Stale when the window is over or somebody has claimed the case
    since (its token has moved on). Undo is not a claim: it may bring them over the number they may hold.
    """
    made = Decision.objects.select_related("case").filter(pk=decision_id, user=actor).first()
    if made is None:
        raise NotVisible("There is no such decision.")
    open_still = Decision.objects.filter(pk=made.pk, standing=PENDING, undo_until__gt=Now())
    if not open_still.exists():
        raise Stale(f"The decision on {made.case.ref} can no longer be taken back.")
    untouched = Case.objects.filter(pk=made.case_id, claim_token=made.claim_token)
    back: dict[str, Any] = {"queue": made.seen["queue"], "tier": made.seen["tier"]}
    moved = move(
        untouched, EventKind.CASE_UNDONE, actor=actor, data={"decision": made.pk},
        wake_at=None, resolved_at=None, **back, **lease(actor, made.seen["tier"]),
    )  # fmt: skip
    if not open_still.update(standing=Decision.Standing.UNDONE):
        raise Stale(f"The decision on {made.case.ref} has become final.")
    if made.seen.get("parts"):  # what this decision ended for other departments is theirs again
        reopen_all(case=made.case, decision=made.pk, actor=actor)
    due.cancel("reveal" if planted(made.case_id) else "close", key=str(made.pk))
    keep_draft(case=made.case, actor=actor, body=_draft_of(made))
    retime([made.case_id])
    return moved


def _draft_of(made: Decision) -> dict[str, Any]:
    """What they had typed, to go on from."""
    texts = {
        "verb": made.verb, "disposition": made.disposition, "reason": made.reason, "note": made.note,
        "reply": made.reply, "instructions": made.action.get("instructions", ""),
    }  # fmt: skip
    fields = {f"f.{name}": value for name, value in made.values.items()}
    errors = {f"e.{one.field}": one.error_type for one in made.corrections.all()}
    return {name: value for name, value in (texts | fields | errors).items() if value}
