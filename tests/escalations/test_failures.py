"""When an engine, a worker or a policy fails, people still get the case (safety P8 to P10)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import Event
from escalations.errors import Fenced
from escalations.handlers import GIVEN_UP, HANDLERS
from escalations.models import Case, Job, PolicyVersion, TriageRecord
from escalations.policy.default import default_data
from escalations.services import due, triaging
from escalations.services.draining import drain
from escalations.services.policies import publish_policy
from escalations.services.triaging import triage_case
from tests.cast import Cast
from tests.engine import Scripted, down, make_due, work
from tests.escalations.cases import queued, received, settled
from tests.robot import Robot

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("error", [RuntimeError("boom"), ValueError("garbage"), TimeoutError()])
def test_whatever_an_engine_raises_the_failure_is_kept_and_tried_again(cast: Cast, error: Exception) -> None:
    case = received(cast)
    assert work(Scripted(fails=error)) == 1
    job = Job.objects.get(case=case, kind="triage")
    assert (job.state, job.attempts) == ("ready", 1)
    assert TriageRecord.objects.get(case=case).error == type(error).__name__
    make_due(case, "triage")
    work()
    case.refresh_from_db()
    assert case.state == "auto_resolved"


def test_at_the_deadline_a_person_gets_a_case_that_was_never_judged(cast: Cast, robot: Robot) -> None:
    """P10: the reason is TOOL_FAILURE, the late triage is called off, and the case is never settled unjudged."""
    case = received(cast)
    work(down())
    make_due(case, "triage_deadline")
    work(down())
    case.refresh_from_db()
    assert (case.state, case.reason_codes, case.allocation) == ("queued", ["TOOL_FAILURE"], "human")
    assert not Job.objects.filter(case=case, state__in=["ready", "running"]).exists()
    shown = robot.get(case.pk).json()
    assert shown["triage"]["error"] == "the endpoint does not answer"
    assert shown["confidence"] is None


def test_the_deadline_of_a_case_comes_within_a_minute(cast: Cast) -> None:
    """P10: in a human queue in at most 60 s, one tick of the clock and one drain included."""
    case = received(cast)
    deadline = Job.objects.get(case=case, kind="triage_deadline")
    assert deadline.next_at - case.created_at <= timedelta(seconds=45)
    assert deadline.priority < Job.objects.get(case=case, kind="triage").priority


def test_the_deadline_of_a_judged_case_does_nothing(cast: Cast) -> None:
    case = queued(cast)
    due.enqueue("triage_deadline", key="late", case=case)
    version = case.version
    assert work() == 1
    case.refresh_from_db()
    assert case.version == version


def test_after_the_last_attempt_the_job_is_dead_and_a_person_has_the_case(cast: Cast) -> None:
    """P9."""
    case = received(cast)
    for _ in range(due.MAX_ATTEMPTS):
        make_due(case, "triage")
        work(down())
    case.refresh_from_db()
    assert Job.objects.get(case=case, kind="triage").state == "dead"
    assert (case.state, case.reason_codes) == ("queued", ["TOOL_FAILURE"])
    kinds = Event.objects.filter(stream=case.pk).values_list("kind", flat=True)
    assert "job.dead" in kinds


def test_a_job_that_ends_its_worker_every_time_is_given_up(cast: Cast) -> None:
    """P9: nobody reports a failure; the row is simply taken again and again."""
    case, asked = received(cast), Scripted()
    for _ in range(due.MAX_ATTEMPTS):
        assert due.take(["triage"]) is not None  # and the worker dies
        Job.objects.filter(case=case, kind="triage").update(next_at=Now())
    work(asked)
    case.refresh_from_db()
    assert asked.asked == []
    assert (case.state, case.reason_codes) == ("queued", ["TOOL_FAILURE"])


def test_a_worker_that_lost_its_lease_changes_nothing(cast: Cast) -> None:
    """P8: its triage, routing and move are rolled back together."""
    case = received(cast)
    slow = due.take(["triage"])
    assert slow is not None
    Job.objects.filter(pk=slow.pk).update(next_at=Now())
    work()
    case.refresh_from_db()
    version = case.version
    with pytest.raises(Fenced):
        triage_case(slow, Scripted(confidence=0.1))
    case.refresh_from_db()
    assert (case.state, case.version) == ("auto_resolved", version)
    assert TriageRecord.objects.filter(case=case).count() == 1


def test_two_workers_never_take_the_same_row(cast: Cast) -> None:
    received(cast)
    assert due.take(["triage"]) is not None
    assert due.take(["triage"]) is None


def test_a_policy_that_cannot_be_evaluated_keeps_no_case_from_people(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    case = received(cast)
    with monkeypatch.context() as patch:
        patch.setattr(triaging, "decide", broken)
        work()
        make_due(case, "triage_deadline")
        work()
    case.refresh_from_db()
    assert (case.state, case.reason_codes) == ("queued", ["TOOL_FAILURE"])
    assert case.queue == cast.queue("frontline")


def test_work_is_not_given_up_until_somebody_has_the_case(cast: Cast) -> None:
    """A desk without a policy cannot route: the row stays due, and the case is routed once there is one."""
    case, number = received(cast), cast.policy.pk
    PolicyVersion.objects.filter(pk=number).update(superseded_at=Now())
    Job.objects.filter(case=case).update(attempts=due.MAX_ATTEMPTS - 1)
    make_due(case, "triage_deadline")
    work(down())
    assert set(Job.objects.filter(case=case).values_list("state", flat=True)) == {"running"}
    publish_policy(document=default_data(), actor=None)
    Job.objects.filter(case=case).update(next_at=Now())
    work(down())
    case.refresh_from_db()
    assert (case.state, case.reason_codes[0]) == ("queued", "TOOL_FAILURE")


def test_closing_twice_closes_once(cast: Cast) -> None:
    case = settled(cast)
    job = Job.objects.get(case=case, kind="close")
    make_due(case, "close")
    work()
    due.enqueue("close", key="again", case=case, payload=job.payload)
    work()
    assert Event.objects.filter(stream=case.pk, kind="case.closed").count() == 1


def test_work_that_fails_for_good_on_a_settled_case_puts_it_before_a_person(cast: Cast) -> None:
    """P9: a decision that cannot be made final does not stay half made."""
    case = settled(cast)
    Job.objects.filter(case=case, kind="close").update(
        payload={}, next_at=Now(), attempts=due.MAX_ATTEMPTS - 1
    )
    work()
    case.refresh_from_db()
    assert case.state == "queued"


def test_what_failed_says_where_and_quotes_nobody(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    case = received(cast)
    work(Scripted(fails=RuntimeError("Maria Lagman, card 4111 1111")))
    kept = Job.objects.get(case=case, kind="triage").last_error
    record = TriageRecord.objects.get(case=case).error
    assert kept.startswith("RuntimeError at engine.py:")
    assert "Lagman" not in kept + record + caplog.text


def test_draining_ends_with_the_time_it_was_given(cast: Cast) -> None:
    for _ in range(3):
        received(cast)
    assert drain(HANDLERS, GIVEN_UP, seconds=0) == 0
    assert Case.objects.filter(state="received").count() == 3


def test_backing_off_grows_and_is_capped(cast: Cast) -> None:
    """P9: 2^n seconds, jittered by a quarter, ten minutes at most."""
    case = received(cast)
    job = Job.objects.filter(case=case, kind="triage")
    waits = []
    for attempt in (1, 2, 3, 4):
        job.update(attempts=attempt, state="running", token=F("token") + 1)
        due.fail(job.get(), "x")
        waits.append(job.annotate(wait=F("next_at") - Now()).get().wait.total_seconds())
    for attempt, wait in zip((1, 2, 3, 4), waits, strict=True):
        assert 0.7 * 2**attempt <= wait <= 1.26 * 2**attempt
