"""My queue: one page of rows, the counts of all lists, and what the person may do here. Three statements."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from accounts.models import User
from accounts.models.user import shortened
from accounts.permissions import reach, scopes_of
from escalations.choices import CaseState, Entry, ReasonCode, Severity
from escalations.models import Backlog
from reviews.choices import Tab
from reviews.selectors.addresses import address
from reviews.selectors.load import capacity_of
from reviews.selectors.nobody import nobody_can
from reviews.selectors.offered import offers_to
from reviews.selectors.queue_filters import Filters
from reviews.selectors.queue_rows import Line, Place, rows_of
from reviews.selectors.ready import KEPT, Ready, fetch, grants_of, ready, somebody
from reviews.selectors.shapes import Option, QueueScreen, RowView
from reviews.selectors.words import measure

AT_RISK_MINUTES = 30
"""A held case due within this, or overdue, is at risk."""

DESK = """
SELECT
  (SELECT json_build_object('mine', count(*), 'risky', count(*) FILTER (WHERE c.due_at < %(soon)s))
   FROM escalations_hold h JOIN escalations_case c ON c.id = h.case_id WHERE h.holder_id = %(who)s),
  (SELECT json_build_object('done', count(*), 'undo', (
     SELECT json_build_object('id', p.id, 'ref', (SELECT c.ref FROM escalations_case c WHERE c.id = p.case_id))
     FROM escalations_decision p WHERE p.user_id = %(who)s AND p.created_at >= %(since)s
       AND p.standing <> 'undone' AND p.standing = 'pending' AND p.undo_until > statement_timestamp()
     ORDER BY p.created_at DESC LIMIT 1))
   FROM escalations_decision d
   WHERE d.user_id = %(who)s AND d.created_at >= %(since)s AND d.standing <> 'undone'),
  (SELECT json_agg(json_build_array(slug, name) ORDER BY name) FROM accounts_client
   WHERE is_active AND (%(every)s OR id = ANY(%(clients)s)))
"""
"""What they hold, what they decided since their day began and may still take back, and their clients."""

REASONS, STATES, SEVERITIES = (dict(one.choices) for one in (ReasonCode, CaseState, Severity))
SEVERITY_OPTIONS = tuple(Option(str(code), label) for code, label in Severity.choices)
REASON_OPTIONS = tuple(Option(code, label) for code, label in ReasonCode.choices)
DOOR_OPTIONS = tuple(Option(code, label) for code, label in Entry.choices)


def queue_screen(actor: User, tab: str, filters: Filters, shown: dict[str, str]) -> QueueScreen:
    """The page of `tab` for `actor`; `shown` are the filters as they typed them."""
    now = timezone.localtime(timezone=ZoneInfo(actor.timezone))
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    may_browse = bool(scopes_of(actor, Capability.CASE_BROWSE))
    places, waiting = _waiting(actor, may_browse)
    held, made, clients = _desk(actor, now, since)
    mine, done, undo = held["mine"], made["done"], made["undo"]
    rows = rows_of(actor, tab, filters, places, since)
    counts = {Tab.MINE: mine, Tab.TEAM: waiting, Tab.DONE: done}
    return QueueScreen(
        greeting=f"Good {_part_of_day(now.hour)} {actor.name.partition(' ')[0]}.", tab=tab,
        tabs=tuple((t.value, t.label, counts.get(t)) for t in Tab if may_browse or t != Tab.TEAM),
        rows=tuple(_row(case, actor) for case in rows.cases), next_cursor=str(rows.next or ""),
        waiting=waiting, mine=mine, at_risk=held["risky"], done_today=done, max_claims=capacity_of(actor),
        on_break=actor.on_break_since is not None, may_browse=may_browse,
        may_claim=bool(scopes_of(actor, Capability.CASE_CLAIM)), filters=shown,
        clients=tuple(Option(slug, name) for slug, name in clients or ()), severities=SEVERITY_OPTIONS,
        reasons=REASON_OPTIONS, undo=(undo["ref"], reverse("reviews:undo", args=[undo["id"]])) if undo else None,
        offers=offers_to(actor), doors=DOOR_OPTIONS,
    )  # fmt: skip


def rail_rows(actor: User, most: int = 14) -> tuple[RowView, ...]:
    """What stands beside a case: what they hold, then what comes next in their team, if they may browse it."""
    now = timezone.localtime(timezone=ZoneInfo(actor.timezone))
    mine = rows_of(actor, Tab.MINE, Filters(), (), now).cases
    found = {case.id: case for case in mine}
    if scopes_of(actor, Capability.CASE_BROWSE):
        places, _ = _waiting(actor, True)
        found |= {case.id: case for case in rows_of(actor, Tab.TEAM, Filters(), places, now).cases}
    return tuple(_row(case, actor) for case in list(found.values())[:most])


def _waiting(actor: User, may_browse: bool) -> tuple[list[Place], int]:
    """Where cases wait within their reach, and how many: from the maintained counts, never by counting
    cases.
    """
    found = fetch(_backlog(grants_of(actor), may_browse), actor)
    waits = [(Place(queue, slug, client), n) for queue, slug, client, n in found if n > 0]
    return [place for place, _ in waits], sum(n for _, n in waits)


@lru_cache(KEPT)
def _backlog(grants: str, may_browse: bool) -> Ready | None:
    capability = Capability.CASE_BROWSE if may_browse else Capability.CASE_CLAIM
    here = reach(somebody(grants), capability, client="client", queue="queue__slug", tier="queue__tier")
    waiting = Backlog.objects.filter(here, state=CaseState.QUEUED)
    sums = waiting.values_list("queue", "queue__slug", "client").annotate(n=Sum("n"))
    return ready(sums.order_by("queue", "client"))


def _desk(actor: User, now: datetime, since: datetime) -> tuple[Any, ...]:
    """See DESK: {mine, risky}, {done, undo: {id, ref} or None}, [[slug, name]] or None."""
    clients = [scope.client for scope in scopes_of(actor, Capability.CASE_VIEW)]
    given: dict[str, Any] = {
        "who": actor.pk, "soon": now + timedelta(minutes=AT_RISK_MINUTES), "since": since,
        "every": None in clients, "clients": [client for client in clients if client is not None],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(DESK, given)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _row(case: Line, actor: User) -> RowView:
    codes, unsure = case.reason_codes, False
    if case.confidence is not None and case.threshold is not None:
        unsure = case.confidence < case.threshold
    return RowView(
        ref=case.ref, url=address("case", case.ref), title=case.subject or case.case_type,
        severity=case.severity, severity_label=str(SEVERITIES[case.severity]), due_at=case.due_at,
        why=str(REASONS.get(codes[0], codes[0])) if codes else "", more=max(len(codes) - 1, 0),
        low_confidence=measure(case.confidence, case.threshold) if unsure else "",
        client=case.client, case_type=case.case_type, held=_holder(case, actor),
        state=str(STATES[case.state]), reserved=_reserved(case),
        nobody=nobody_can(case.state, case.unroutable_since, case.need),
    )  # fmt: skip


def _holder(case: Line, actor: User) -> str:
    if case.holder_name is None:
        return ""
    return "you" if case.holder == actor.pk else shortened(case.holder_name)


def _reserved(case: Line) -> bool:
    until = case.reserved_until
    return case.state == CaseState.QUEUED and until is not None and until > timezone.now()


def _part_of_day(hour: int) -> str:
    return "night" if hour < 5 else "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
