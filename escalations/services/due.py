"""Due rows: PostgreSQL remembers what must be done, Celery only wakes somebody to look."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from escalations.choices import AlertKind, Severity
from escalations.errors import Fenced
from escalations.models import Case, Decision, Job
from escalations.services.alerting import raise_alert

MAX_ATTEMPTS = 5
CAP = timedelta(minutes=10)

TAKE = """
UPDATE escalations_job SET state = 'running', token = token + 1, attempts = attempts + 1,
       lease_until = statement_timestamp() + make_interval(secs => %s),
       next_at = statement_timestamp() + make_interval(secs => %s)
WHERE id = (SELECT id FROM escalations_job
            WHERE state IN ('ready', 'running') AND next_at <= statement_timestamp() AND kind = ANY(%s)
            ORDER BY priority, next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *
"""


def enqueue(
    kind: str,
    *,
    key: str,
    case: Case | None = None,
    after: timedelta = timedelta(0),
    priority: int = 100,
    payload: dict[str, Any] | None = None,
) -> None:
    """Make a piece of work due `after` now (the database's clock). One open job per kind and key: a second is none."""
    Job.objects.bulk_create(
        [Job(kind=kind, key=key, case=case, next_at=Now() + after, priority=priority, payload=payload or {})],
        ignore_conflicts=True,
    )


def cancel(kind: str, *, key: str) -> None:
    """The work is no longer wanted; a worker that has it in hand will be fenced off."""
    _cancel(Job.objects.filter(kind=kind, key=key))


def cancel_of(case: Case, kind: str) -> None:
    """The same for every open job of that kind about a case; for "close" see `cancel_closing`."""
    _cancel(Job.objects.filter(kind=kind, case=case))


def cancel_closing(case: Case) -> None:
    """The same for whatever would make a decision on the case final. Found by its decisions: every decision brings such
    a job, so that those stand in no index of jobs by their cases.
    """
    made = Decision.objects.filter(case=case).exclude(standing=Decision.Standing.UNDONE)
    _cancel(Job.objects.filter(kind="close", key__in=[str(pk) for pk in made.values_list("pk", flat=True)]))


def _cancel(jobs: QuerySet[Job]) -> None:
    jobs.filter(state__in=[Job.State.READY, Job.State.RUNNING]).update(
        state=Job.State.DONE, finished_at=Now(), token=F("token") + 1
    )


def take(kinds: Sequence[str]) -> Job | None:
    """Take the most urgent due job of these kinds under a lease, or None. A job whose worker died is due again."""
    lease = settings.HANDRAIL_JOB_LEASE_SECONDS
    with transaction.atomic():
        return next(iter(Job.objects.raw(TAKE, [lease, lease, list(kinds)])), None)


def renew(job: Job) -> bool:
    """Hold on to `job` for another lease while long work on it goes on; False when somebody else has it by now."""
    until = Now() + timedelta(seconds=settings.HANDRAIL_JOB_LEASE_SECONDS)
    mine = Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING)
    return bool(mine.update(next_at=until, lease_until=until))


def finish(job: Job) -> None:
    """Mark `job` done inside the transaction of its effects; raises Fenced when the lease went to somebody else."""
    done = Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING).update(
        state=Job.State.DONE, finished_at=Now(), lease_until=None
    )
    if not done:
        raise Fenced(f"{job} was taken by somebody else")


def fail(job: Job, error: str) -> bool:
    """Put `job` back with a growing, jittered delay, or declare it dead after MAX_ATTEMPTS. True when dead."""
    dead = job.attempts >= MAX_ATTEMPTS
    delay = min(timedelta(seconds=2**job.attempts * random.uniform(0.75, 1.25)), CAP)  # noqa: S311  jitter, no secret
    mine = Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING)
    changed = mine.update(
        state=Job.State.DEAD if dead else Job.State.READY,
        next_at=Now() + delay, lease_until=None, last_error=error[:500],
    )  # fmt: skip
    if dead and changed:
        stream = job.case_id or stream_of("jobs", job.kind)
        record(stream, kind=EventKind.JOB_DEAD, actor=None, job=job.kind, attempts=job.attempts)
        raise_alert(  # one a kind of work, counted: a thousand dead jobs are one alarm
            AlertKind.JOB_DEAD, job.kind, severity=Severity.HIGH,
            data={"ref": job.kind, "job": job.kind, "attempts": job.attempts},
        )  # fmt: skip
    return bool(dead and changed)
