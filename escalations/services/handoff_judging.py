"""Judging handoffs: each is looked at when its case has moved and once its time is over, then never again (R068).

Any number of sweepers may run: the rows they take are locked, and a handoff judged twice is judged alike.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.choices import ActorKind
from escalations.autonomy.success import PARTS, Handoff, outcome
from escalations.calendars import NoWorkingTime
from escalations.choices import Verb
from escalations.handed_over import Course, course_of
from escalations.models import Case, Decision, HandoffOutcome
from escalations.selectors.handed import Said, Target, due_handoffs, lines_of, said_of, targets_of, words_of

BATCH = 500
JUDGED = (
    "version", "due_at", "judged_at", "asked_again", "bounces", "waited", "target", "closed_at", *PARTS, "success",
    "final", "decided_by", "agreed", "seconds", "handled", "words",
)  # fmt: skip
KEPT_AI = (Verb.APPROVE, Verb.CORRECT)
"""Verbs under which what the AI proposed is carried out."""


def judge_handoffs(*, now: datetime | None = None, batches: int = 20) -> int:
    """Judge what is due, batch after batch, each in its own transaction; how many. `now` (aware) is for tests."""
    done = 0
    for _ in range(batches):
        with transaction.atomic():
            judged = _batch(now or timezone.now())
        done += judged
        if judged < BATCH:
            break
    return done


def _batch(now: datetime) -> int:
    cases = due_handoffs(now, BATCH)
    if not cases:
        return 0
    versions = dict(Case.objects.filter(pk__in=cases).values_list("pk", "version"))
    rows = {row.pk: row for row in HandoffOutcome.objects.filter(pk__in=cases)}
    lines, targets, said, words = lines_of(cases), targets_of(cases), said_of(cases), words_of(cases)
    for pk, row in rows.items():
        course = course_of(lines.get(pk, ()), row.handed_at)
        judge(row, course, targets.get(pk), said.get(pk, Said()), now)
        row.version, row.judged_at, row.words = versions[pk], now, words.get(pk, 0)
    HandoffOutcome.objects.bulk_create(  # every row is there: this is an update of many rows in one statement
        list(rows.values()), update_conflicts=True, unique_fields=["case"], update_fields=JUDGED
    )
    return len(rows)


def judge(row: HandoffOutcome, course: Course, target: Target | None, said: Said, now: datetime) -> None:
    """Set what can be said of one handoff at `now`, from the course of its case and what people said. Saves nothing."""
    window = timedelta(hours=settings.HANDRAIL_REOPEN_HOURS)
    closed = course.closed_at
    back = course.reopened_at
    reopened = bool(closed and back and back - closed <= window)
    watched = bool(closed and (now >= closed + window or reopened))
    facts = Handoff(
        missing=tuple(row.missing), asked_again=len(said.asked), bounces=len(course.bounced),
        waited=_between(target, row.handed_at, course.accepted_at), elapsed=_between(target, row.handed_at, now) or 0.0,
        limit=float(target.seconds) if target else None, reopened=reopened, watched=watched,
    )  # fmt: skip
    found = outcome(facts)
    for part in PARTS:
        setattr(row, part, getattr(found, part))
    row.success, row.final = found.success, watched and found.success is not None
    row.asked_again = [{"what": one.what, "where": one.where, "nth": one.nth} for one in said.asked]
    row.bounces, row.waited, row.target = facts.bounces, facts.waited, facts.limit
    row.closed_at, row.due_at = closed, _look_again(row, course, target, window)
    row.handled = course.handled.total_seconds() if closed else None
    _decided(row, course, said.ended)


def _decided(row: HandoffOutcome, course: Course, ended: Decision | None) -> None:
    """Who ended it, whether the AI's proposal stood, and how long they had it in hand."""
    if ended is None or ended.actor_kind != ActorKind.HUMAN:
        return
    row.decided_by_id, row.agreed = ended.user_id, ended.verb in KEPT_AI
    row.seconds = course.last.total_seconds() if course.last is not None else None


def _between(target: Target | None, start: datetime, end: datetime | None) -> float | None:
    """Seconds from start to end, of business time where the tier has a clock."""
    if end is None:
        return None
    between = target.calendar.between(start, end) if target else end - start
    return between.total_seconds()


def _look_again(
    row: HandoffOutcome, course: Course, target: Target | None, window: timedelta
) -> datetime | None:
    """When something is decided though nothing moves: the tier's time is over, or the window for reopening."""
    if row.final:
        return None
    if course.closed_at is not None:
        return course.closed_at + window
    if course.accepted_at is None and target is not None and row.in_time is None:
        try:
            return target.calendar.add(row.handed_at, timedelta(seconds=target.seconds + 1))
        except NoWorkingTime:
            return None
    return None
