"""People who teach: cases decided the way the screen does it, final at once."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from escalations.models import Case, Decision, Sample
from reviews.services.learning.sampling import prepare_samples
from tests.cast import Cast
from tests.reviews.deciding import decide, final, held
from tests.reviews.makers import waiting

SAME = {"v.amount": "84.20"}


def taught(cast: Cast, actor: User | None = None, *, closed: bool = True, **given: Any) -> Decision:
    """A case of Acme's billing that somebody decided: approved unless `given` says otherwise."""
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot, **given.pop("case", {}))
    return decided(case, actor or cast.finn, closed=closed, **given)


def decided(case: Case, actor: User, *, closed: bool = True, **given: Any) -> Decision:
    """The decision on a waiting case, final unless told otherwise."""
    words = {"verb": "approve", "disposition": "answered"} | given
    made = Decision.objects.get(pk=decide(held(case, actor), actor, **words).id)
    if closed:
        final(made)
        made.refresh_from_db()
    return made


def corrected(cast: Cast, actor: User | None = None, **given: Any) -> Decision:
    """The amount was wrong, and somebody put it right."""
    return taught(
        cast, actor, verb="correct", values={"amount": "48.20"}, error_types={"amount": "wrong_value"}, **given
    )  # fmt: skip


def soon() -> datetime:
    """A moment after everything that was done so far."""
    return timezone.now() + timedelta(seconds=1)


def prepared() -> list[Sample]:
    """All samples, after everything so far was prepared."""
    prepare_samples(until=soon())
    return list(Sample.objects.order_by("pk"))
