"""Departments' parts of cases: those of one case, and those that wait for a person's queues."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import reach, scopes_of
from escalations.models import Case, SubTask
from escalations.permissions import may_see
from escalations.services.subtasks import may_end_subtask
from reviews.selectors.addresses import address

SHOWN = 100


@dataclass(frozen=True, slots=True)
class PartView:
    """One department's part. `may` says that the reader can end it or pass it on; `url` is the case's, "" when the
    case is not for their eyes.
    """

    pk: int
    ref: str
    url: str
    queue: str
    title: str
    state: str
    state_label: str
    due_at: datetime
    assignee: str
    mine: bool
    may: bool
    ended: str = ""


@dataclass(frozen=True, slots=True)
class PartsScreen:
    """The parts of a case and who oversees it; or, without a `ref`, those that wait for the reader."""

    ref: str
    rows: tuple[PartView, ...]
    overseer: str = ""


def parts_of(case: Case, actor: User) -> PartsScreen:
    """Every part of a case, the open ones first. `case` has `overseer` loaded."""
    found = _loaded().filter(case=case).order_by("-state", "pk")
    rows = tuple(_view(task, actor, seen=True) for task in found)
    return PartsScreen(case.ref, rows, case.overseer.name if case.overseer else "")


def parts_for(actor: User) -> PartsScreen:
    """The open parts that this person has or may take, the soonest due first, at most SHOWN."""
    worked = reach(
        actor, Capability.CASE_CLAIM, client="case__client_id", queue="queue__slug", tier="queue__tier"
    )
    clients = {scope.client for scope in scopes_of(actor, Capability.CASE_VIEW)}
    own = Q(assignee=actor) if None in clients else Q(assignee=actor, case__client__in=clients)
    found = _loaded().filter(own | worked, state=SubTask.State.OPEN).order_by("due_at", "pk")[:SHOWN]
    rows: Iterator[PartView] = (_view(task, actor, seen=bool(may_see(actor, task.case))) for task in found)
    return PartsScreen("", tuple(rows))


def _loaded() -> QuerySet[SubTask]:
    return SubTask.objects.select_related("queue", "assignee", "done_by", "case__queue", "case__client")


def _view(task: SubTask, actor: User, *, seen: bool) -> PartView:
    by = task.done_by.short_name if task.done_by else ""
    is_open = task.state == SubTask.State.OPEN
    return PartView(
        task.pk, task.case.ref, address("case", task.case.ref) if seen else "", task.queue.name, task.title, task.state,
        task.get_state_display(), task.due_at, task.assignee.short_name if task.assignee else "",
        task.assignee_id == actor.pk, is_open and bool(may_end_subtask(actor, task, task.case)), by,
    )  # fmt: skip
