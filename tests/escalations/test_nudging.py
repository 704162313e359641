"""A lost wake-up costs a tick of the clock, never a case (safety P1, P7)."""

import os
import signal
import threading
import time
from collections.abc import Callable

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from config.celery import app
from escalations.services import nudging
from escalations.tasks import drain, fold_backlog
from tests.cast import Cast
from tests.escalations.bodies import faq
from tests.robot import Robot


def wait_for(condition: Callable[[], bool]) -> None:
    """Until it holds; what never does is told after half a minute."""
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def waker(monkeypatch: pytest.MonkeyPatch) -> nudging.Waker:
    """A waker of the test's own."""
    monkeypatch.setattr(nudging, "_waker", nudging.Waker())
    return nudging._waker


def test_a_wake_up_names_the_task_that_looks_for_due_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []
    monkeypatch.setattr(app, "send_task", lambda *a, **k: sent.append((a, k)))
    nudging.send()
    assert sent == [(("escalations.tasks.drain",), {"retry": False, "ignore_result": True, "expires": 30})]
    app.loader.import_default_modules()
    assert nudging.TASK in app.tasks


@pytest.mark.django_db
def test_a_post_never_waits_for_the_broker(
    cast: Cast,
    waker: nudging.Waker,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """P7: a broker that hangs holds up one thread of ours, and no request."""
    hanging, asked = threading.Event(), threading.Event()

    def hang() -> None:
        asked.set()
        hanging.wait(120)

    monkeypatch.setattr(nudging, "send", hang)
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            assert Robot(cast.token()).post(faq()).status_code == 202
        assert asked.wait(30)
        assert not hanging.is_set()
    hanging.set()


def test_many_wishes_at_once_become_few_messages_and_the_last_is_not_forgotten(
    waker: nudging.Waker, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[float] = []
    wished = threading.Event()

    def slow() -> None:
        sent.append(time.monotonic())
        wished.wait(60)

    monkeypatch.setattr(nudging, "send", slow)
    for _ in range(50):
        nudging.nudge()
    wait_for(lambda: bool(sent))
    nudging.nudge()
    last = time.monotonic()
    wished.set()
    wait_for(lambda: sent[-1] >= last)
    assert len(sent) <= 3


def test_a_broker_that_fails_is_left_alone_for_a_while_and_asked_again(
    waker: nudging.Waker, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[float] = []

    def refuse() -> None:
        tries.append(time.monotonic())
        raise ConnectionError

    monkeypatch.setattr(nudging, "PAUSE_AFTER_FAILURE", 0.2)
    monkeypatch.setattr(nudging, "send", refuse)
    until = time.monotonic() + 30
    while len(tries) < 2 and time.monotonic() < until:
        nudging.nudge()
        time.sleep(0.01)
    assert tries[1] - tries[0] >= 0.2


def test_a_forked_process_wakes_workers_by_itself(
    waker: nudging.Waker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread does not survive a fork; the child starts its own."""
    monkeypatch.setattr(nudging, "send", lambda: None)
    nudging.nudge()
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        nudging.send = lambda: os.write(tell, b"!")  # type: ignore[assignment]
        nudging.nudge()
        time.sleep(30)  # killed once it has spoken
        os._exit(0)
    os.close(tell)
    assert os.read(told, 1) == b"!"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(told)


def test_a_drain_without_work_ends_at_once(db: None) -> None:
    begun = time.monotonic()
    drain()
    fold_backlog()
    assert time.monotonic() - begun < 10, "a drain that waits for work waits for longer"
