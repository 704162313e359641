"""The board put together: each part by itself, so that each can be asked for by itself."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import scopes_of
from reviews.selectors.board.ageing import Due, bands_on, due_on
from reviews.selectors.board.clusters import clusters_on
from reviews.selectors.board.held import Held, held_on
from reviews.selectors.board.outlook import Looked, look_ahead, outlook_of
from reviews.selectors.board.pending import pending_on
from reviews.selectors.board.people import Worker, workers_on
from reviews.selectors.board.risk import at_risk
from reviews.selectors.board.scope import Floor, View
from reviews.selectors.board.shapes import Outlook, Pending
from reviews.selectors.board.stuck import stuck_on
from reviews.selectors.board.trend import finding, trend_on
from reviews.selectors.board.workload import workload_of

STEP = 10
"""Seconds: the board's clock moves in steps, so that a figure in which nothing moved stays the same to the byte."""


class Board:
    """One reader's board now. What several parts need is read once."""

    def __init__(self, actor: User, view: View) -> None:
        self.floor = Floor(actor, view, tick(timezone.now()))

    @cached_property
    def held(self) -> list[Held]:
        return held_on(self.floor)

    @cached_property
    def due(self) -> Due:
        return due_on(self.floor, self.held)

    @cached_property
    def pending(self) -> Pending:
        return pending_on(self.floor, self.held)

    @cached_property
    def workers(self) -> list[Worker]:
        return workers_on(self.floor, self.held)

    @cached_property
    def looked(self) -> Looked:
        return look_ahead(self.floor, self.held, self.workers, self.due)

    @cached_property
    def outlook(self) -> Outlook:
        return outlook_of(self.floor, self.looked, self.due)

    def part(self, name: str) -> dict[str, Any]:
        """What the template of one part is given. KeyError for a name that is none."""
        return {"now": self.floor.now, "view": self.floor.view, **PARTS[name](self)}


def tick(moment: datetime) -> datetime:
    """The board's clock."""
    return moment.replace(second=moment.second - moment.second % STEP, microsecond=0)


def _head(board: Board) -> dict[str, Any]:
    here = [worker for worker in board.workers if worker.is_here(board.floor.now)]
    return {
        "pending": board.pending, "late": board.due.late, "likely": board.outlook.likely_late,
        "until": board.outlook.until, "here": len(here), "over": sum(one.units > one.capacity for one in here),
    }  # fmt: skip


def _pending(board: Board) -> dict[str, Any]:
    bands, at = bands_on(board.floor, board.held)
    waiting = board.pending.total.n - len(board.held)
    return {
        "pending": board.pending,
        "bands": bands if at or not waiting else (),
        "bands_at": at or board.floor.now,
    }


def _risk(board: Board) -> dict[str, Any]:
    return {
        "risk": at_risk(board.floor, board.held, board.looked), "late": board.due.late,
        "may_assign": bool(scopes_of(board.floor.actor, Capability.CASE_ASSIGN)),
    }  # fmt: skip


def _stuck(board: Board) -> dict[str, Any]:
    return {
        "stuck": stuck_on(board.floor), "people": [one for one in board.workers if one.is_here(board.floor.now)],
        "may_assign": bool(scopes_of(board.floor.actor, Capability.CASE_ASSIGN)),
    }  # fmt: skip


def _clusters(board: Board) -> dict[str, Any]:
    rows, at = clusters_on(board.floor)
    return {"clusters": rows, "counted_at": at}


def _trend(board: Board) -> dict[str, Any]:
    trends = trend_on(board.floor)
    return {"trends": trends, "finding": finding(trends)}


PARTS: Mapping[str, Callable[[Board], dict[str, Any]]] = {
    "head": _head,
    "pending": _pending,
    "outlook": lambda board: {"outlook": board.outlook},
    "workload": lambda board: {"workload": workload_of(board.floor, board.workers)},
    "risk": _risk,
    "stuck": _stuck,
    "clusters": _clusters,
    "trend": _trend,
}
