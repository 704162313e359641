"""Errors that keep coming back: many cases, one operations case (R034)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Now

from accounts.choices import EventKind
from accounts.ledger import record
from accounts.models import AIAgent
from escalations.choices import AlertKind, Autonomy, CaseState, Channel, Severity
from escalations.models import Case, CaseType, ErrorGroup, Queue, Sighting
from escalations.services.alerting import raise_alert
from escalations.services.intake import digest_of, numbered
from escalations.services.receiving import write_case
from escalations.signatures import Failure

OPERATIONS, TYPE = "operations", "system_error"
OVER = (CaseState.RESOLVED, CaseState.AUTO_RESOLVED, CaseState.CLOSED)


def note_errors(case: Case, failures: Sequence[Failure]) -> int:
    """Remember the errors that `case` met, each in a transaction of its own; how often the worst came in the window.

    From the limit on the error has one operations case: it is opened once, whoever meets the error at the same
    moment (they wait for each other on the group's row), and every case that met it is told its reference.
    """
    if case.case_type.slug == TYPE:
        return _of_group(case)
    return max((_noted(case, failure) for failure in failures), default=0)


@transaction.atomic
def _noted(case: Case, failure: Failure) -> int:
    group = _group(case, failure)
    Sighting.objects.bulk_create(
        [Sighting(group=group, case=case, times=min(failure.times, 1000))], ignore_conflicts=True
    )
    since = Now() - timedelta(minutes=settings.HANDRAIL_REPEATED_ERRORS_MINUTES)
    lately = Sighting.objects.filter(group=group, at__gte=since)
    times: int = lately.aggregate(times=Sum("times"))["times"] or 0
    if group.operations_case_id is None and times >= settings.HANDRAIL_REPEATED_ERRORS:
        group.operations_case = _open(case, group, times)
    group.count = Sighting.objects.filter(group=group).count()
    group.save(update_fields=["operations_case", "count", "last_at"])
    if group.operations_case is not None:
        _join(group)
    return times


def _group(case: Case, failure: Failure) -> ErrorGroup:
    """The open group, locked. One whose operations case has ended is over: the error is back, and a new matter."""
    for _ in range(2):
        ErrorGroup.objects.bulk_create(
            [
                ErrorGroup(
                    client=case.client, signature=failure.signature, tool=failure.tool, error=failure.error
                )
            ],
            ignore_conflicts=True,
        )
        group = (
            ErrorGroup.objects.select_for_update(of=("self",))
            .select_related("operations_case")
            .get(client=case.client, signature=failure.signature, closed_at=None)
        )
        if group.operations_case is None or group.operations_case.state not in OVER:
            break
        ErrorGroup.objects.filter(pk=group.pk).update(closed_at=Now())
    group.last_at = Now()
    return group


def _open(case: Case, group: ErrorGroup, times: int) -> Case:
    """One case for people, through the same door as any other: with its event, its clock and its trail."""
    agent = AIAgent.objects.get(pk=case.agent_id)
    minutes = settings.HANDRAIL_REPEATED_ERRORS_MINUTES
    body: dict[str, Any] = {
        "external_id": f"errors-{group.pk}", "case_type": TYPE, "channel": Channel.API, "customer": {}, "fields": [],
        "subject": f"{group.tool} keeps failing: {group.error}"[:300],
        "messages": [{
            "author": "ai",
            "text": f"The tool {group.tool} failed {times} times within {minutes} minutes with the same error: "
                    f"{group.error or 'no message'}. The cases that met it are listed with this one.",
        }],
        "handoff": {
            "schema": "handoff/1", "summary": f"{group.tool} failed {times} times in {minutes} minutes.",
            "intent": TYPE, "reasons": ["REPEATED_ERROR"], "known_facts": [], "told_customer": [],
            "steps": [{"tool": group.tool, "ok": False, "result": {"error": group.error}, "arguments": {}}],
            "open_question": "What is wrong with it, and what must be done for the cases that met it?",
        },
    }  # fmt: skip
    key = body["external_id"]
    opened = write_case(
        agent=agent, case_type=numbered(_type(case)), key=key, digest=digest_of(body), body=body
    )
    raise_alert(
        AlertKind.REPEATED_ERROR, f"group:{group.pk}", severity=Severity.HIGH, case_id=opened.pk,
        client_id=case.client_id, queue_id=opened.case_type.default_queue_id,
        data={"tool": group.tool, "count": times, "minutes": minutes, "group": group.pk},
    )  # fmt: skip
    return Case.objects.get(pk=opened.pk)


def _type(case: Case) -> CaseType:
    """The client's case type for operations cases; made when it is first needed."""
    queue = Queue.objects.filter(slug=OPERATIONS).first() or case.case_type.default_queue
    endings = [
        {"code": "repaired", "label": "Repaired"},
        {"code": "reported", "label": "Reported to its maker"},
        {"code": "no_fault", "label": "No fault found"},
    ]
    return CaseType.objects.get_or_create(
        client=case.client, slug=TYPE,
        defaults={
            "name": "Repeated system error", "autonomy": Autonomy.OFF, "default_queue": queue, "sla_minutes": 240,
            "dispositions": endings,
            "guidance": [
                "Find out whether the tool, the network or the agent's use of it fails.",
                "Tell the agent's owner when the agent should stop trying.",
                "When it works again, look at the cases that met the error.",
            ],
        },
    )[0]  # fmt: skip


def _join(group: ErrorGroup) -> None:
    """Tell every case that met the error, once, and the operations case how many they are by now."""
    waiting = list(Sighting.objects.filter(group=group, joined=False).order_by("case_id"))
    operations = group.operations_case
    if operations is None or not waiting:
        return
    for sighting in waiting:
        record(sighting.case_id, kind=EventKind.CASE_GROUPED, actor=None, group=group.pk, ref=operations.ref)
    record(
        operations.pk,
        kind=EventKind.CASE_GROUPED,
        actor=None,
        group=group.pk,
        count=group.count,
        joined=len(waiting),
    )
    Sighting.objects.filter(pk__in=[sighting.pk for sighting in waiting]).update(joined=True)


def _of_group(case: Case) -> int:
    """For an operations case itself: how often its error came."""
    total = Sighting.objects.filter(group__operations_case=case).aggregate(times=Sum("times"))["times"]
    return int(total or 0)
