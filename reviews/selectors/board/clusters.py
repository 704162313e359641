"""Repeated and high-risk issues: reason by category, and errors of one signature (R105)."""

from datetime import datetime
from typing import Any

from django.db.models import F, Max, Min, QuerySet, Sum

from escalations.choices import ReasonCode
from escalations.models import Cluster, ErrorGroup
from reviews.selectors.addresses import address
from reviews.selectors.board.cases import Choice
from reviews.selectors.board.kept import rows_of
from reviews.selectors.board.scope import Floor
from reviews.selectors.board.shapes import ClusterRow

ROWS = 8
REPEATED = 3
"""From so many on an issue repeats; of high risk one is enough."""

REASONS = dict(ReasonCode.choices)


def clusters_on(floor: Floor) -> tuple[tuple[ClusterRow, ...], datetime | None]:
    """The largest, those of high risk first; and when they were counted."""
    found: list[ClusterRow] = []
    at: datetime | None = None
    for reason, category, n, risky, first, counted_at in rows_of(floor, _counted):
        at = counted_at
        if (n >= REPEATED or risky) and len(found) < ROWS:
            found.append(
                ClusterRow(
                    str(REASONS.get(reason, reason)), category.replace("_", " "), n, risky, first,
                    Choice(reason=reason, category=category).url(floor.view),
                )
            )  # fmt: skip
    return (*_errors(floor), *found), at


def _errors(floor: Floor) -> list[ClusterRow]:
    """Open groups of one system error whose operations case is on this floor."""
    return [
        ClusterRow(error or "Repeated error", tool, n, 0, at, address("case", ref), repeated=True)
        for error, tool, n, at, ref in rows_of(floor, _groups)
    ]


def _counted(floor: Floor) -> QuerySet[Cluster, Any]:
    rows = floor.of(Cluster.objects.all()).values_list("reason", "category")
    return rows.annotate(
        sum=Sum("n"), risk=Sum("risky"), first=Min("first_seen"), at=Max("counted_at")
    ).order_by(F("risk").desc(), F("sum").desc(), "reason", "category")[: 4 * ROWS]


def _groups(floor: Floor) -> QuerySet[ErrorGroup, Any]:
    groups = ErrorGroup.objects.filter(closed_at=None, operations_case__in=floor.cases).order_by("-count")
    return groups.values_list("error", "tool", "count", "started_at", "operations_case__ref")[:3]
