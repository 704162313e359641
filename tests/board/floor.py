"""A floor with a past: cases that were claimed, put aside, given back, decided, by the services themselves."""

import random
from datetime import timedelta

from escalations.choices import CaseState
from escalations.models import Case
from escalations.services.folding import fold_backlog
from reviews.services.claim import claim_case
from reviews.services.lease import release_case
from tests.cast import Cast
from tests.reviews.deciding import decide
from tests.reviews.makers import waiting

TYPES = (("billing_dispute", 1), ("faq_chat", 1), ("hiring", 2), ("legal", 3))


def random_floor(cast: Cast, dice: random.Random, cases: int = 24) -> None:
    """Some cases of several types, tiers, severities and deadlines, and things that happened to them."""
    for _ in range(cases):
        slug, tier = dice.choice(TYPES)
        waiting(
            cast.case_type(slug), cast.acme_bot, tier=tier, severity=dice.randint(1, 4),
            due_in=timedelta(minutes=dice.randint(-120, 400)), senior_only=dice.random() < 0.2,
        )  # fmt: skip
    for _ in range(cases // 2):
        happen(cast, dice)
        if dice.random() < 0.2:
            fold_backlog()


def happen(cast: Cast, dice: random.Random) -> None:
    """One more thing that happens."""
    held = list(Case.objects.filter(state=CaseState.CLAIMED, holder=cast.sunny))
    free = list(Case.objects.filter(state=CaseState.QUEUED, tier__lte=2).order_by("id"))
    verb = dice.choice(("claim", "claim", "release", "snooze", "hold", "approve"))
    if verb == "claim" and len(held) < 3 and free:
        claim_case(case=dice.choice(free), actor=cast.sunny)
    elif held:
        case = Case.objects.select_related("queue", "client", "case_type").get(pk=dice.choice(held).pk)
        if verb == "release":
            release_case(case=case, actor=cast.sunny)
        elif verb != "claim":
            decide(case, cast.sunny, verb=verb, disposition="answered" if verb == "approve" else "")
