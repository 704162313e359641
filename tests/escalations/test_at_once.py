"""Two requests at the same moment (R001; safety P2, P3): real connections, real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.ledger.reading import ledger_faults
from accounts.models import Event
from escalations.models import Case, Job
from escalations.services import due, nudging
from tests.cast import Cast
from tests.engine import Scripted, work
from tests.escalations.bodies import faq
from tests.escalations.cases import queued
from tests.robot import Robot

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 8


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker listens here; what is due is found by looking."""
    monkeypatch.setattr(nudging, "send", lambda: None)


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """`act` in MANY threads that start together, each with its own connection."""
    start = Barrier(MANY)

    def run(number: int) -> Any:
        try:
            start.wait()
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(run, range(MANY)))


def test_one_key_posted_many_times_at_once_is_one_case_and_all_are_answered(cast: Cast) -> None:
    """P2."""
    body, token = faq(), cast.token()
    answers = at_once(lambda _: Robot(token).post(body, key="k-1"))
    assert sorted(answer.status_code for answer in answers) == [200] * (MANY - 1) + [202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Case.objects.count() == 1
    assert Event.objects.filter(kind="case.received").count() == 1


def test_one_external_id_under_many_keys_at_once_is_one_case(cast: Cast) -> None:
    """R001."""
    token = cast.token()
    answers = at_once(lambda n: Robot(token).post(faq(external_id="T-1"), key=f"k-{n}"))
    assert {answer.status_code for answer in answers} == {200, 202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Case.objects.count() == 1


def test_many_workers_at_once_triage_each_case_once(cast: Cast) -> None:
    """R020: no case is triaged twice, none is left."""
    for _ in range(12):
        Robot(cast.token()).post(faq())
    done = at_once(lambda _: work(Scripted()))
    assert sum(done) == 12
    assert Case.objects.filter(state="auto_resolved").count() == 12
    assert Event.objects.filter(kind="case.auto_resolved").count() == 12
    assert list(ledger_faults()) == []


def test_many_hands_take_a_row_once(cast: Cast) -> None:
    Robot(cast.token()).post(faq())
    taken = at_once(lambda _: due.take(["triage"]))
    assert len([job for job in taken if job is not None]) == 1


def test_messages_at_once_are_all_kept_in_an_order_without_a_gap(cast: Cast) -> None:
    case, token = queued(cast), cast.token()
    answers = at_once(lambda n: Robot(token).say(case.pk, f"message {n}"))
    assert {answer.status_code for answer in answers} == {202}
    assert list(case.messages.values_list("position", flat=True)) == list(range(MANY + 1))
    assert list(ledger_faults()) == []


def test_the_engine_thinks_with_no_connection_open(cast: Cast) -> None:
    """House rule 9: what is read is read, and the connection is given back before the engine is asked."""
    Robot(cast.token()).post(faq())
    open_while_thinking = []

    class Watching(Scripted):
        def triage(self, case: Any) -> Any:
            open_while_thinking.append(connection.connection is not None)
            return super().triage(case)

    assert work(Watching()) == 1
    assert open_while_thinking == [False]
    assert Case.objects.get().state == "auto_resolved"
    assert not Job.objects.filter(state="running").exists()
