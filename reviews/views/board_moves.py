"""Moving many cases from the board (R108): a preview of the effect, the move, its result, and undo."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.choices import Capability
from accounts.errors import DomainError
from accounts.models import User
from accounts.views.door import door, person
from escalations.models import Queue, SubTask
from escalations.services import subtasks
from reviews.forms import ChoiceForm, MoveForm, ViewForm
from reviews.models import BulkMove
from reviews.selectors.board.plan import Plan, Target, plan_move, selected
from reviews.selectors.board.screen import Board
from reviews.services.bulk import begin_move, undo_move

NEEDS = (Capability.CASE_ASSIGN,)


@door("POST", needs=NEEDS)
def preview(request: HttpRequest) -> HttpResponse:
    """What the move would do: who gets how many, what is late before and after, which rows are left out."""
    form = MoveForm(request.POST)
    if not form.is_valid() or (target := _target(form)) is None:
        return _refused(request, "Choose where to.")
    plan = _plan(request, form, target)
    if not plan.rows and not plan.left_out:
        return _refused(request, "Select at least one case.")
    return render(request, "reviews/board_move.html", {"plan": plan, "form": form.cleaned_data})


@door("POST", needs=NEEDS)
def apply(request: HttpRequest) -> HttpResponse:
    """Do it: the plan is made again, for the floor has moved on since the preview."""
    form = MoveForm(request.POST)
    if not form.is_valid() or (target := _target(form)) is None:
        return _refused(request, "Choose where to.")
    plan = _plan(request, form, target)
    if not plan.rows:
        return _refused(request, "None of these cases can be moved there any more.")
    rows = [(row.case, row.person) for row in plan.rows]
    bulk = begin_move(rows=rows, queue=target.queue, person=target.person, actor=person(request))
    return redirect(reverse("reviews:board_moved", args=[bulk.pk]))


@door("GET", "HEAD", needs=NEEDS)
def moved(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """What became of each row; while a large move is under way, how far it is."""
    return render(request, "reviews/board_moved.html", _result(_bulk(request, bulk_id)))


@door("POST", needs=NEEDS)
def undo(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Put back what nothing has happened to since."""
    bulk = _bulk(request, bulk_id)
    put_back = undo_move(bulk=bulk, actor=person(request))
    messages.success(request, f"{put_back} put back.")
    return redirect(reverse("reviews:board_moved", args=[bulk.pk]))


@door("POST", needs=NEEDS)
def pass_on(request: HttpRequest) -> HttpResponse:
    """Give a sub-task that waits to somebody else, in one click (R107)."""
    actor, pk = person(request), request.POST.get("subtask", "")
    task = SubTask.objects.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 10 else None
    if task is None or not Board(actor, ViewForm({}).view()).floor.cases.filter(pk=task.case_id).exists():
        raise Http404
    to = _person(request.POST.get(f"to-{pk}", ""))
    if to is None:
        return _refused(request, "Choose who gets the sub-task.")
    try:
        subtasks.pass_on(task=task, to=to, actor=actor)
    except DomainError as error:
        return _refused(request, " ".join([error.message, *getattr(error, "errors", {}).values()]))
    messages.success(request, f"{to.short_name} has {task.title}.")
    return redirect(_board(request))


def _plan(request: HttpRequest, form: MoveForm, target: Target) -> Plan:
    address = QueryDict(form.cleaned_data["query"])
    board = Board(person(request), ViewForm(address).view())
    choice = ChoiceForm(address).choice() if form.cleaned_data["all"] else None
    return plan_move(board, selected(board.floor, form.refs(), choice), target)


def _target(form: MoveForm) -> Target | None:
    """None for a queue or a person that is not there."""
    kind, key = form.cleaned_data["to"][:1], form.cleaned_data["to"][1:]
    if form.cleaned_data["to"] == "least":
        return Target()
    if kind == "q":
        queue = Queue.objects.filter(pk=key).first()
        return Target(queue=queue) if queue else None
    someone = _person(key)
    return Target(person=someone) if someone else None


def _person(key: str) -> User | None:
    return User.objects.filter(pk=key, is_active=True).first() if key.isdecimal() and len(key) < 10 else None


def _bulk(request: HttpRequest, bulk_id: UUID) -> BulkMove:
    """One's own: what others moved is in the ledger."""
    bulk = (
        BulkMove.objects.filter(pk=bulk_id, actor=person(request)).select_related("queue", "person").first()
    )
    if bulk is None:
        raise Http404
    return bulk


def _result(bulk: BulkMove) -> dict[str, Any]:
    rows = list(bulk.rows.select_related("case", "person", "before")[:500])
    counts = {
        one: bulk.rows.filter(outcome=one).count() for one in ("open", "done", "refused", "undone", "kept")
    }
    target = Target(bulk.queue, bulk.person)
    return {"bulk": bulk, "rows": rows, "counts": counts, "all": sum(counts.values()), "target": target}


def _refused(request: HttpRequest, words: str) -> HttpResponse:
    messages.error(request, words)
    return redirect(_board(request))


def _board(request: HttpRequest) -> str:
    """Back to the board as it was narrowed; only what an address of ours says."""
    query = ViewForm(QueryDict(request.POST.get("query", "")[:600])).view().query
    return reverse("reviews:board") + (f"?{query}" if query else "")
