"""Sub-tasks: each department's part of a case that needs several, in that department's queue (R049)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from accounts.choices import Capability, EventKind
from accounts.hints import hint
from accounts.ledger import record
from accounts.models import Event, User
from accounts.permissions import Verdict, can, scopes_of
from accounts.services.roles import Place
from escalations.choices import AlertKind
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Case, Queue, SubTask
from escalations.services.alerting import NewAlert, raise_alerts
from escalations.services.entering import MANY
from escalations.transitions import touch

ENDS = {"done": SubTask.State.DONE, "drop": SubTask.State.DROPPED}


def open_subtasks(case: Case, departments: Sequence[str], *, due_at: datetime) -> list[SubTask]:
    """One sub-task a department that has a queue here, if there are two or more and it has none of this case yet.

    `case` is locked by the caller, who writes its count and tells the ledger after the move.
    """
    if len(departments) < MANY:
        return []
    queues = {queue.slug: queue for queue in Queue.objects.filter(slug__in=departments)}
    known = set(SubTask.objects.filter(case=case).values_list("department", flat=True))
    wanted = [slug for slug in departments if slug in queues and slug not in known]
    if len(known) + len(wanted) < MANY:
        return []
    return SubTask.objects.bulk_create(
        [
            SubTask(
                case=case, department=slug, queue=queues[slug], due_at=due_at,
                title=f"{queues[slug].name}: their part of {case.ref}",
            )
            for slug in wanted
        ]
    )  # fmt: skip


def tell_opened(case: Case, opened: Sequence[SubTask]) -> None:
    """The ledger's line for each new sub-task, on the case's own stream."""
    for task in opened:
        record(
            case.pk, kind=EventKind.SUBTASK_OPENED, actor=None, subtask=task.pk, department=task.department,
            queue=task.queue.slug, due_at=task.due_at.isoformat(),
        )  # fmt: skip
    raise_alerts([_alert(case, task, task.queue.owner_id) for task in opened])


def may_end_subtask(actor: User, task: SubTask, case: Case) -> Verdict:
    """May they end or pass on a department's part? Whoever has it, works its queue, or answers for the case."""
    if actor.pk in (task.assignee_id, case.holder_id, case.overseer_id) and any(
        scope.client in (None, case.client_id) for scope in scopes_of(actor, Capability.CASE_VIEW)
    ):
        return Verdict(True, "it is theirs, or the case is")
    worked = can(actor, Capability.CASE_CLAIM, Place(case.client_id, task.queue.slug, task.queue.tier))
    return worked or Verdict(False, "they do not work that queue")


def end_subtask(*, task: SubTask, how: str, actor: User) -> SubTask:
    """Say that a department's part is `done`, or not needed (`drop`). Conflict when somebody said so before.

    NotAllowed but for its assignee, whoever works cases of its queue, the case's holder and its overseer.
    """
    if how not in ENDS:
        raise Invalid("Done, or not needed.", {"how": "Choose one of the two."})
    with transaction.atomic():
        case, task = _locked(task, actor)
        _end(case, task, how, actor)
    return task


def end_all(*, case: Case, how: str, decision: UUID, actor: User) -> None:
    """End every open part of `case`, which the caller has moved and so locked, as a final `decision`'s form says."""
    open_now = SubTask.objects.select_for_update(of=("self",)).filter(case=case, state=SubTask.State.OPEN)
    for task in open_now.order_by("pk"):
        _end(case, task, how, actor, decision)


def reopen_all(*, case: Case, decision: UUID, actor: User) -> None:
    """Open the parts again that `decision`, now taken back, ended; the caller has moved `case` and so locked it.

    Parts that a department ended itself stay ended. Who had one has it again.
    """
    ended = Event.objects.filter(stream=case.pk, kind=EventKind.SUBTASK_DONE, data__decided=str(decision))
    ids = [int(one) for one in ended.values_list("data__subtask", flat=True)]
    tasks = SubTask.objects.select_for_update(of=("self",)).filter(case=case, pk__in=ids).order_by("pk")
    for task in tasks.exclude(state=SubTask.State.OPEN):
        SubTask.objects.filter(pk=task.pk).update(state=SubTask.State.OPEN, done_at=None, done_by=None)
        record(
            case.pk, kind=EventKind.SUBTASK_REOPENED, actor=actor, subtask=task.pk, department=task.department,
            decided=decision,
        )  # fmt: skip
        _count(case, task)


def pass_on(*, task: SubTask, to: User | None, actor: User) -> SubTask:
    """Give an open sub-task to somebody who may work its queue; to nobody puts it back for the whole queue."""
    with transaction.atomic():
        case, task = _locked(task, actor)
        if to is not None and not may_end_subtask(to, task, case):
            raise Invalid("They cannot take it.", {"to": f"{to.short_name} does not work {task.queue.name}."})
        SubTask.objects.filter(pk=task.pk).update(assignee=to)
        record(
            case.pk, kind=EventKind.SUBTASK_ASSIGNED, actor=actor, subtask=task.pk, department=task.department,
            before=task.assignee_id, to=to.pk if to else None,
        )  # fmt: skip
        if to is not None and to != actor:
            raise_alerts([_alert(case, task, to.pk)])
        task.assignee = to
        hint(f"case:{case.pk}", f"queue:{task.queue_id}", "board")
    return task


def _alert(case: Case, task: SubTask, to: int) -> NewAlert:
    """Tells the queue's owner of a new part, or whoever gets it."""
    return NewAlert(
        AlertKind.SUBTASK, f"subtask:{task.pk}:{to}", case_id=case.pk, client_id=case.client_id,
        queue_id=task.queue_id, to=(to,), data={"subtask": task.pk, "department": task.department},
    )  # fmt: skip


def _locked(task: SubTask, actor: User) -> tuple[Case, SubTask]:
    """The case first, then its sub-task: the order in which a decision takes them."""
    case = Case.objects.select_for_update(of=("self",)).select_related("queue").get(pk=task.case_id)
    task = SubTask.objects.select_for_update(of=("self",)).select_related("queue", "assignee").get(pk=task.pk)
    if not (verdict := may_end_subtask(actor, task, case)):
        raise NotAllowed(f"This part is {task.queue.name}'s: {verdict.rule}.")
    if task.state != SubTask.State.OPEN:
        who = f" by {task.done_by.short_name}" if task.done_by else ""
        raise Conflict(f"This part was ended already{who}.")
    return case, task


def _end(case: Case, task: SubTask, how: str, actor: User, decision: UUID | None = None) -> None:
    state = ENDS[how]
    SubTask.objects.filter(pk=task.pk).update(state=state, done_at=Now(), done_by=actor)
    record(
        case.pk, kind=EventKind.SUBTASK_DONE, actor=actor, subtask=task.pk, department=task.department,
        state=str(state), decided=decision,
    )  # fmt: skip
    _count(case, task)
    task.state = state


def _count(case: Case, task: SubTask) -> None:
    """Say on the case how many parts are open now, and tell the pages that show them."""
    left = SubTask.objects.filter(case=case, state=SubTask.State.OPEN).count()
    touch(Case.objects.filter(pk=case.pk), subtasks_open=left)
    hint(f"case:{case.pk}", f"queue:{task.queue_id}", "board")
