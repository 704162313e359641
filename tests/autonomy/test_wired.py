"""Each fault as cases through the services: the breaker trips in time, in words, and nothing is settled after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pytest
from django.db import transaction

from escalations.choices import TripCode
from escalations.models import Decision
from escalations.policy.default import default_data
from escalations.policy.edits import with_row
from escalations.services.policies import publish_policy
from tests.autonomy.wired import Stream, autonomous
from tests.cast import Cast
from tests.escalations.autonomy.faults import FAULTS, STABLE
from tests.escalations.autonomy.traffic import World, arrivals

pytestmark = pytest.mark.django_db

STEP = 25  # cases between two looks
TYPE = "wired"
FORGETFUL = {"_id": "old-policy", "when": f'policy_superseded and case_type != "{TYPE}"'}
"""A policy in force that lets this type's AI settle what it did under an older one: the wall behind has to see it."""


@dataclass(frozen=True)
class Injected:
    """A fault, the reasons that may be given for it, a part of their words, and the share that is audited: where audits
    must see it all are, so that forty cases say what eight hundred do at the usual twentieth. `many`: it takes so many
    cases that they come as rows, which the bench sends through the services, too.
    """

    world: World
    within: int
    codes: tuple[TripCode, ...]
    words: str
    audited: float = 0.05
    policy: str = "2"
    many: bool = False


def named(name: str, codes: tuple[TripCode, ...], words: str, **more: Any) -> Injected:
    fault = FAULTS[name]
    return Injected(fault.world, fault.within, codes, words, **more)


SCORES, MIX = "covariate shift: every score lower", "label shift: invoices from 3 % to 18 %"
FIELDS, FAILS = "new field in every case", "fails on 30 % of the traffic"
ALL = {
    "covariate shift": named(SCORES, (TripCode.SCORES,), "scores changed", many=True),
    "label shift": named(MIX, (TripCode.MIX,), "mix of categories changed: invoice", many=True),
    "new field format": named(FIELDS, (TripCode.FIELDS,), "never there: iban_new"),
    "superseded policy": Injected(
        STABLE, 1, (TripCode.POLICY,), "policy 1, which 2 has superseded", policy="1"
    ),
    "fails on one category": named(FAILS, (TripCode.AUDITS, TripCode.PROMISE), "wrong", audited=1.0),
}


def test_each_fault_trips_the_breaker_in_time_and_in_words(cast: Cast) -> None:
    """R089, R090, R092: within what the README states; after the trip people decide, and the AI settles nothing."""
    publish_policy(document=with_row(default_data(), "reasons", FORGETFUL), actor=None)
    stream, dice = Stream(cast, autonomous(cast, TYPE, audited=0.05), said="2"), np.random.default_rng(7)
    stream.usual(list(arrivals(STABLE, dice, 2_000)))
    for one in arrivals(STABLE, dice, STEP):
        stream.send(one)
    assert stream.watch() is None
    for name, fault in ALL.items():
        with forgotten():
            _tripped(stream, name, fault)


def _tripped(stream: Stream, name: str, fault: Injected) -> None:
    if fault.audited == 1.0:
        stream.begin(audited=1.0)
    stream.said, began, trip = fault.policy, stream.sent, None
    dice = np.random.default_rng([8, list(ALL).index(name)])
    coming, step = arrivals(fault.world, dice, fault.within), min(STEP, fault.within)
    while trip is None and (some := list(islice(coming, step))):
        if fault.many:
            stream.note(some)
        else:
            for one in some:
                stream.send(one)
        trip = stream.watch()
    assert trip is not None, f"{name}: not within {fault.within} cases"
    assert trip.code in fault.codes, f"{name}: {trip.code}: {trip.words}"
    assert fault.words in trip.words, f"{name}: {trip.words}"
    later = stream.send(next(one for one in arrivals(STABLE, dice, 20) if one.score > 0.99))
    assert stream.settled_after(trip) == 0, f"{name}: settled after the trip"
    assert Decision.objects.get(case=later).user == stream.person, name
    print(f"{name}: {stream.sent - began - 1} cases, {trip.code}: {trip.words}")


@contextmanager
def forgotten() -> Iterator[None]:
    """Whatever happens in here did not: the next fault meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
