"""Handoff success by its published five parts: conversations scored by hand equal the metric (R068, R070)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.models import HandoffOutcome
from escalations.services.handoff_judging import judge_handoffs
from reviews.services.flag import flag_case
from reviews.services.moving import move_case
from tests.cast import Cast
from tests.engine import Scripted, work
from tests.escalations.bodies import dispute, faq, handoff
from tests.escalations.people import claim, decide
from tests.insight.cases import ended, handed, judged
from tests.robot import Robot

pytestmark = pytest.mark.django_db
GOOD = (True, True, True, True, True)


def parts(row: HandoffOutcome) -> tuple[bool | None, ...]:
    return (row.complete, row.nothing_asked_again, row.right_queue, row.in_time, row.not_reopened)


def test_a_good_handoff_succeeds_and_is_provisional_until_its_window_is_over(
    cast: Cast, robot: Robot
) -> None:
    """R068: all five parts; before 72 hours nobody knows whether it will be reopened."""
    case = handed(robot)
    early = judged(case, at=timezone.now())
    assert (early.success, early.final, early.complete, early.in_time) == (None, False, True, None)
    ended(case, cast.fay)
    soon = judged(case, at=timezone.now() + timedelta(hours=71))
    assert (soon.success, soon.final, soon.in_time) == (None, False, True)
    row = judged(case)
    assert (parts(row), row.success, row.final) == (GOOD, True, True)
    assert (row.agreed, row.decided_by_id, row.agent_version) == (True, cast.fay.pk, "acme-bot-1")
    assert row.seconds is not None
    assert row.handled is not None
    assert row.words == 6


def test_a_package_that_lacks_parts_is_no_success_and_names_them(cast: Cast, robot: Robot) -> None:
    """R068, R070: part one."""
    package = handoff()
    del package["summary"], package["steps"]
    case = handed(robot, handoff=package)
    row = judged(case, at=timezone.now())
    assert (row.success, row.final, row.missing) == (False, False, ["summary", "steps"])
    ended(case, cast.fay)
    row = judged(case)
    assert (parts(row), row.success, row.final) == ((False, True, True, True, True), False, True)


def test_asking_for_a_known_fact_is_found_and_explained(cast: Cast, robot: Robot) -> None:
    """R068: part two; the account number stood in the fields, the tracking number nowhere."""
    robot.post(dispute(handoff=handoff(proposed={"action": "issue_credit", "arguments": {}})))
    work(Scripted(category="billing_dispute", confidence=0.5))
    row = HandoffOutcome.objects.latest("handed_at")
    case = row.case
    claim(case, cast.sunny)
    asks = "Could you tell us your account number, and what is your tracking number?"
    decide(case, cast.sunny, "request_info", reply=asks)
    row = judged(case, at=timezone.now())
    assert row.asked_again == [{"what": "account number", "where": "field", "nth": 2}]
    assert (row.nothing_asked_again, row.success) == (False, False)


def test_a_case_that_lay_in_the_wrong_queue_is_no_success(cast: Cast, robot: Robot) -> None:
    """R068: part three; sideways counts, up the ladder does not, and neither what was taken back."""
    sideways, upward, moved = handed(robot), handed(robot), handed(robot)
    for case, target in ((sideways, "billing"), (upward, "supervisors")):
        claim(case, cast.finn)
        decide(case, cast.finn, "escalate", reason="expertise", target=target)
    move_case(case=moved, queue=cast.queue("billing"), actor=cast.sunny)
    found = {case.pk: judged(case, at=timezone.now()) for case in (sideways, upward, moved)}
    assert [found[one.pk].right_queue for one in (sideways, upward, moved)] == [False, None, False]
    assert found[sideways.pk].bounces == 1


def test_who_waits_beyond_the_tiers_target_is_no_success(cast: Cast, robot: Robot) -> None:
    """R068: part four; known as soon as the time has passed, though nobody has taken it."""
    case = handed(robot)
    row = judged(case, at=timezone.now())
    assert row.target == 3600
    assert row.due_at is not None
    row = judged(case, at=row.due_at)
    assert (row.in_time, row.success, row.final) == (False, False, False)


def test_a_case_reopened_within_the_window_is_no_success(cast: Cast, robot: Robot) -> None:
    """R068: part five; judged at once and for good."""
    case = handed(robot)
    ended(case, cast.fay)
    flag_case(case=case, actor=cast.sunny, reason="The customer called again.")
    row = judged(case, at=timezone.now())
    assert (parts(row), row.success, row.final) == ((True, True, True, True, False), False, True)


def test_what_the_ai_settles_is_no_handoff_and_one_case_is_one(cast: Cast, robot: Robot) -> None:
    """R068: a case that is handed over again after it went back to the AI stays one handoff."""
    robot.post(faq())
    work()
    assert not HandoffOutcome.objects.exists()
    case = handed(robot)
    claim(case, cast.fay)
    decide(case, cast.fay, "return_to_ai", instructions="Look again.")
    assert robot.say(case.pk, "I looked again.", author="ai", handoff=handoff()).status_code == 202
    work(Scripted(confidence=0.4))
    case.refresh_from_db()
    assert case.state == "queued"
    assert HandoffOutcome.objects.count() == 1


def test_judging_twice_or_by_two_sweepers_changes_nothing(cast: Cast, robot: Robot) -> None:
    """R068: harmless twice; what is final is never looked at again."""
    case = handed(robot)
    ended(case, cast.fay)
    row = judged(case)
    assert judge_handoffs(now=timezone.now() + timedelta(days=30)) == 0
    again = HandoffOutcome.objects.get(pk=case.pk)
    assert again.judged_at == row.judged_at
