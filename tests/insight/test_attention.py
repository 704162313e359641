"""The rubber-stamp meter: what is counted, who sees whom, and that it finds a known anchoring (R094)."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import Membership, Team, User
from escalations.models import HandoffOutcome
from escalations.services.handoff_judging import judge_handoffs
from reviews.selectors.insight.attention import Counted, own_reading, reading
from tests.cast import Cast
from tests.escalations.people import claim
from tests.insight.cases import ended, handed
from tests.robot import Robot

Door = Callable[[User], Browser]


def reviewer(
    dice: Random, anchoring: float, alone: float = 0.8, shown: int = 1500, hidden: int = 300
) -> Counted:
    """Somebody who copies what they are shown in `anchoring` of the cases and otherwise agrees in `alone` of them."""
    counted = Counted(shown=shown, hidden=hidden)
    counted.shown_agreed = sum(dice.random() < anchoring + (1 - anchoring) * alone for _ in range(shown))
    counted.hidden_agreed = sum(dice.random() < alone for _ in range(hidden))
    return counted


@pytest.mark.parametrize("anchoring", [0.0, 0.3, 0.7])
def test_the_interval_holds_the_anchoring_of_simulated_reviewers(anchoring: float) -> None:
    """R094: in about 95 of 100 simulations, whatever the anchoring is."""
    dice, held = Random(7), 0
    for _ in range(200):
        copied = reading("x", [reviewer(dice, anchoring)]).meter.copied
        assert copied is not None
        held += copied.low <= anchoring <= copied.high
    assert held >= 184


def test_who_copies_everything_reads_as_stamping_and_few_cases_as_nothing() -> None:
    """R094: small numbers say nothing."""
    dice = Random(3)
    stamps = reading("x", [reviewer(dice, 0.9)])
    assert (stamps.meter.verdict, stamps.enough) == ("stamping", True)
    few = reading("x", [reviewer(dice, 0.9, shown=5, hidden=3)])
    assert (few.meter.verdict, few.enough) == ("unknown", False)


@pytest.mark.django_db
def test_shown_and_hidden_cases_are_counted_by_what_people_did(
    cast: Cast, robot: Robot, signed_in: Door, settings: Any
) -> None:
    """R094: shown by the decision, hidden by the answer before; with words and time in hand."""
    ended(handed(robot), cast.fay)
    ended(handed(robot), cast.fay, "override", reason="facts")
    settings.HANDRAIL_HIDDEN_RATE = 1.0
    case = handed(robot)
    claim(case, cast.fay)
    sent = {"action": "answer_customer", "claim_token": case.claim_token}
    signed_in(cast.fay).post(f"/cases/{case.ref}/first/", sent)
    ended(case, cast.fay)
    judge_handoffs()
    seen = own_reading(cast.fay, timezone.now() - timedelta(days=1)).seen
    assert (seen.shown, seen.shown_agreed, seen.hidden, seen.hidden_agreed) == (2, 1, 1, 1)
    assert [one.words for one in seen.timed] == [6, 6, 6]


@pytest.mark.django_db
def test_each_sees_their_own_and_names_only_who_may(cast: Cast, robot: Robot, signed_in: Door) -> None:
    """R094: quality reviewers and the team's lead see names; a team of fewer than three is not shown."""
    for person in (cast.fay, cast.finn):
        ended(handed(robot), person)
    judge_handoffs()
    address = "/insight/attention/"
    fay = signed_in(cast.fay).get(address).content.decode()
    assert "Fay Example" in fay
    assert "Finn Example" not in fay
    assert "needs 8 of each" in fay
    assert "Finn Example" in signed_in(cast.quinn).get(address).content.decode()
    team = Team.objects.create(slug="a", name="Team Alpha", lead=cast.sunny)
    assert "Finn Example" not in signed_in(cast.sunny).get(address).content.decode()
    for person in (cast.fay, cast.finn):
        Membership.objects.create(team=team, user=person)
    led = signed_in(cast.sunny).get(address).content.decode()
    assert "Finn Example" in led
    assert "Team Alpha" not in led
    Membership.objects.create(team=team, user=cast.sunny)
    ended(handed(robot), cast.sunny)
    judge_handoffs()
    assert "Team Alpha (3 people)" in signed_in(cast.sunny).get(address).content.decode()
    admin = signed_in(cast.adam).get(address).content.decode()
    assert "Team Alpha" in admin
    assert "Finn Example" not in admin
    assert signed_in(cast.stan).get(address).status_code == 403
    assert HandoffOutcome.objects.filter(decided_by__isnull=False).count() == 3
