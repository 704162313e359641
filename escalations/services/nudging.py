"""Waking a worker. A wake-up that gets lost costs a second, never a case: the rows are the queue.

One thread a process talks to the broker, so that no request ever waits for it: measured, a client of Redis
retries for seven seconds before it says that nobody listens. Many wishes become one message.
"""

import os
import threading
import time

import structlog
from celery import current_app

log = structlog.get_logger(__name__)

TASK = "escalations.tasks.drain"
PAUSE_AFTER_FAILURE = 5.0  # seconds; meanwhile the clock's own ticks find the work


class Waker:
    """Sends a wake-up soon after `wish()`, from a thread of its own that starts with the first wish."""

    def __init__(self) -> None:
        self._wished = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def wish(self) -> None:
        """Never waits and never raises."""
        self._wished.set()
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="nudge", daemon=True)
                    self._thread.start()

    def send(self) -> None:
        """What the thread does for all wishes so far."""
        send()

    def _run(self) -> None:
        while True:
            self._wished.wait()
            self._wished.clear()
            try:
                self.send()
            except Exception as error:  # whatever a broker's client raises
                log.warning("nudge.failed", error=type(error).__name__)
                time.sleep(PAUSE_AFTER_FAILURE)


_waker = Waker()


def nudge() -> None:
    """Tell a worker that work is due. Call it after the commit."""
    _waker.wish()


def send() -> None:
    """One message to whichever worker is first. Raises what the broker's client raises."""
    current_app.send_task(TASK, retry=False, ignore_result=True, expires=30)


def _begin_anew() -> None:
    global _waker
    _waker = Waker()  # a forked process has none of its parent's threads


os.register_at_fork(after_in_child=_begin_anew)
