"""The lists of "my queue": which cases each tab holds and in which order. One statement a list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from accounts.models import User
from escalations.choices import CaseState
from escalations.models import Case, Decision, Stamp, Waiting
from escalations.models.case import KEPT_FOR_SENIORS
from escalations.permissions import waiting_seen_by
from escalations.selectors.cases import visible_cases
from escalations.selectors.configuration import configuration
from reviews.choices import Tab
from reviews.selectors.lanes import Lane, lanes_to_browse
from reviews.selectors.queue_filters import Cursor, Filters
from reviews.selectors.ready import KEPT, SINCE, Ready, fetch, grants_of, ready, somebody

PAGE = 50
MOST_BRANCHES = 60
"""More lanes than this are read in one go and sorted, rather than merged in order."""


@dataclass(frozen=True, slots=True)
class Place:
    """A queue of a client in which cases wait: ids, and the queue's slug, which grants name."""

    queue_id: int
    queue: str
    client_id: int


class Line(NamedTuple):
    """A case as a list shows it, and its place in the list's order."""

    ref: str
    subject: str
    severity: int
    state: str
    reserved_until: datetime | None
    due_at: datetime | None
    reason_codes: list[str]
    confidence: float | None
    threshold: float | None
    holder: int | None
    holder_name: str | None
    client: str
    case_type: str
    unroutable_since: datetime | None
    need: int
    at: datetime
    id: UUID


COLUMNS = (
    "ref", "subject", "severity", "state", "reserved_until", "due_at", "reason_codes", "confidence", "threshold",
    "holder_id", "holder__name", "client_id", "case_type_id", "unroutable_since", "need",
)  # fmt: skip
"""Where a line's values are, but for the last two; what client and type are called is known here (`_line`)."""

STAMPED: dict[str, Any] = {"stamp": Cast(Subquery(Stamp.objects.values("value")), CharField())}

ALIKE: dict[str, Any] = {
    "stands": Value(str(CaseState.QUEUED), CharField()), "nobody": Value(None, BigIntegerField()),
    "no_name": Value(None, CharField()),
}  # fmt: skip
NAMES = {"state": "stands", "holder_id": "nobody", "holder__name": "no_name"}
AS_CASES = tuple(NAMES.get(column, column) for column in COLUMNS)
"""The same of `Waiting`, which need not say where its cases stand and that nobody holds them."""

WAITING = tuple(field.attname for field in Waiting._meta.concrete_fields)
IN_HAND: dict[str, Any] = {"state": CaseState.CLAIMED, "hold__isnull": False}


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of cases, and the cursor of the next or None."""

    cases: tuple[Line, ...]
    next: Cursor | None


def rows_of(actor: User, tab: str, filters: Filters, places: Sequence[Place], since: datetime) -> Rows:
    """One page of `tab`. `places` are where cases wait now; `since` is when the reader's day began."""
    made = _statement(tab, grants_of(actor), filters, tuple(places) if tab == Tab.TEAM else (), PAGE)
    found = [_line(row) for row in fetch(made, actor, since)]
    last = found[PAGE - 1] if len(found) > PAGE else None
    # the statement is one for everybody with these grants: what this person audits blind is left out here (R087)
    cases = tuple(one for one in found[:PAGE] if one.id != actor.auditing)
    return Rows(cases, Cursor(last.at, last.id) if last else None)


def _line(row: Sequence[Any]) -> Line:
    """A row as the statement gives it: names in place of ids, and not the stamp that they stand under."""
    values, (stamp, at, pk) = list(row[:-3]), row[-3:]
    named = configuration(stamp).rows
    for name in ("client", "case_type"):
        place = COLUMNS.index(f"{name}_id")
        values[place] = named[name][values[place]].name
    return Line._make((*values, at, pk))


@lru_cache(KEPT)
def _statement(tab: str, grants: str, filters: Filters, places: tuple[Place, ...], page: int) -> Ready | None:
    """The statement of a page of `page` rows, and one more that tells whether another page follows."""
    if tab == Tab.TEAM:
        return _team(somebody(grants), filters, places, page + 1)
    return ready(_query(somebody(grants), tab, filters)[: page + 1])


def _query(actor: User, tab: str, filters: Filters) -> QuerySet[Any, Any]:
    match tab:
        case Tab.MINE:
            mine = Case.objects.filter(state=CaseState.CLAIMED, hold__holder=actor)
            return _ordered(mine, filters, "rank_at")
        case Tab.SNOOZED:
            return _ordered(_aside(actor, (CaseState.SNOOZED,)), filters, "wake_at")
        case Tab.WAITING:
            return _ordered(_aside(actor, (CaseState.ON_HOLD, CaseState.WITH_AI)), filters, "wake_at")
        case _:
            return _done(actor, filters)


def _ordered(cases: QuerySet[Case], filters: Filters, column: str) -> QuerySet[Any, Any]:
    cases = filters.narrow(cases).order_by(column, "id")
    if filters.after is not None:
        cases = cases.filter(filters.after.after(column))
    return cases.annotate(**STAMPED).values_list(*COLUMNS, "stamp", column, "id")


def _aside(actor: User, states: tuple[CaseState, ...]) -> QuerySet[Case]:
    """Cases put aside: all they may browse, or those that they put aside themselves."""
    cases = visible_cases(actor).filter(state__in=states, wake_at__isnull=False)
    if lanes_to_browse(actor):
        return cases
    own = Decision.objects.filter(case=OuterRef("pk"), user=actor, claim_token=OuterRef("claim_token"))
    return cases.filter(Exists(own.exclude(standing=Decision.Standing.UNDONE)))


def _done(actor: User, filters: Filters) -> QuerySet[Any, Any]:
    """What they decided today, newest first."""
    mine = Decision.objects.filter(user=actor, created_at__gte=SINCE).exclude(
        standing=Decision.Standing.UNDONE
    )
    cases = filters.narrow(visible_cases(actor))
    mine = mine.filter(case__in=cases).order_by("-created_at", "-id")
    if filters.after is not None:
        mine = mine.filter(filters.after.before("created_at"))
    columns = (f"case__{column}" for column in COLUMNS)
    return mine.annotate(**STAMPED).values_list(*columns, "stamp", "created_at", "id")


def _team(actor: User, filters: Filters, places: Sequence[Place], rows: int) -> Ready | None:
    """Waiting and held cases in working order: the lanes' own order merged, so that the last page costs
    what the first does. What may be seen (`waiting_seen_by`, `visible_cases`) has the last word on each row.
    """
    shown = waiting_seen_by(actor)
    branches = [_ahead(filters, lane, rows) for lane in _branches(lanes_to_browse(actor), places, shown)]
    if not branches:
        return None
    if len(branches) > MOST_BRANCHES:
        branches = [_ahead(filters, Waiting.objects.filter(shown), rows)]
    heads = branches[0]
    if len(branches) > 1:
        heads = heads.union(*branches[1:], all=True).order_by("rank_at", "case_id")[:rows]
    held = _ordered(visible_cases(actor).filter(**IN_HAND), filters, "rank_at")
    waiting = Waiting.objects.filter(shown).annotate(**ALIKE, **STAMPED)
    waiting = waiting.values_list(*AS_CASES, "stamp", "rank_at", "case_id")
    ahead = ready(heads)
    page = ready(waiting.union(held, all=True).order_by("rank_at", "case_id")[:rows])
    if ahead is None or page is None:
        return None
    # what waits is read once, by its order; under its own name, so that the rest is said of these rows alone
    sql = f"WITH {Waiting._meta.db_table} AS ({ahead.sql}) {page.sql}"
    return Ready(sql, (*ahead.params, *page.params))


def _branches(lanes: Sequence[Lane], places: Sequence[Place], shown: Q) -> Iterator[QuerySet[Waiting]]:
    """Each lane as a query that its index answers in order; where some are hidden, without those (`shown`)."""
    waiting = Waiting.objects.alias(kept=KEPT_FOR_SENIORS)
    seniors = {(lane.client, lane.queues, lane.tier) for lane in lanes if lane.senior}
    for lane in lanes:
        if lane.kept and not lane.senior and (lane.client, lane.queues, lane.tier) in seniors:
            continue  # its twin shows more
        # in a subselect, for a constant would be folded into the expression and miss the index
        kept = RawSQL("SELECT %s", [lane.kept], output_field=BooleanField())
        cases = waiting.filter(tier=lane.tier, kept=kept)
        if lane.kept:
            cases = cases.filter(shown if lane.senior else Q(senior_only=False))
        if lane.everywhere:
            yield cases
            continue
        for place in places:
            here = lane.client in (None, place.client_id)
            if here and (lane.queues is None or place.queue in lane.queues):
                yield cases.filter(queue_id=place.queue_id, client_id=place.client_id)


def _ahead(filters: Filters, cases: QuerySet[Waiting], rows: int) -> QuerySet[Waiting]:
    """What a page may need of one lane, in order: a merge reads no further than it must."""
    cases = filters.narrow(cases)
    if filters.after is not None:
        cases = cases.filter(filters.after.after("rank_at", "case_id"))
    ordered: Any = cases.order_by("rank_at", "case_id").values(*WAITING)  # rows of values
    return ordered[:rows]  # type: ignore[no-any-return]
