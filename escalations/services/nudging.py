"""Waking a worker. A wake-up that gets lost costs a second, never a case: the rows are the queue."""

import time

import structlog
from celery import current_app
from kombu.exceptions import KombuError

log = structlog.get_logger(__name__)

TASK = "escalations.tasks.drain"
PAUSE_AFTER_FAILURE = 5.0  # seconds in which nobody waits for a broker that has just failed to answer
_quiet_until = 0.0


def nudge() -> None:
    """Tell a worker that work is due. Never raises: without a broker the clock's own tick finds the work."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        current_app.send_task(TASK, retry=False, ignore_result=True, expires=30)
    except (KombuError, OSError) as error:
        _quiet_until = time.monotonic() + PAUSE_AFTER_FAILURE
        log.warning("nudge.failed", error=type(error).__name__)
