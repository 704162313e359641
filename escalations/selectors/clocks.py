"""Clocks explained: what counted, what paused, when it is due and why; who was responsible meanwhile (R051, R055)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.choices import EventKind
from accounts.ledger import stream_of
from accounts.models import Event, User
from escalations.choices import Pause, Timer
from escalations.history import History
from escalations.models import BusinessCalendar, Case, Queue
from escalations.responsibility import Answers, Cause, Role, Spent, Tenure, causes_of, tenures_of
from escalations.segments import Regime, Segment, Span, counted, segments_of, spans_of
from escalations.selectors.timed import Kept, Timed, regimes_told, timed_cases

ROLES = {
    Role.AGENT_OWNER: "owner of the AI agent", Role.QUEUE_OWNER: "owner of the queue", Role.HOLDER: "holder",
    Role.DECIDER: "decided it",
}  # fmt: skip
CAUSES = {
    Cause.TRIAGE: "Triage", Cause.QUEUE_WAIT: "Waiting in the queue", Cause.HANDLING: "In work",
    Cause.HOLD: "On hold or waiting for information", Cause.REASSIGNMENT: "Passed on, waiting again",
    Cause.WITH_AI: "With the AI", Cause.UNDO_WINDOW: "Decided, not yet final",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SegmentView:
    """One segment: running, or paused for a reason in words; what it counted until now; in which zone's time."""

    since: datetime
    until: datetime | None
    paused: str
    counted: timedelta
    zone: str


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock with its segments. `left` is business time and negative once it has passed; `spent` its causes."""

    timer: str
    label: str
    round: int
    tier: int
    target: timedelta
    counted: timedelta
    left: timedelta
    started_at: datetime
    due_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    paused: str
    met: bool | None
    calendar: str
    segments: tuple[SegmentView, ...]
    spent: tuple[Spent, ...]


@dataclass(frozen=True, slots=True)
class TenureView:
    """Who was accountable from when to when, and as what."""

    since: datetime
    until: datetime | None
    name: str
    role: str
    queue: str
    tier: int | None


def clocks_of(case: Case, now: datetime | None = None) -> tuple[ClockView, ...]:
    """Every clock of the case, the open ones first, worked out from its events. Empty before a person is needed."""
    timed = timed_cases([case.pk])[0]
    return explained(timed, history_and_regimes(timed)[1], now or timezone.now())


def explained(timed: Timed, regimes: Sequence[Regime], now: datetime) -> tuple[ClockView, ...]:
    """The clocks that `timed` has, under what held from when on."""
    views = _views(timed, regimes, now)
    return tuple(sorted(views, key=lambda v: (v.stopped_at is not None, v.due_at is None, v.due_at or now)))


def responsibility_of(case: Case) -> tuple[TenureView, ...]:
    """For every instant of the case's life the one accountable person, oldest first, without a gap (R012, R051)."""
    tenures = tenures_in(timed_cases([case.pk])[0], case)
    names = dict(User.objects.filter(pk__in={one.user for one in tenures}).values_list("pk", "name"))
    queues = dict(Queue.objects.values_list("slug", "name"))
    return tuple(
        TenureView(
            one.since, one.until, names.get(one.user, f"User {one.user}"), ROLES[one.role],
            queues.get(one.queue, one.queue), one.tier,
        )
        for one in tenures
    )  # fmt: skip


def tenures_in(timed: Timed, case: Case) -> tuple[Tenure, ...]:
    """The same as plain values. `case` has its agent and queue."""
    lies_in = case.queue.slug if case.queue is not None else ""
    return tenures_of(timed.history, Answers(case.agent.owner_id, queue_owners(timed.facts[0].at), lies_in))


def queue_owners(began: datetime) -> Mapping[str, Sequence[tuple[datetime, int]]]:
    """Who owned each queue from when on, as far as changes since `began` are on record."""
    queues = {stream_of("queue", one.pk): one for one in Queue.objects.order_by()}
    changes: dict[UUID, list[tuple[datetime, int, int]]] = {}
    kind = EventKind.QUEUE_CHANGED
    events = Event.objects.filter(stream__in=list(queues), kind=kind, data__after__has_key="owner").order_by(
        "seq"
    )
    for stream, at, data in events.values_list("stream", "at", "data"):
        before, after = data.get("before", {}).get("owner"), data["after"]["owner"]
        if isinstance(before, int) and isinstance(after, int):
            changes.setdefault(stream, []).append((at, before, after))
    return {queue.slug: _owners(queue, changes.get(stream, []), began) for stream, queue in queues.items()}


def history_and_regimes(timed: Timed) -> tuple[History, list[Regime]]:
    """The case's history, and what has held from when on by its own events."""
    told = [fact.data for fact in timed.facts if fact.kind in SLA_TOLD and "since" in fact.data]
    return timed.history, regimes_told(told)


SLA_TOLD = (EventKind.SLA_STARTED, EventKind.SLA_RETIMED)


def _owners(
    queue: Queue, changes: Sequence[tuple[datetime, int, int]], began: datetime
) -> list[tuple[datetime, int]]:
    if not changes:
        return [(began, queue.owner_id)]
    return [(began, changes[0][1]), *((at, after) for at, _, after in changes)]


def _views(timed: Timed, regimes: Sequence[Regime], now: datetime) -> Iterable[ClockView]:
    history = timed.history
    if not regimes:
        return
    names = dict(
        BusinessCalendar.objects.filter(pk__in={k.calendar for k in timed.clocks.values()}).values_list(
            "pk", "name"
        )
    )
    for span in spans_of(history):
        kept = timed.clocks.get((span.timer.value, span.round))
        if kept is not None:
            segments = segments_of(span, history, regimes)
            yield _view(span, kept, segments, history, names.get(kept.calendar, ""), now)


def _view(
    span: Span, kept: Kept, segments: Sequence[Segment], history: History, calendar: str, now: datetime
) -> ClockView:  # fmt: skip
    total, target = counted(segments, now), timedelta(seconds=kept.target)
    return ClockView(
        timer=kept.timer, label=str(Timer(kept.timer).label), round=kept.round, tier=kept.tier, target=target,
        counted=total, left=target - total, started_at=kept.started_at, due_at=kept.due_at, warned_at=kept.warned_at,
        breached_at=kept.breached_at, stopped_at=kept.stopped_at, paused=_words(kept.paused), met=kept.met,
        calendar=calendar,
        segments=tuple(
            SegmentView(s.since, s.until, _words(s.paused), s.counted(max(now, s.since)), s.calendar.zone)
            for s in segments
        ),
        spent=causes_of(span, segments, history, now),
    )  # fmt: skip


def _words(paused: str) -> str:
    return str(Pause(paused).label) if paused in Pause.values else ""
