"""Cases with all that their clocks follow from: their lines in the ledger, and the clocks as they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from escalations.choices import CaseState
from escalations.history import Fact, History, as_if, history_of
from escalations.planting import planted
from escalations.segments import Regime, Segment, Span, counted, reached
from escalations.selectors.promises import calendar_version, policy_version

READ = """
SELECT c.id, c.ref, c.state, c.version, c.client_id, c.case_type_id, c.queue_id, c.tier, c.severity, c.due_at,
  c.rank_at, l.weight + t.weight - 1 AS weight, t.sla_minutes,
  (SELECT (r.outcome ->> 'sla_minutes')::int FROM escalations_routing r WHERE r.id = c.routing_id) AS judged_minutes,
  (SELECT json_agg(json_build_array(e.at, e.kind, e.actor_kind, e.actor_id,
      CASE WHEN e.kind LIKE 'sla.%%' THEN e.data ELSE jsonb_strip_nulls(jsonb_build_object(
        'to', e.data -> 'to', 'tier_to', e.data -> 'tier_to', 'tier', e.data -> 'tier',
        'decision', e.data -> 'decision',
        'author', e.data -> 'author', 'reply', e.data -> 'commitments' -> 'reply')) END) ORDER BY e.seq)
    FROM accounts_event e WHERE e.stream = c.id) AS events,
  (SELECT json_agg(to_json(k)) FROM escalations_clock k WHERE k.case_id = c.id) AS clocks
FROM escalations_case c JOIN accounts_client l ON l.id = c.client_id
  JOIN escalations_casetype t ON t.id = c.case_type_id
WHERE c.id = ANY (%s) ORDER BY c.id
"""
"""No lock: the caller holds one on each case, so that nothing is told of it between this and what is written."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A clock as it is stored."""

    timer: str
    round: int
    tier: int
    policy: int
    calendar: int
    target: int
    warn_after: int
    started_at: datetime
    stopped_at: datetime | None
    paused: str
    elapsed: int
    warn_at: datetime | None
    due_at: datetime | None
    next_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    penalty: Decimal | None
    currency: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Timed:
    """A case, its events and its clocks. `minutes` is what judgement or the case type promise for its resolution."""

    id: UUID
    ref: str
    state: str
    version: int
    client: int
    case_type: int
    queue: int | None
    tier: int
    severity: int
    due_at: datetime | None
    rank_at: datetime | None
    weight: int
    minutes: int
    facts: tuple[Fact, ...]
    clocks: Mapping[tuple[str, int], Kept]

    @property
    def history(self) -> History:
        return history_of(self.facts)

    @property
    def is_open(self) -> bool:
        """Does it still wait for somebody's decision?"""
        return self.state not in (CaseState.RESOLVED, CaseState.AUTO_RESOLVED, CaseState.CLOSED)


def timed_cases(ids: Sequence[UUID]) -> list[Timed]:
    """The cases with these ids, ordered by id, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [list(ids)])
        names = [column.name for column in cursor.description or ()]
        return [_timed(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def regimes_told(told: Sequence[Mapping[str, Any]]) -> list[Regime]:
    """The regimes that SLA events name, in order."""
    return [
        Regime(
            datetime.fromisoformat(one["since"]), calendar_version(one["calendar"]),
            policy_version(one["policy"]).pauses,
        )
        for one in told
    ]  # fmt: skip


def reading(
    span: Span, segments: Sequence[Segment], was: Kept | None, *, tier: int, target: int, warn_after: int, policy: int,
    calendar: int, costs: tuple[Decimal, str] | None,
) -> Kept:  # fmt: skip
    """The clock's row, from what its segments count. `costs` is what a breach would cost."""
    goal = timedelta(seconds=target)
    warned, breached = (was.warned_at, was.breached_at) if was else (None, None)
    due_at, warn_at = reached(segments, goal), reached(segments, timedelta(seconds=warn_after))
    penalty, currency = (was.penalty, was.currency) if was else (None, "")
    met = None
    next_at = (was.next_at if was else None) if breached else due_at if warned else warn_at
    if span.stop is not None:
        late = counted(segments) > goal
        met = not (breached or late)
        next_at = (
            due_at if late and not breached else None
        )  # found at the end: the sweeper still says so, once
        due_at = due_at or _as_if_it_ran_on(segments, span.stop, goal)
        if not met and penalty is None and costs is not None:
            penalty, currency = costs
    return Kept(
        timer=span.timer.value, round=span.round, tier=tier, policy=policy, calendar=calendar, target=target,
        warn_after=warn_after, started_at=span.start, stopped_at=span.stop,
        paused=segments[-1].paused if span.stop is None and segments else "",
        elapsed=int(counted(segments).total_seconds()), warn_at=warn_at, due_at=due_at, next_at=next_at,
        warned_at=warned, breached_at=breached, penalty=penalty, currency=currency, met=met,
    )  # fmt: skip


def _as_if_it_ran_on(segments: Sequence[Segment], stop: datetime, goal: timedelta) -> datetime | None:
    """When a clock that was stopped in time would have been due."""
    return reached([*segments, Segment(stop, None, segments[-1].calendar)], goal) if segments else None


def _timed(row: dict[str, Any]) -> Timed:
    facts = tuple(
        Fact(datetime.fromisoformat(at), kind, actor_kind, actor_id, data)
        for at, kind, actor_kind, actor_id, data in row["events"] or ()
    )
    if planted(row["id"]):
        facts = tuple(shown for fact in facts for shown in as_if(fact))
    kept = [_kept(clock) for clock in row["clocks"] or ()]
    return Timed(
        row["id"], row["ref"], row["state"], row["version"], row["client_id"], row["case_type_id"], row["queue_id"],
        row["tier"], row["severity"], row["due_at"], row["rank_at"], row["weight"],
        row["judged_minutes"] or row["sla_minutes"], facts, {(one.timer, one.round): one for one in kept},
    )  # fmt: skip


def _kept(clock: Mapping[str, Any]) -> Kept:
    penalty = clock["penalty"]
    return Kept(
        clock["timer"], clock["round"], clock["tier"], clock["policy_id"], clock["calendar_id"], clock["target"],
        clock["warn_after"], datetime.fromisoformat(clock["started_at"]), _at(clock["stopped_at"]), clock["paused"],
        clock["elapsed"], _at(clock["warn_at"]), _at(clock["due_at"]), _at(clock["next_at"]), _at(clock["warned_at"]),
        _at(clock["breached_at"]), None if penalty is None else Decimal(str(penalty)), clock["currency"], clock["met"],
    )  # fmt: skip


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
