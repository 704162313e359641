"""My queue: one page of rows, the counts of all lists, and what the person may do here. Five statements."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject, Now
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from accounts.models import Client, User
from accounts.permissions import reach, scopes_of
from escalations.choices import CaseState, ReasonCode, Severity
from escalations.models import Backlog, Case, Decision
from reviews.choices import Tab
from reviews.selectors.queue_filters import Filters
from reviews.selectors.queue_rows import Place, rows_of
from reviews.selectors.shapes import Option, QueueScreen, RowView
from reviews.selectors.words import measure

AT_RISK_MINUTES = 30
"""A held case due within this, or overdue, is at risk."""


def queue_screen(actor: User, tab: str, filters: Filters, shown: dict[str, str]) -> QueueScreen:
    """The page of `tab` for `actor`; `shown` are the filters as they typed them."""
    now = timezone.localtime(timezone=ZoneInfo(actor.timezone))
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    may_browse = bool(scopes_of(actor, Capability.CASE_BROWSE))
    places, waiting = _waiting(actor, may_browse)
    mine, at_risk = _held(actor, now)
    done, undo = _done(actor, since)
    rows = rows_of(actor, tab, filters, places, since)
    counts = {Tab.MINE: mine, Tab.TEAM: waiting, Tab.DONE: done}
    return QueueScreen(
        greeting=f"Good {_part_of_day(now.hour)} {actor.name.partition(' ')[0]}.", tab=tab,
        tabs=tuple((t.value, t.label, counts.get(t)) for t in Tab if may_browse or t != Tab.TEAM),
        rows=tuple(_row(case, actor) for case in rows.cases), next_cursor=str(rows.next or ""),
        waiting=waiting, mine=mine, at_risk=at_risk, done_today=done, max_claims=settings.HANDRAIL_MAX_CLAIMS,
        on_break=actor.on_break_since is not None, may_browse=may_browse,
        may_claim=bool(scopes_of(actor, Capability.CASE_CLAIM)), filters=shown, clients=_clients(actor),
        severities=tuple(Option(str(code), label) for code, label in Severity.choices),
        reasons=tuple(Option(code, label) for code, label in ReasonCode.choices), undo=undo,
    )  # fmt: skip


def _waiting(actor: User, may_browse: bool) -> tuple[list[Place], int]:
    """Where cases wait within their reach, and how many: from the maintained counts, never by counting
    cases.
    """
    capability = Capability.CASE_BROWSE if may_browse else Capability.CASE_CLAIM
    here = reach(actor, capability, client="client", queue="queue__slug", tier="queue__tier")
    sums = (
        Backlog.objects.filter(here)
        .values_list("queue", "queue__slug", "client")
        .annotate(n=Sum("n"))
        .order_by()
    )
    found = [(Place(queue, slug, client), n) for queue, slug, client, n in sums if n > 0]
    return [place for place, _ in found], sum(n for _, n in found)


def _held(actor: User, now: datetime) -> tuple[int, int]:
    soon = now + timedelta(minutes=AT_RISK_MINUTES)
    held = Case.objects.filter(state=CaseState.CLAIMED, holder=actor)
    found = held.aggregate(mine=Count("pk"), risky=Count("pk", filter=Q(due_at__lt=soon)))
    return found["mine"], found["risky"]


def _done(actor: User, since: datetime) -> tuple[int, tuple[str, str] | None]:
    """How many they decided since `since`, and the last that they can still take back: (reference,
    address).
    """
    made = Decision.objects.filter(user=actor, created_at__gte=since)
    open_still = Q(standing=Decision.Standing.PENDING, undo_until__gt=Now())
    found: dict[str, Any] = made.aggregate(
        done=Count("pk", filter=~Q(standing=Decision.Standing.UNDONE)),
        undo=ArrayAgg(
            # a subselect, not a join: it is asked only of what can still be taken back
            JSONObject(id="id", ref=Subquery(Case.objects.filter(pk=OuterRef("case")).values("ref"))),
            filter=open_still,
            order_by="-created_at",
            default=[],
        ),
    )
    last = found["undo"][0] if found["undo"] else None
    return found["done"], (last["ref"], reverse("reviews:undo", args=[last["id"]])) if last else None


def _clients(actor: User) -> tuple[Option, ...]:
    scopes = scopes_of(actor, Capability.CASE_VIEW)
    clients: QuerySet[Client] = Client.objects.filter(is_active=True)
    if all(scope.client is not None for scope in scopes):
        clients = clients.filter(pk__in=[scope.client for scope in scopes])
    return tuple(Option(client.slug, client.name) for client in clients)


def _row(case: Case, actor: User) -> RowView:
    labels = dict(ReasonCode.choices)
    first = case.reason_codes[0] if case.reason_codes else ""
    unsure = case.confidence is not None and case.threshold is not None and case.confidence < case.threshold
    return RowView(
        ref=case.ref, url=reverse("reviews:case", args=[case.ref]), title=case.subject or case.case_type.name,
        severity=case.severity, severity_label=Severity(case.severity).label, due_at=case.due_at,
        why=labels.get(first, first), more=max(len(case.reason_codes) - 1, 0),
        low_confidence=measure(case.confidence, case.threshold) if unsure else "",
        client=case.client.name, case_type=case.case_type.name, held=_holder(case, actor),
        state=case.get_state_display(), reserved=_reserved(case),
    )  # fmt: skip


def _holder(case: Case, actor: User) -> str:
    if case.holder is None:
        return ""
    return "you" if case.holder_id == actor.pk else case.holder.short_name


def _reserved(case: Case) -> bool:
    until = case.reserved_until
    return case.state == CaseState.QUEUED and until is not None and until > timezone.now()


def _part_of_day(hour: int) -> str:
    return "night" if hour < 5 else "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
