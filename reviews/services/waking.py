"""Waking the loop that hands out cases, after whatever frees somebody. A wake-up that gets lost costs two seconds."""

import os
import time

from celery import current_app
from django.db import transaction

from escalations.services.nudging import Waker

TASK = "reviews.tasks.hand_out"
GATHER = 0.25  # seconds in which wishes are gathered: a busy desk frees somebody many times a second
REST = 0.5  # seconds between two messages: one costs Celery as much processor time as a tenth of a decision's request


class _HandOut(Waker):
    def send(self) -> None:
        time.sleep(GATHER)
        current_app.send_task(TASK, retry=False, ignore_result=True, expires=10)
        time.sleep(REST)


_waker = _HandOut()


def wake() -> None:
    """Let the loop run soon after the commit of what is going on; never waits and never raises."""
    transaction.on_commit(lambda: _waker.wish())


def _begin_anew() -> None:
    global _waker
    _waker = _HandOut()  # a forked process has none of its parent's threads


os.register_at_fork(after_in_child=_begin_anew)
