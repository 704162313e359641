"""Whole transactions that are made anew when the database broke them off for the sake of another."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

TIMES = 4
"""Attempts. Each ends at least one other's wait, so that a second is rare and a third was never seen."""

P = ParamSpec("P")
R = TypeVar("R")
log = structlog.get_logger(__name__)


def again_when_deadlocked(work: Callable[P, R]) -> Callable[P, R]:
    """Run `work` in a transaction of its own (a savepoint inside the caller's), and anew after a deadlock.

    Whoever looks for the next case locks what is first in their order. When another has just taken that, PostgreSQL
    looks again, finds that it no longer qualifies, and keeps the lock to the end: on a case that the other may be
    deciding. If the first then waits for what the second is taking, they wait for each other, and one is broken off.
    Nothing of it stands then, so that all of it may be done again. Only for work that writes nothing but rows; what
    it leaves for after the commit is forgotten with it.
    """

    @wraps(work)
    def repeated(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(TIMES - 1):
            try:
                with transaction.atomic():
                    return work(*args, **kwargs)
            except OperationalError as error:
                if not isinstance(error.__cause__, DeadlockDetected):
                    raise
                log.warning("transaction.deadlocked", work=work.__qualname__)
        with transaction.atomic():
            return work(*args, **kwargs)

    return repeated
