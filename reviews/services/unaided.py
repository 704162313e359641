"""Answering a case before the AI's answer is shown: afterwards it is, and the person decides as always (R094)."""

from django.db import transaction

from accounts.choices import EventKind
from accounts.ledger import record
from accounts.models import User
from escalations.auditing import NO_ACTION, plain
from escalations.choices import CaseState, Unaided
from escalations.errors import Invalid
from escalations.models import Case, FirstAnswer
from escalations.transitions import touch
from reviews.selectors.unaided import options_of, proposed_of
from reviews.services.claim import lost


@transaction.atomic
def answer_first(*, case: Case, actor: User, action: str, claim_token: int) -> FirstAnswer | None:
    """Keep what `actor`, who holds the case, would do, and let the AI's answer be seen from now on.

    `case` has agent, type and handoff loaded. None when it was answered before: a second time changes nothing. Stale
    when the case is no longer theirs; Invalid for an action that is not offered.
    """
    if case.unaided != Unaided.FIRST:
        return None
    if action not in dict(options_of(case)):
        raise Invalid("The answer is not complete.", {"action": "Choose what should be done."})
    mine = Case.objects.filter(
        pk=case.pk, state=CaseState.CLAIMED, holder=actor, claim_token=claim_token, unaided=Unaided.FIRST
    )
    if not touch(mine, unaided=Unaided.ANSWERED):
        if FirstAnswer.objects.filter(case=case).exists():
            return None
        raise lost(case, actor)
    proposed = proposed_of(case) or NO_ACTION
    answer = FirstAnswer.objects.create(
        case=case, user=actor, action=action, proposed=proposed, agrees=plain(action) == plain(proposed)
    )
    record(
        case.pk, kind=EventKind.CASE_ANSWERED_UNAIDED, actor=actor, version=case.version, agrees=answer.agrees
    )
    return answer
