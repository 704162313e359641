"""Pending by type and severity (R103): from the maintained counts and the few cases in hand."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum

from escalations.choices import CaseState, Severity
from escalations.models import Backlog, Waiting
from reviews.selectors.board.cases import Choice
from reviews.selectors.board.held import Held
from reviews.selectors.board.kept import rows_of
from reviews.selectors.board.scope import Floor
from reviews.selectors.board.shapes import Cell, Pending, TypeRow


def pending_on(floor: Floor, held: Iterable[Held]) -> Pending:
    """The matrix, types with the gravest and most cases first. Types of several clients with one slug are one row."""
    waits: dict[str, Counter[int]] = defaultdict(Counter)
    aside: Counter[str] = Counter()
    names: dict[str, str] = {}
    types: set[int] = set()
    for pk, slug, name, state, severity, n in rows_of(floor, _counted):
        names.setdefault(slug, name)
        if state == CaseState.QUEUED:
            types.add(pk)
            waits[slug][severity] += n
        else:
            aside[slug] += n
    for case in held:
        names.setdefault(case.type_slug, case.case_type)
        waits[case.type_slug][case.severity] += 1
    oldest = _oldest(floor, held, tuple(sorted(types)))
    slugs = sorted(names, key=lambda slug: (*(-waits[slug][one] for one in Severity.values), names[slug]))
    return Pending(
        rows=tuple(
            _row(floor, slug, names[slug], waits[slug], aside[slug], oldest.get(slug)) for slug in slugs
        ),
        sums=tuple(
            Cell(sum(waits[slug][one] for slug in names), Choice(severity=one).url(floor.view))
            for one in Severity.values
        ),
        total=Cell(sum(count.total() for count in waits.values()), Choice().url(floor.view)),
        aside=Cell(aside.total(), Choice(state="aside").url(floor.view)),
    )


def _row(
    floor: Floor, slug: str, name: str, waits: Counter[int], aside: int, oldest: datetime | None
) -> TypeRow:
    url = floor.view
    cells = tuple(Cell(waits[one], Choice(type=slug, severity=one).url(url)) for one in Severity.values)
    total = Cell(waits.total(), Choice(type=slug).url(url))
    return TypeRow(name, cells, total, Cell(aside, Choice(type=slug, state="aside").url(url)), oldest)


def _counted(floor: Floor) -> QuerySet[Backlog, Any]:
    names = ("case_type", "case_type__slug", "case_type__name", "state", "severity")
    return floor.backlog.values_list(*names).annotate(sum=Sum("n")).filter(sum__gt=0).order_by()


def _oldest(floor: Floor, held: Iterable[Held], types: tuple[int, ...]) -> dict[str, datetime]:
    """When each type's oldest pending case came in."""
    found: dict[str, datetime] = {}
    waiting = rows_of(floor, _first, types) if types else []
    for slug, at in [*waiting, *((case.type_slug, case.created_at) for case in held)]:
        found[slug] = min(at, found.get(slug, at))
    return found


def _first(floor: Floor, types: tuple[int, ...]) -> QuerySet[Waiting, Any]:
    """One look into an index a type."""
    first = floor.waiting.order_by("created_at")
    looks = [first.filter(case_type=pk).values_list("case_type__slug", "created_at")[:1] for pk in types]
    return looks[0].union(*looks[1:], all=True) if len(looks) > 1 else looks[0]
