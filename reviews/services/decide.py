"""One decision: the case moves, the decision and what it teaches are written, the next case is claimed. All
or none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from escalations.choices import CaseState
from escalations.errors import Invalid, NotAllowed, NotVisible, Stale
from escalations.models import Case, Decision
from escalations.selectors.cases import case_for
from escalations.transitions import Moved, move
from reviews.permissions import may_claim, may_decide, verbs_for
from reviews.services import claim, outcomes, records
from reviews.services.rules import Allowed, Submission, changes, problems, readings


@dataclass(frozen=True, slots=True)
class Opened:
    """The next case, already the decider's: enough to answer a page that shows it, and to answer so again."""

    id: UUID
    ref: str
    version: int
    token: int
    lease_until: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it: the decision, how long it can be undone, the next case if one was claimed."""

    id: UUID
    ref: str
    verb: str
    undo_seconds: int
    next: Opened | None
    opened: bool = False  # the next case is the one that the page had prefetched
    replayed: bool = False


def decide_case(
    *, case: Case, actor: User, given: Submission, key: str = "", opened: str = "", stay: bool = False
) -> Decided:
    """Decide `case` (from `selectors.deciding.case_to_decide`) as `actor`, who must hold it under the given
    token.

    `key` makes a repetition answer as the first did. `opened` is the reference of the prefetched case on
    screen, which becomes theirs; otherwise, or when somebody else has it, the next in their order does,
    unless they `stay`. Raises NotAllowed, Invalid with messages per field, or Stale when the lease is lost
    or the case has changed.
    """
    if key and case.keyed_id:  # type: ignore[attr-defined]  # annotated by case_to_decide
        return _again(case, actor, key)
    if not (verdict := may_decide(actor, case)):
        raise NotAllowed(f"You may not decide {case.ref}: {verdict.rule}.")
    _still_theirs(case, actor, given)
    allowed = allowed_for(case)
    if errors := problems(given, allowed, timezone.now()):
        raise Invalid("The decision is not complete.", errors)
    try:
        with transaction.atomic():
            return _decide(case, actor, given, allowed, key, opened, stay)
    except Stale:
        if key and Decision.objects.filter(user=actor, key=key).exists():
            return _again(case, actor, key)
        raise claim.lost(case, actor) from None


def allowed_for(case: Case) -> Allowed:
    """What the case lets its holder say, as plain values."""
    return Allowed(
        verbs=verbs_for(case),
        dispositions=[str(one["code"]) for one in case.case_type.dispositions],
        targets=case.target_slugs,  # type: ignore[attr-defined]
        fields=readings(case.field_rows),  # type: ignore[attr-defined]
    )


def _decide(
    case: Case, actor: User, given: Submission, allowed: Allowed, key: str, opened: str, stay: bool
) -> Decided:
    shown = _open(actor, opened) if opened else None
    following = shown or (None if stay else claim.swap_next(actor=actor, deciding=case))
    after = {"next": _recipe(following), "opened": shown is not None}
    changed = changes(given, allowed)
    decision = records.decision_of(case, actor, given, changed, key=key, after=after)
    outcome = outcomes.of(case, given)
    held = Case.objects.filter(
        pk=case.pk, holder=actor, claim_token=given.claim_token, version=given.version, lease_until__gt=Now()
    )  # fmt: skip
    move(
        held, outcome.kind, actor=actor, data=records.told(case, decision, given, changed, outcome),
        also=records.rows(case, decision, given, changed), **outcome.changes,
    )  # fmt: skip
    return _answer(case.ref, decision)


def _open(actor: User, ref: str) -> Moved | None:
    """The prefetched case, if it can still be theirs."""
    try:
        case = case_for(actor, ref, among=Case.objects.select_related("queue"))
    except NotVisible:
        return None
    return claim.try_open(case=case, actor=actor, data={"by": "opened"}) if may_claim(actor, case) else None


def _still_theirs(case: Case, actor: User, given: Submission) -> None:
    """Tell early, in words, what the fence in `_decide` would refuse anyway."""
    if case.state != CaseState.CLAIMED or case.holder_id != actor.pk or case.claim_token != given.claim_token:
        raise claim.lost(case, actor)
    if case.version != given.version:
        raise Stale(f"{case.ref} has changed since you opened it. Your draft is kept.", moved=True)


def _again(case: Case, actor: User, key: str) -> Decided:
    """The first answer to this key, once more."""
    first = Decision.objects.select_related("case").get(user=actor, key=key)
    if first.case_id != case.pk:
        raise Invalid("This key was used for another case.", {"key": "used for another case"})
    if first.standing == Decision.Standing.UNDONE:
        raise Stale(f"The decision on {case.ref} was taken back.")
    return _answer(case.ref, first, replayed=True)


def _answer(ref: str, decision: Decision, replayed: bool = False) -> Decided:
    following = decision.seen["next"]
    return Decided(
        decision.pk, ref, decision.verb, decision.seen["undo_seconds"], _opened(following),
        opened=decision.seen["opened"], replayed=replayed,
    )  # fmt: skip


def _opened(recipe: Mapping[str, Any] | None) -> Opened | None:
    if recipe is None:
        return None
    return Opened(UUID(recipe["id"]), recipe["ref"], recipe["version"], recipe["token"], recipe["lease"])


def _recipe(moved: Moved | None) -> Mapping[str, Any] | None:
    if moved is None or moved.lease_until is None:
        return None
    return {
        "id": str(moved.id), "ref": moved.ref, "version": moved.version, "token": moved.claim_token,
        "lease": moved.lease_until.isoformat(),
    }  # fmt: skip
