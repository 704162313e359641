"""A rule whose escalations keep coming back comes up for review by itself (R114)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Event
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Alert, Case, Routing, RuleReview
from escalations.services.reviewing import (
    Counted,
    close_review,
    open_reviews,
    repeats,
    review_rules,
)
from tests.cast import Cast
from tests.engine import Scripted, work
from tests.escalations.cases import received

pytestmark = pytest.mark.django_db

RISEN = Counted("low-confidence", (20, 40), (5, 100))


def escalated(cast: Cast, customer: str, days_ago: float) -> None:
    """A case that low confidence sent to people so many days ago."""
    case = received(cast, customer={"id": customer})
    work(Scripted(confidence=0.5))
    with connection.cursor() as cursor:  # what is written once is not written late by any service
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE escalations_routing DISABLE TRIGGER routing_once")
        Routing.objects.filter(case=case).update(created_at=timezone.now() - timedelta(days=days_ago))
        cursor.execute("ALTER TABLE escalations_routing ENABLE TRIGGER routing_once")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def counted(row: str) -> Counted | None:
    return next((one for one in repeats() if one.row == row), None)


def test_an_escalation_of_the_same_customer_by_the_same_rule_within_two_weeks_is_a_repeat(cast: Cast) -> None:
    for customer, days_ago in (
        ("C-1", 12),
        ("C-1", 1),
        ("C-2", 1),
        ("C-3", 20),
        ("C-3", 2),
        ("C-4", 40),
        ("C-4", 30),
    ):
        escalated(cast, customer, days_ago)
    assert counted("low-confidence") == Counted("low-confidence", (1, 3), (1, 3))
    assert counted("distress") is None
    assert Case.objects.count() == 7


def test_a_rise_beyond_chance_opens_one_review_and_tells_who_answers(cast: Cast) -> None:
    """R114: once, whatever comes after; the policy's own people are told."""
    assert open_reviews("repeats", [RISEN]) == 1
    assert open_reviews("repeats", [RISEN]) == 0
    review = RuleReview.objects.get()
    assert review.figures == {"lately": [20, 40], "before": [5, 100], "days": 7}
    assert Alert.objects.get(kind="rule_review").data["ref"] == "low-confidence"
    assert Event.objects.filter(kind="rule.reviewed").count() == 1
    assert review_rules() == 0


@pytest.mark.parametrize(
    "counts",
    [
        Counted("low-confidence", (4, 10), (0, 100)),  # too few to say
        Counted("low-confidence", (3, 40), (5, 100)),  # hardly risen
        Counted("low-confidence", (6, 40), (5, 60)),  # may be chance
        Counted("low-confidence", (5, 100), (20, 40)),  # fallen
        Counted("gone-by-now", (20, 40), (5, 100)),  # no rule of the policy in force
    ],
)
def test_chance_and_what_is_no_rule_open_nothing(cast: Cast, counts: Counted) -> None:
    assert open_reviews("repeats", [counts]) == 0


def test_falling_satisfaction_has_the_same_door(cast: Cast) -> None:
    """R114: whoever counts the dissatisfied customers of each rule opens reviews of that measure beside the other."""
    open_reviews("repeats", [RISEN])
    assert open_reviews(RuleReview.Measure.SATISFACTION, [RISEN]) == 1
    assert RuleReview.objects.count() == 2


def test_who_answers_for_policy_closes_it_with_what_was_found(cast: Cast) -> None:
    open_reviews("repeats", [RISEN])
    review = RuleReview.objects.get()
    attempts: list[tuple[Any, str, type[Exception]]] = [
        (cast.finn, "Fine", NotAllowed), (cast.quinn, "Fine", NotAllowed), (cast.sunny, " ", Invalid),
    ]  # fmt: skip
    for person, finding, refusal in attempts:
        with pytest.raises(refusal):
            close_review(review=review, actor=person, finding=finding)
    close_review(review=review, actor=cast.sunny, finding="The threshold is too low for invoices.")
    with pytest.raises(Conflict):
        close_review(review=review, actor=cast.adam, finding="Twice")
    assert Alert.objects.get(kind="rule_review").ended_at is not None
    assert open_reviews("repeats", [RISEN]) == 1, "it may rise again"
