"""Deciding in tests as the screen does it."""

import uuid
from typing import Any

from django.db.models.functions import Now

from accounts.models import User
from escalations.models import Case, Decision, Job
from escalations.services import due
from escalations.services.closing import close_case
from reviews.selectors.deciding import case_to_decide
from reviews.services.claim import claim_case
from reviews.services.decide import decide_case
from reviews.services.decided import Decided
from reviews.services.rules import Submission

ANSWERED = {"verb": "approve", "disposition": "answered"}


def held(case: Case, actor: User) -> Case:
    """`case`, claimed by `actor` and read anew."""
    claim_case(case=case, actor=actor)
    return Case.objects.select_related("queue", "client", "case_type").get(pk=case.pk)


def decide(
    case: Case, actor: User, *, key: str | None = None, opened: str = "", stay: bool = True, **given: Any
) -> Decided:
    """Decide a case as it stands on the actor's screen: `case` carries the version and token they saw."""
    words: dict[str, Any] = {"version": case.version, "claim_token": case.claim_token} | (given or ANSWERED)
    key = uuid.uuid4().hex if key is None else key
    return decide_case(
        asked=case_to_decide(actor, case.ref), actor=actor, given=Submission(**words), key=key,
        opened=opened, stay=stay,
    )  # fmt: skip


def final(decision: Decision) -> None:
    """The undo window is over and the worker has been."""
    Job.objects.filter(kind="close", key=str(decision.pk)).update(next_at=Now())
    job = due.take(["close"])
    assert job is not None
    close_case(job)
