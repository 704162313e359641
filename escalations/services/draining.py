"""Working off what is due, one row at a time, until nothing is or the time is up."""

import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog
from django.db import transaction

from escalations.errors import Fenced
from escalations.models import Job
from escalations.services import due

log = structlog.get_logger(__name__)

Handler = Callable[[Job], None]


def drain(handlers: Mapping[str, Handler], given_up: Mapping[str, Handler], *, seconds: float = 10) -> int:
    """Do due work for at most `seconds` (a piece begun is finished); how many pieces were taken.

    A failure puts the piece back with a growing delay; the last one puts its case before a person.
    """
    until = time.monotonic() + seconds
    taken = 0
    while time.monotonic() < until and (job := due.take(tuple(handlers))) is not None:
        taken += 1
        with structlog.contextvars.bound_contextvars(
            job=job.kind, case=str(job.case_id), attempt=job.attempts
        ):
            _do(job, handlers[job.kind], given_up[job.kind])
    return taken


def _do(job: Job, handle: Handler, give_up: Handler) -> None:
    if job.attempts > due.MAX_ATTEMPTS:  # it was taken and never came back: it kills its workers
        _fail(job, "ended its worker every time", give_up)
        return
    try:
        handle(job)
    except Fenced:
        log.warning("job.fenced")
    except Exception as error:
        log.error("job.failed", error=type(error).__name__, at=_where(error))  # noqa: TRY400  see _where
        _fail(job, f"{type(error).__name__} at {_where(error)}", give_up)


def _where(error: Exception) -> str:
    """File and line of the failure. Messages are left out: a database's or a model's may quote the case."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _fail(job: Job, error: str, give_up: Handler) -> None:
    """Dead only together with what follows from it: while nobody can be given the case, the row stays due."""
    try:
        with transaction.atomic():
            if due.fail(job, error):
                log.error("job.dead")
                give_up(job)
    except Exception as worse:
        log.error("job.not_given_up", error=type(worse).__name__, at=_where(worse))  # noqa: TRY400  see _where
