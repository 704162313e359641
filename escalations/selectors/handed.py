"""What the sweeper of handoffs reads: each thing for a whole batch of cases in one statement (R068)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from accounts.choices import ActorKind
from accounts.models import Event
from escalations.asked_again import Again, Known, asked_again, requests
from escalations.calendars import Calendar, calendar_of
from escalations.choices import FINAL_VERBS, Author, Timer, Verb
from escalations.handed_over import READ, Line
from escalations.models import Clock, Decision, ExtractedField, Handoff, Message

DUE = """
SELECT o.case_id FROM escalations_handoffoutcome o JOIN escalations_case c ON c.id = o.case_id
WHERE NOT o.final AND (o.version <> c.version OR o.due_at <= %s)
ORDER BY o.case_id LIMIT %s FOR UPDATE OF o SKIP LOCKED
"""
"""Handoffs whose case has moved since they were judged, or whose time has come; whoever takes them keeps others off."""

WORDS = """
SELECT case_id, sum(length(text) - length(replace(text, ' ', '')) + 1) FROM escalations_message
WHERE case_id = ANY(%s) GROUP BY case_id
"""


@dataclass(frozen=True, slots=True)
class Target:
    """How long a tier may keep a case waiting, in seconds of its calendar."""

    seconds: int
    calendar: Calendar


@dataclass(slots=True)
class Said:
    """What people decided about one case: the decision that ended it, and what they asked although it was known."""

    ended: Decision | None = None
    asked: list[Again] = field(default_factory=list)


def due_handoffs(now: datetime, most: int) -> list[UUID]:
    """Cases to judge, locked until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [now, most])
        return [row[0] for row in cursor.fetchall()]


def lines_of(cases: Collection[UUID]) -> dict[UUID, list[Line]]:
    """The events of each case that a handoff is judged by, in their order."""
    found: dict[UUID, list[Line]] = defaultdict(list)
    rows = Event.objects.filter(stream__in=cases, kind__in=READ).order_by("stream", "seq")
    for stream, at, kind, data in rows.values_list("stream", "at", "kind", "data"):
        found[stream].append(Line(at, kind, data))
    return found


def targets_of(cases: Collection[UUID]) -> dict[UUID, Target]:
    """What the first tier's clock allows each case; none where no clock ran."""
    clocks = Clock.objects.filter(case__in=cases, timer=Timer.TIER_DWELL, round=1).select_related("calendar")
    kept: dict[int, Calendar] = {}
    found = {}
    for clock in clocks:
        row = clock.calendar
        if row.pk not in kept:
            kept[row.pk] = calendar_of(
                zone=row.timezone, periods=row.periods, country=row.country, subdivision=row.subdivision,
                closed=row.closed_days,
            )  # fmt: skip
        found[clock.case_id] = Target(clock.target, kept[row.pk])
    return found


def said_of(cases: Collection[UUID]) -> dict[UUID, Said]:
    """What people decided and asked. Only questions to the customer are read: replies, and requests for information."""
    found: dict[UUID, Said] = defaultdict(Said)
    asking: list[tuple[Decision, str]] = []
    rows = Decision.objects.filter(case__in=cases, actor_kind=ActorKind.HUMAN).exclude(
        standing=Decision.Standing.UNDONE
    )
    for decision in rows.order_by("created_at"):
        if decision.verb in FINAL_VERBS:
            found[decision.case_id].ended = decision
        text = decision.reply or (decision.note if decision.verb == Verb.REQUEST_INFO else "")
        if text and requests(text):
            asking.append((decision, text))
    for decision, again in _asked(asking):
        found[decision.case_id].asked.append(again)
    return found


def words_of(cases: Collection[UUID]) -> dict[UUID, int]:
    """How many words each conversation has."""
    with connection.cursor() as cursor:
        cursor.execute(WORDS, [list(cases)])
        return {case: int(words) for case, words in cursor.fetchall()}


def _asked(asking: list[tuple[Decision, str]]) -> Iterator[tuple[Decision, Again]]:
    """What each question asks for again, against what was there when it was asked."""
    cases = {decision.case_id for decision, _ in asking}
    if not cases:
        return
    fields: dict[UUID, list[tuple[str, str, float | None]]] = defaultdict(list)
    rows = ExtractedField.objects.filter(case__in=cases)
    for case, name, value, confidence in rows.values_list("case", "name", "value", "confidence"):
        fields[case].append((name, value, confidence))
    facts = {case: _facts(package) for case, package in _packages(cases)}
    customers = Message.objects.filter(Q(author=Author.CUSTOMER), case__in=cases).order_by("case", "position")
    said: dict[UUID, list[tuple[datetime, str]]] = defaultdict(list)
    for case, at, text in customers.values_list("case", "received_at", "text"):
        said[case].append((at, text))
    for decision, text in asking:
        case = decision.case_id
        before = [words for at, words in said[case] if at <= decision.created_at]
        for again in asked_again(text, Known(fields[case], facts.get(case, ()), before)):
            yield decision, again


def _packages(cases: Collection[UUID]) -> Iterator[tuple[UUID, Mapping[str, object]]]:
    rows = Handoff.objects.filter(case__in=cases).order_by("pk").values_list("case", "package")
    yield from ((case, package if isinstance(package, dict) else {}) for case, package in rows)


def _facts(package: Mapping[str, object]) -> tuple[str, ...]:
    facts = package.get("known_facts")
    return tuple(str(fact) for fact in facts) if isinstance(facts, list) else ()
