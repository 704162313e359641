"""Timing every open case anew after a promise has changed: in the background, a batch a transaction."""

from typing import Any
from uuid import UUID

from django.db import transaction

from escalations.choices import AWAITING_HUMAN, CaseState
from escalations.models import Case, Job
from escalations.services import due
from escalations.services.timing import retime

BATCH = 200  # cases locked at a time, for some tens of milliseconds
TIMED = (*AWAITING_HUMAN, CaseState.WITH_AI)


def retime_batch(job: Job) -> None:
    """Time the next cases of the job's walk anew, and put the rest back as a new job. Finishes the job."""
    payload: dict[str, Any] = job.payload
    with transaction.atomic():
        cases = Case.objects.filter(state__in=TIMED).order_by("pk")
        if payload.get("client"):
            cases = cases.filter(client=payload["client"])
        if payload.get("after"):
            cases = cases.filter(pk__gt=UUID(payload["after"]))
        ids = list(cases.select_for_update(no_key=True).values_list("pk", flat=True)[:BATCH])
        retime(ids)
        due.finish(job)
        if len(ids) == BATCH:
            due.enqueue("retime", key=job.key, priority=200, payload=payload | {"after": str(ids[-1])})
