"""What people do to a case, through the same services as their screens."""

from typing import Any

from accounts.models import User
from escalations.models import Case
from reviews.selectors.deciding import case_to_decide
from reviews.services.claim import claim_case
from reviews.services.decide import decide_case
from reviews.services.decided import Decided
from reviews.services.rules import Submission


def claim(case: Case, actor: User) -> None:
    """`actor` takes the case on."""
    claim_case(case=Case.objects.select_related("queue").get(pk=case.pk), actor=actor)
    case.refresh_from_db()


def decide(case: Case, actor: User, verb: str, **given: Any) -> Decided:
    """`actor`, who holds the case, decides it."""
    asked = case_to_decide(actor, case.ref)
    shown = asked.case
    said = Submission(verb=verb, version=shown.version, claim_token=shown.claim_token, **given)
    decided = decide_case(asked=asked, actor=actor, given=said, stay=True)
    case.refresh_from_db()
    return decided
