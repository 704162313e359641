"""The pages about who gets which alerts, and what became of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from accounts.models import Role, User
from escalations.choices import AlertKind, Severity, Via
from escalations.models import Delivery, Endpoint, QuietHours, Subscription
from escalations.notify.kinds import MEANINGS
from escalations.selectors.subscriptions import shipped

PERSONAL = (Via.IN_APP, Via.EMAIL)
LOG = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """One tick of a grid. A fixed one cannot be switched off."""

    name: str
    via: str
    label: str
    on: bool
    fixed: bool


@dataclass(frozen=True, slots=True)
class GridRow:
    kind: str
    label: str
    cells: tuple[Cell, ...]


def grid_of(rows: Collection[Subscription]) -> list[GridRow]:
    """Every kind with its ticks: what the rows say, else what is shipped for a grave one."""
    said = {(row.kind, row.via): row.wanted for row in rows if row.client_id is None}
    return [
        GridRow(
            kind, str(kind.label),
            tuple(
                Cell(
                    f"{kind}.{via}", via.value, str(via.label),
                    on=(fixed := via == Via.IN_APP and MEANINGS[kind].binding)
                    or said.get((kind, via), said.get(("", via), shipped(kind, Severity.HIGH, via))),
                    fixed=fixed,
                )
                for via in PERSONAL
            ),
        )
        for kind in AlertKind
    ]  # fmt: skip


def own_grid(user: User) -> list[GridRow]:
    """A person's grid: their own wishes over their roles' rules."""
    roles = {row["role"] for row in getattr(user, "grant_rows", None) or []}
    rules = Subscription.objects.filter(role__in=roles, user=None, endpoint=None).order_by("wanted")
    return grid_of([*rules, *Subscription.objects.filter(user=user)])


def role_grid(role: str) -> list[GridRow]:
    """A role's grid."""
    return grid_of(list(Subscription.objects.filter(role=role, user=None, endpoint=None)))


def quiet_hours(user: User) -> QuietHours:
    """Theirs, or none yet."""
    return QuietHours.objects.filter(user=user).first() or QuietHours(user=user)


def people_roles() -> list[Role]:
    """Roles that people hold."""
    return list(Role.objects.exclude(slug="ai_agent"))


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """One endpoint on the page, with what it last did."""

    endpoint: Endpoint
    kinds: str
    waiting: int
    last: str


def endpoints() -> list[EndpointRow]:
    """Every endpoint, what goes there, how it fares; four statements."""
    kinds: dict[int, list[str]] = {}
    for row in Subscription.objects.filter(endpoint__isnull=False):
        kinds.setdefault(row.endpoint_id or 0, []).append(
            str(AlertKind(row.kind).label) if row.kind else "Everything"
        )
    open_states = [Delivery.State.READY, Delivery.State.SENDING]
    waiting = dict(
        Delivery.objects.filter(endpoint__isnull=False, state__in=open_states)
        .values_list("endpoint").annotate(Count("pk"))
    )  # fmt: skip
    tried = Delivery.objects.filter(endpoint__isnull=False, lead=True).exclude(log=[])
    newest = tried.order_by("endpoint_id", "-created_at").distinct("endpoint_id")
    last = {row.endpoint_id: attempt_words(row.log[-1]) for row in newest}
    return [
        EndpointRow(one, ", ".join(kinds.get(one.pk, [])), waiting.get(one.pk, 0), last.get(one.pk, ""))
        for one in Endpoint.objects.all()
    ]


@dataclass(frozen=True, slots=True)
class LogRow:
    """One message of the outbox."""

    message: UUID | None
    state: str
    state_label: str
    via: str
    to: str
    what: str
    alerts: int
    attempts: int
    tries: tuple[str, ...]
    next_at: datetime | None
    created_at: datetime
    may_replay: bool


def delivery_log(*, state: str = "", endpoint: int | None = None) -> list[LogRow]:
    """The newest hundred messages."""
    rows = (
        Delivery.objects.filter(lead=True).select_related("alert", "user", "endpoint").order_by("-created_at")
    )
    if state in Delivery.State.values:
        rows = rows.filter(state=state)
    if endpoint is not None:
        rows = rows.filter(endpoint=endpoint)
    page = list(rows[:LOG])
    sizes: dict[Any, int] = dict(
        Delivery.objects.filter(message__in=[row.message for row in page if row.message])
        .values_list("message").annotate(Count("pk"))
    )  # fmt: skip
    return [_log_row(row, sizes.get(row.message, 1)) for row in page]


def alert_log(alert: int) -> list[LogRow]:
    """What went out about one alert."""
    rows = (
        Delivery.objects.filter(alert=alert)
        .select_related("alert", "user", "endpoint")
        .order_by("created_at")
    )
    return [_log_row(row, 1) for row in rows[:LOG]]


def attempt_words(attempt: dict[str, Any]) -> str:
    """An attempt as the log shows it: "200 in 340 ms"."""
    what = str(attempt.get("status") or attempt.get("outcome"))
    return f"{what} in {attempt.get('ms')} ms"


def _log_row(row: Delivery, alerts: int) -> LogRow:
    state = Delivery.State(row.state)
    waits = state in (Delivery.State.READY, Delivery.State.SENDING)
    return LogRow(
        message=row.message, state=state.value, state_label=str(state.label), via=str(Via(row.via).label),
        to=row.endpoint.name if row.endpoint else row.user.short_name if row.user else "",
        what=str(AlertKind(row.alert.kind).label) if row.alert else "Test", alerts=alerts, attempts=row.attempts,
        tries=tuple(attempt_words(one) for one in row.log), next_at=row.next_at if waits else None,
        created_at=row.created_at, may_replay=not waits and row.message is not None,
    )  # fmt: skip
