"""One decision: the case moves, the decision and what it teaches are written, the next case is claimed.

All of it or none.
"""

from collections.abc import Sequence

from django.db import IntegrityError
from django.utils import timezone

from accounts.models import User
from accounts.models.sql import Which
from escalations.choices import FINAL_VERBS, CaseState, Unaided
from escalations.errors import Invalid, NotAllowed, NotVisible, Stale
from escalations.models import Case, Decision
from escalations.selectors.cases import case_for
from escalations.services.subtasks import end_all
from escalations.services.timing import retime
from escalations.transitions import Moved, move_all
from reviews.permissions import may_claim, may_decide, verbs_for
from reviews.selectors.authority import beyond_authority
from reviews.selectors.deciding import ToDecide
from reviews.services import claim, outcomes, records
from reviews.services.again import again_when_deadlocked
from reviews.services.decided import Decided, answer_of, first_answer, recipe_of
from reviews.services.outcomes import Outcome
from reviews.services.records import Written
from reviews.services.rules import Allowed, Submission, changes, problems
from reviews.services.waking import wake

HELD = (
    "id = %s AND holder_id = %s AND claim_token = %s AND version = %s AND lease_until > statement_timestamp()"
)
"""Still theirs, as it was when they looked."""

THERE = f"ctid = %s::tid AND {HELD}"
"""The same, where it was: one block instead of a look into an index."""


def decide_case(
    *, asked: ToDecide, actor: User, given: Submission, key: str = "", opened: str = "", stay: bool = False
) -> Decided:
    """Decide a case (from `selectors.deciding.case_to_decide`) as `actor`, who must hold it by the given token.

    `key` makes a repetition answer as the first did. `opened` is the reference of the prefetched case on screen,
    which becomes theirs; otherwise, or when somebody else has it, the next in their order does, unless they `stay`.
    Raises NotAllowed, Invalid with messages per field, or Stale when the lease is lost or the case has changed.
    """
    case = asked.case
    if not _is_theirs(case, actor, given) and _is_used(actor, key):
        return first_answer(case, actor, key)
    if not (verdict := may_decide(actor, case)):
        raise NotAllowed(f"You may not decide {case.ref}: {verdict.rule}.")
    _still_theirs(case, actor, given)
    if case.unaided == Unaided.FIRST and given.verb in FINAL_VERBS:
        raise Invalid("Say first what you would do.", {"action": "Choose what should be done."})
    if errors := problems(given, allowed_for(asked), timezone.now()):
        raise Invalid("The decision is not complete.", errors)
    changed = {one.read.name: one.after for one in changes(given, records.read_of(asked))}
    if errors := beyond_authority(actor, asked, given.verb, changed):
        raise Invalid("That is not yours to settle.", errors)
    try:
        return _decide(asked, actor, given, key, opened, stay)
    except (Stale, IntegrityError) as error:
        if _is_used(actor, key):  # at the same time, or for another case that they hold
            return first_answer(case, actor, key)
        raise (claim.lost(case, actor) if isinstance(error, Stale) else error) from None


def allowed_for(asked: ToDecide) -> Allowed:
    """What the case lets its holder say, as plain values."""
    return Allowed(
        verbs=verbs_for(asked.case),
        dispositions=[str(one["code"]) for one in asked.case.case_type.dispositions],
        targets=asked.targets,
        fields=records.read_of(asked),
        subtasks_open=asked.case.subtasks_open,
        categories=asked.case.case_type.labels,
    )


@again_when_deadlocked
def _decide(asked: ToDecide, actor: User, given: Submission, key: str, opened: str, stay: bool) -> Decided:
    wake()
    case = asked.case
    shown = _open(actor, opened) if opened else None
    following = shown or (None if stay else claim.swap_next(actor=actor, deciding=case))
    written = records.of(asked, actor, given, key=key, after=recipe_of(following, opened=shown is not None))
    outcome = outcomes.of(case, given)
    held = (case.pk, actor.pk, given.claim_token, given.version)
    ways = [Which(THERE, (asked.spot, *held)), Which(HELD, held)]
    if ends_parts := bool(written.final and case.subtasks_open):
        # one more since then is a part nobody spoke of
        ways = [way.also("subtasks_open = %s", (case.subtasks_open,)) for way in ways]
    _move(ways, case, written, outcome, actor)
    if ends_parts:
        end_all(case=case, how=given.subtasks, decision=written.decision.pk, actor=actor)
    if not written.final:  # a wait, another tier, the AI: clocks turn on these; on the end when it is final
        retime([case.pk])
    return answer_of(case.ref, written.decision, spot=following.spot if following else "")


def _move(ways: Sequence[Which], case: Case, written: Written, outcome: Outcome, actor: User) -> None:
    """Look where the row lay when the case was read, then wherever it is now: a draft or a renewed lease moves it."""
    told, also = records.told(case, written, outcome), written.rows()
    for way in ways:
        if move_all(way, outcome.kind, actor=actor, data=told, also=also, **outcome.changes):
            return
    raise Stale("The case has changed since you looked at it.")


def _open(actor: User, ref: str) -> Moved | None:
    """The prefetched case, if it can still be theirs."""
    try:
        case = case_for(actor, ref, among=Case.objects.select_related("queue"))
    except NotVisible:
        return None
    return claim.try_open(case=case, actor=actor, data={"by": "opened"}) if may_claim(actor, case) else None


def _still_theirs(case: Case, actor: User, given: Submission) -> None:
    """Tell early, in words, what the fence in `_decide` would refuse anyway."""
    if not _is_theirs(case, actor, given):
        raise claim.lost(case, actor)
    if case.version != given.version:
        raise Stale(f"{case.ref} has changed since you opened it. Your draft is kept.", moved=True)


def _is_theirs(case: Case, actor: User, given: Submission) -> bool:
    """Do they hold it under the token they sent? Whoever sends a decision a second time does not any more."""
    return (
        case.state == CaseState.CLAIMED
        and case.holder_id == actor.pk
        and case.claim_token == given.claim_token
    )


def _is_used(actor: User, key: str) -> bool:
    """Did they decide anything under this key before?"""
    return bool(key) and Decision.objects.filter(user=actor, key=key).exists()
