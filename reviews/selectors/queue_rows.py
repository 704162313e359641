"""The lists of "my queue": which cases each tab holds and in which order. One statement a list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import User
from escalations.choices import CaseState
from escalations.models import Case, Decision
from escalations.models.case import KEPT_FOR_SENIORS
from escalations.selectors.cases import visible_cases
from reviews.choices import Tab
from reviews.selectors.lanes import Lane, lanes_to_browse
from reviews.selectors.queue_filters import Cursor, Filters

PAGE = 50
MOST_BRANCHES = 60
"""More lanes than this are read in one go and sorted, rather than merged in order."""


@dataclass(frozen=True, slots=True)
class Place:
    """A queue of a client in which cases wait: ids, and the queue's slug, which grants name."""

    queue_id: int
    queue: str
    client_id: int


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of cases, and the cursor of the next or None."""

    cases: tuple[Case, ...]
    next: Cursor | None


def rows_of(actor: User, tab: str, filters: Filters, places: Sequence[Place], since: datetime) -> Rows:
    """One page of `tab`. `places` are where cases wait now; `since` is when the reader's day began."""
    match tab:
        case Tab.MINE:
            return _page(Case.objects.filter(state=CaseState.CLAIMED, holder=actor), filters, "rank_at")
        case Tab.TEAM:
            return _team(actor, filters, places)
        case Tab.SNOOZED:
            return _page(_aside(actor, (CaseState.SNOOZED,)), filters, "wake_at")
        case Tab.WAITING:
            return _page(_aside(actor, (CaseState.ON_HOLD, CaseState.WITH_AI)), filters, "wake_at")
        case _:
            return _done(actor, filters, since)


def _page(cases: QuerySet[Case], filters: Filters, column: str) -> Rows:
    cases = filters.narrow(cases).order_by(column, "id")
    if filters.after is not None:
        cases = cases.filter(filters.after.after(column))
    found = list(_shown(cases)[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Rows(tuple(found[:PAGE]), Cursor(getattr(last, column), last.pk) if last else None)


def _aside(actor: User, states: tuple[CaseState, ...]) -> QuerySet[Case]:
    """Cases put aside: all they may browse, or those that they put aside themselves."""
    cases = visible_cases(actor).filter(state__in=states, wake_at__isnull=False)
    if lanes_to_browse(actor):
        return cases
    own = Decision.objects.filter(case=OuterRef("pk"), user=actor, claim_token=OuterRef("claim_token"))
    return cases.filter(Exists(own.exclude(standing=Decision.Standing.UNDONE)))


def _done(actor: User, filters: Filters, since: datetime) -> Rows:
    """What they decided today, newest first."""
    mine = Decision.objects.filter(user=actor, created_at__gte=since).exclude(
        standing=Decision.Standing.UNDONE
    )
    cases = filters.narrow(visible_cases(actor))
    mine = mine.filter(case__in=cases).order_by("-created_at", "-id")
    if filters.after is not None:
        mine = mine.filter(filters.after.before("created_at"))
    found = list(mine.select_related("case__client", "case__case_type", "case__holder")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Rows(tuple(made.case for made in found[:PAGE]), Cursor(last.created_at, last.pk) if last else None)


def _team(actor: User, filters: Filters, places: Sequence[Place]) -> Rows:
    """Waiting and held cases in working order: the lanes' own order merged, so that the last page costs
    what the first does. `visible_cases` has the last word on each row.
    """
    branches = [_ahead(filters, lane) for lane in _branches(lanes_to_browse(actor), places)]
    if not branches:
        return Rows((), None)
    held = _ahead(filters, visible_cases(actor).filter(state=CaseState.CLAIMED))
    if len(branches) > MOST_BRANCHES:
        branches = [_ahead(filters, visible_cases(actor).filter(state=CaseState.QUEUED))]
    heads = held.union(*branches, all=True).order_by("rank_at", "id")[: PAGE + 1]
    sql, params = heads.query.sql_with_params()
    here = f"escalations_case.ctid = ANY (ARRAY(SELECT spot FROM ({sql}) heads))"  # noqa: S608 - Django's own SQL
    chosen = RawSQL(here, params, output_field=BooleanField())  # noqa: S611
    cases = visible_cases(actor).filter(chosen).order_by("rank_at", "id")
    found = list(_shown(cases))
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Rows(tuple(found[:PAGE]), Cursor(last.rank_at, last.pk) if last and last.rank_at else None)


def _branches(lanes: Sequence[Lane], places: Sequence[Place]) -> Iterator[QuerySet[Case]]:
    """Each lane as a query that its index answers in order."""
    waiting = Case.objects.alias(kept=KEPT_FOR_SENIORS).filter(state=CaseState.QUEUED)
    seniors = {(lane.client, lane.queues, lane.tier) for lane in lanes if lane.senior}
    for lane in lanes:
        if lane.kept and not lane.senior and (lane.client, lane.queues, lane.tier) in seniors:
            continue  # its twin shows more
        # in a subselect, for a constant would be folded into the expression and miss the index
        kept = RawSQL("SELECT %s", [lane.kept], output_field=BooleanField())
        cases = waiting.filter(tier=lane.tier, kept=kept)
        cases = cases if lane.senior or not lane.kept else cases.filter(senior_only=False)
        if lane.everywhere:
            yield cases
            continue
        for place in places:
            here = lane.client in (None, place.client_id)
            if here and (lane.queues is None or place.queue in lane.queues):
                yield cases.filter(queue_id=place.queue_id, client_id=place.client_id)


def _ahead(filters: Filters, cases: QuerySet[Case]) -> QuerySet[Case]:
    """Where the rows lie that a page may need of one lane, in order: a merge reads no further than it must."""
    cases = filters.narrow(cases)
    if filters.after is not None:
        cases = cases.filter(filters.after.after("rank_at"))
    spot = RawSQL("escalations_case.ctid", [])
    ordered = cases.annotate(spot=spot).order_by("rank_at", "id").values("id", "rank_at", "spot")
    return ordered[: PAGE + 1]  # type: ignore[return-value]  # rows of ids and places


def _shown(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.select_related("client", "case_type", "holder").defer("customer")
