"""Timing cases: their clocks are worked out anew from their events whenever those change what a clock follows from.

Nothing here knows why it is called. Whatever moves a case into or out of a wait, a tier or its end calls `retime` in
its own transaction; a claim and a decision do not, because no clock turns on them before the decision is final.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.choices import EventKind
from accounts.ledger.write import body_of
from escalations.choices import Timer
from escalations.clocks import rank_at
from escalations.history import History, Standing
from escalations.models import BusinessCalendar, SlaPolicy
from escalations.planting import planted
from escalations.segments import Regime, Span, segments_of, spans_of
from escalations.selectors.clocks import ClockView, explained
from escalations.selectors.promises import Promises, calendar_version, promises
from escalations.selectors.timed import Kept, Timed, reading, regimes_told, timed_cases
from escalations.services.sla import ensure_default_promises

WRITE = """
WITH kept AS (
  INSERT INTO escalations_clock (case_id, timer, round, tier, policy_id, calendar_id, target, warn_after, started_at,
    stopped_at, paused, elapsed, warn_at, due_at, next_at, penalty, currency, met)
  SELECT case_id, timer, round, tier, policy, calendar, target, warn_after, started_at,
    stopped_at, paused, elapsed, warn_at, due_at, next_at, penalty, currency, met
  FROM jsonb_to_recordset(%s::jsonb) AS x (case_id uuid, timer text, round int, tier int, policy bigint,
    calendar bigint, target int, warn_after int, started_at timestamptz, stopped_at timestamptz, paused text,
    elapsed int, warn_at timestamptz, due_at timestamptz, next_at timestamptz, penalty numeric, currency text,
    met boolean)
  ORDER BY case_id, timer, round
  ON CONFLICT (case_id, timer, round) DO UPDATE SET
    tier = excluded.tier, policy_id = excluded.policy_id, calendar_id = excluded.calendar_id,
    target = excluded.target, warn_after = excluded.warn_after, started_at = excluded.started_at,
    stopped_at = excluded.stopped_at, paused = excluded.paused, elapsed = excluded.elapsed,
    warn_at = excluded.warn_at, due_at = excluded.due_at, next_at = excluded.next_at,
    penalty = excluded.penalty, currency = excluded.currency, met = excluded.met),
gone AS (
  DELETE FROM escalations_clock k USING jsonb_to_recordset(%s::jsonb) AS x (case_id uuid, timer text, round int)
  WHERE (k.case_id, k.timer, k.round) = (x.case_id, x.timer, x.round)),
told AS (
  INSERT INTO accounts_event (id, stream, version, body)
  SELECT gen_random_uuid(), x.case_id, x.version, decode(x.body, 'hex')
  FROM jsonb_to_recordset(%s::jsonb) AS x (nth int, case_id uuid, version bigint, body text) ORDER BY x.nth)
UPDATE escalations_case c SET due_at = x.due_at, rank_at = coalesce(x.rank_at, c.rank_at)
FROM jsonb_to_recordset(%s::jsonb) AS x (case_id uuid, due_at timestamptz, rank_at timestamptz) WHERE c.id = x.case_id
"""
"""Clocks, their events and the cases' due times in one statement. Rounds in order: one ends before the next begins."""


@dataclass(slots=True)
class Plan:
    """What is to be written of some cases."""

    clocks: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    events: list[dict[str, Any]]
    cases: list[dict[str, Any]]


def retime(case_ids: Iterable[UUID]) -> None:
    """Work the clocks of these cases out anew, inside the caller's transaction, which holds each case's lock.

    Starts them when a person is first needed, pauses, stops and judges them, and starts new ones for a new tier, a
    new message, a reopened case. `Case.due_at` becomes the soonest of those that run. What has fired stays fired; what
    was judged stays judged, unless the event that ended it was taken back. Five statements, however many cases. A
    planted case has no clocks.
    """
    cases = [
        (case, history, spans)
        for case in timed_cases([case for case in case_ids if not planted(case)])
        if (spans := spans_of(history := case.history))
    ]
    if not cases:
        return
    in_force = promises()
    if not in_force.complete:
        ensure_default_promises()
        in_force = promises()
    plan = Plan([], [], [], [])
    for case, history, spans in cases:
        _time(case, history, spans, in_force, plan)
    _write(plan)


def clocks_as_if(case_id: UUID, now: datetime) -> tuple[ClockView, ...]:
    """The clocks that a planted case would have, as its page explains them; none of them is kept (R094)."""
    case, in_force = timed_cases([case_id])[0], promises()
    if not in_force.complete:
        return ()
    policy = in_force.policy_for(case.client, case.case_type, case.severity)
    calendar, history = in_force.calendar_for(policy), case.history
    regimes = [Regime(history.began, calendar_version(calendar.pk), frozenset(policy.pauses))]
    clocks = [
        clock_of(case, span, None, history, regimes, in_force, policy, calendar) for span in spans_of(history)
    ]
    return explained(replace(case, clocks={(one.timer, one.round): one for one in clocks}), regimes, now)


def _time(case: Timed, history: History, spans: Sequence[Span], in_force: Promises, plan: Plan) -> None:
    policy = in_force.policy_for(case.client, case.case_type, case.severity)
    calendar = in_force.calendar_for(policy)
    regimes, begins = _regimes(case, history, policy, calendar)
    news: list[Kept] = []
    ended: list[Kept] = []
    clocks: list[Kept] = []
    for span in spans:
        was = case.clocks.get((span.timer, span.round))
        now = clock_of(case, span, was, history, regimes, in_force, policy, calendar)
        clocks.append(now)
        if now != was:
            plan.clocks.append({"case_id": case.id, **asdict(now)})
        if was is None or (was.target, was.warn_after) != (now.target, now.warn_after):
            news.append(now)
        if now.stopped_at is not None and (was is None or was.stopped_at is None):
            ended.append(now)
    known = {(span.timer.value, span.round) for span in spans}
    plan.gone += [{"case_id": case.id, "timer": t, "round": r} for t, r in case.clocks if (t, r) not in known]
    if begins or news:
        plan.events.append(_started(case, policy, calendar, begins, news, len(plan.events)))
    if ended and history.stays[-1].standing == Standing.CLOSED:
        plan.events.append(_stopped(case, ended, len(plan.events)))
    _due(case, clocks, plan)


def clock_of(
    case: Timed, span: Span, was: Kept | None, history: History, regimes: Sequence[Regime], in_force: Promises,
    policy: SlaPolicy, calendar: BusinessCalendar,
) -> Kept:  # fmt: skip
    """The clock that the span calls for. What was promised when it stops is what it is judged by, for good."""
    if was is not None and span.stop is not None and was.stopped_at == span.stop:
        return was
    segments = segments_of(span, history, regimes)
    tier = span.tier or (was.tier if was else case.tier)
    if was is not None and span.stop is not None:
        target, warn_after, under, by = was.target, was.warn_after, was.policy, was.calendar
    else:
        target = _target(case, span, tier, was, in_force, policy)
        warn_after, under, by = max(target * policy.warn_percent // 100, 1), policy.pk, calendar.pk
    return reading(
        span, segments, was, tier=tier, target=target, warn_after=warn_after, policy=under, calendar=by,
        costs=(policy.penalty, policy.currency) if span.timer in policy.penalty_timers else None,
    )  # fmt: skip


def _target(
    case: Timed, span: Span, tier: int, was: Kept | None, in_force: Promises, policy: SlaPolicy
) -> int:
    """Seconds promised for the span."""
    resolution = policy.resolution_minutes or case.minutes
    minutes = {
        Timer.RESOLUTION: resolution,
        Timer.FIRST_RESPONSE: policy.first_response_minutes or resolution,
        Timer.NEXT_RESPONSE: policy.next_response_minutes or resolution,
        Timer.TIER_DWELL: policy.dwell_minutes or in_force.dwell_for(case.client, tier) or resolution,
    }[span.timer]
    judged_anew = was is not None and was.policy == policy.pk and span.timer != Timer.TIER_DWELL
    return min(minutes * 60, was.target) if judged_anew and was is not None else minutes * 60


def _regimes(
    case: Timed, history: History, policy: SlaPolicy, calendar: BusinessCalendar
) -> tuple[list[Regime], datetime | None]:
    """What has held from when on, by the case's own events; and since when, if something new holds now."""
    told = [
        fact.data for fact in case.facts
        if fact.kind in (EventKind.SLA_STARTED, EventKind.SLA_RETIMED) and "since" in fact.data
    ]  # fmt: skip
    regimes = regimes_told(told)
    if told and (told[-1]["policy"], told[-1]["calendar"]) == (policy.pk, calendar.pk):
        return regimes, None
    since = _since(case, told[-1], policy, calendar) if told else history.began
    new = Regime(since, calendar_version(calendar.pk), frozenset(policy.pauses))
    return [*regimes, new], since


def _since(case: Timed, last: Mapping[str, Any], policy: SlaPolicy, calendar: BusinessCalendar) -> datetime:
    """When what is in force now began to hold: with the version that replaced another, whenever the case is looked at;
    or with the move that changed the case's severity.
    """
    newest, before = case.facts[-1].at, datetime.fromisoformat(last["since"])
    if last.get("severity") != case.severity:
        return newest
    begun = [
        at for at in (
            policy.live_from if policy.pk != last["policy"] else None,
            calendar.live_from if calendar.pk != last["calendar"] else None,
        ) if at is not None and at > before
    ]  # fmt: skip
    return max(begun, default=newest)


def _started(
    case: Timed, policy: SlaPolicy, calendar: BusinessCalendar, begins: datetime | None, news: Sequence[Kept], nth: int
) -> dict[str, Any]:  # fmt: skip
    first = not any(fact.kind == EventKind.SLA_STARTED for fact in case.facts)
    data: dict[str, Any] = {"clocks": [[k.timer, k.round, k.tier, k.target, k.warn_after] for k in news]}
    if begins is not None:
        data |= {
            "policy": policy.pk, "calendar": calendar.pk, "since": begins.isoformat(), "severity": case.severity,
        }  # fmt: skip
    return _event(case, EventKind.SLA_STARTED if first else EventKind.SLA_RETIMED, data, nth)


def _stopped(case: Timed, ended: Sequence[Kept], nth: int) -> dict[str, Any]:
    data = {"clocks": [[k.timer, k.round, k.elapsed, k.target, "met" if k.met else "missed"] for k in ended]}
    return _event(case, EventKind.SLA_STOPPED, data, nth)


def _event(case: Timed, kind: str, data: Mapping[str, Any], nth: int) -> dict[str, Any]:
    body = body_of(kind=kind, actor=None, data=data)
    return {"nth": nth, "case_id": case.id, "version": case.version, "body": body.hex()}


def _due(case: Timed, clocks: Sequence[Kept], plan: Plan) -> None:
    """The soonest of the clocks that run is the case's; while all are paused it has none, and keeps its place."""
    if not case.is_open:
        return
    due_at = min((k.due_at for k in clocks if k.stopped_at is None and k.due_at is not None), default=None)
    rank = rank_at(severity=case.severity, due_at=due_at, weight=case.weight) if due_at else case.rank_at
    if (due_at, rank) != (case.due_at, case.rank_at):
        plan.cases.append({"case_id": case.id, "due_at": due_at, "rank_at": rank})


def _write(plan: Plan) -> None:
    if plan.clocks or plan.gone or plan.events or plan.cases:
        parts = (plan.clocks, plan.gone, plan.events, plan.cases)
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [json.dumps(part, default=_json) for part in parts])


def _json(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
