"""Tests of attention in the demo: the highest rate that may be agreed, some that colleagues have judged, and one in
each queue at the start (R094).
"""

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle

from django.utils import timezone

from accounts.errors import DomainError
from accounts.models import Client, User
from escalations.choices import ErrorType, PlantOutcome, Verb, WrongIn
from escalations.models import Case, Plant, Queue
from escalations.planting import MOST
from escalations.selectors.plants import Spot, who_knew
from escalations.services.vigilance import set_plant_rate
from reviews.choices import EscalateReason, WhatWasWrong
from reviews.selectors.deciding import case_to_decide
from reviews.services.claim import claim_case
from reviews.services.decide import decide_case
from reviews.services.planting import plant_one
from reviews.services.rules import Submission

CLIENT, ADMIN = "harbour", "noor@handrail.test"
COLLEAGUES = ("jomar@handrail.test", "arjun@handrail.test", "ewa@handrail.test", "kofi@handrail.test")
"""Who judges the first ones: people as whom nobody is told to sign in, for whoever decides one is told so."""
ROUNDS = 3
ANSWERS = (Verb.OVERRIDE, Verb.OVERRIDE, Verb.APPROVE, Verb.OVERRIDE, Verb.ESCALATE)
"""What they make of them, in turn: most look, some do not."""
PATIENCE = 120  # seconds, for the undo window and whoever makes decisions final


def load_planted(*, told: Callable[[], None] | None = None) -> int:
    """Agree on the rate; plant a few cases, have colleagues decide them, and leave one in each queue in which a
    finished one will do; how many in all. Nothing where there was one before. `told` waits until what was decided is
    final.
    """
    client = Client.objects.get(slug=CLIENT)
    set_plant_rate(client=client, actor=User.objects.get(email=ADMIN), rate=MOST)
    if Plant.objects.filter(client=client).exists():
        return 0
    answers = cycle(ANSWERS)
    for _ in range(ROUNDS):
        for plant in _planted(client, tier=1):
            _answer(plant, next(answers))
        (told or _told)()
    _planted(client)
    return Plant.objects.filter(client=client).count()


def _planted(client: Client, *, tier: int = 3) -> list[Plant]:
    """One more in each queue up to that tier that has none open."""
    queues = Queue.objects.filter(
        tier__lte=tier, cases__client=client, cases__closed_at__isnull=False
    ).distinct()
    made = (plant_one(Spot(client.pk, queue), timezone.now()) for queue in queues.order_by("pk"))
    return [one for one in made if one is not None]


def _answer(plant: Plant, verb: Verb) -> None:
    """Somebody who may and did not know the case decides it; left to the queue where nobody is."""
    colleagues = User.objects.filter(email__in=COLLEAGUES).exclude(pk__in=who_knew(plant.original))
    for person in colleagues.order_by("?"):
        try:
            claim_case(case=Case.objects.select_related("queue").get(pk=plant.pk), actor=person)
        except DomainError:
            continue
        decide_case(asked=(asked := case_to_decide(person, plant.pk)), actor=person, stay=True,
                    given=_given(plant, asked.case, verb))  # fmt: skip
        return


def _given(plant: Plant, case: Case, verb: Verb) -> Submission:
    """What they send. Who finds a wrong value puts the right one in its place."""
    sent = Submission(verb=verb, version=case.version, claim_token=case.claim_token)
    if verb == Verb.ESCALATE:
        return replace(sent, reason=EscalateReason.OTHER, note="This does not fit.")
    sent = replace(sent, disposition=str(case.case_type.dispositions[0]["code"]))
    if verb == Verb.APPROVE:
        return sent
    if plant.where == WrongIn.FIELD:
        values, errors = {plant.name: plant.right}, {plant.name: ErrorType.WRONG_VALUE}
        return replace(sent, verb=Verb.CORRECT, values=values, error_types=errors)
    return replace(sent, reason=WhatWasWrong.FACTS)


def _told() -> None:
    """Until the worker has made what was decided final, and told who decided it."""
    end = time.monotonic() + PATIENCE
    waiting = Plant.objects.filter(outcome=PlantOutcome.OPEN, case__decisions__standing="pending")
    while waiting.exists() and time.monotonic() < end:
        time.sleep(1)
