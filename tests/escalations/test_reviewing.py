"""A rule whose escalations keep coming back comes up for review by itself (R114)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Event
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Alert, Case, Decision, Feedback, Routing, RuleReview
from escalations.selectors.alerts import detail_of
from escalations.services.reviewing import (
    Counted,
    close_review,
    discontent,
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


def test_discontent_beyond_chance_opens_a_review_of_the_rule_that_sent_the_case(cast: Cast) -> None:
    """R099, R114: one or two of five, by the last word of each customer; what the AI settled is no rule's."""
    for n in range(3):
        case = received(cast, customer={"id": f"C-{n}"})
        work(Scripted(confidence=0.5))
        _said(case, 5, days_ago=3)
        _said(case, 1 if n else 4, days_ago=1)
    content = received(cast)
    work(Scripted(confidence=0.5))
    _said(content, 2, days_ago=20)
    alone = received(cast)
    work()
    _said(alone, 1, days_ago=1)
    found = {one.row: one for one in discontent()}
    assert found["low-confidence"] == Counted("low-confidence", (2, 3), (1, 1))
    assert open_reviews("satisfaction", [RISEN]) == 1
    assert open_reviews("repeats", [RISEN]) == 1, "each measure has its own"
    told = {alert.data["measure"]: detail_of(alert) for alert in Alert.objects.filter(kind="rule_review")}
    assert told["satisfaction"] == "20 of 40 customers were discontent within 7 days"


def _said(case: Case, score: int, days_ago: float) -> None:
    decision = Decision.objects.filter(case=case).first()
    Feedback.objects.create(
        case=case, agent=case.agent, decision=decision, score=score, salt=b"s", key=uuid4().hex, body_hash="0" * 64,
        at=timezone.now() - timedelta(days=days_ago),
    )  # fmt: skip
