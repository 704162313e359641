"""Patterns among handoffs: what goes together, and how often it comes back, week by week (R088, R095, R100)."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncWeek

from escalations.alike import Group, grouped, words_in
from escalations.auditing import week_around
from escalations.autonomy.intervals import Interval, difference, wilson
from escalations.choices import Author
from escalations.models import Case, HandoffOutcome, Message, Pattern, real

LEAST = 2
"""Cases that make a pattern."""

SPLIT = 12
"""From so many cases on, those of one type, category and set of reasons are told apart by their texts."""

ALIKE = 5
"""Texts that make a part of such a group."""

MOST = 60
WEEKS_BEFORE = 6
Kind = tuple[int, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """One pattern of one week: its members with their nearness, the most typical first."""

    case_type: int
    category: str
    reasons: tuple[str, ...]
    group: Group

    @property
    def key(self) -> str:
        """The same for the same pattern in any week."""
        told = "|".join(
            (str(self.case_type), self.category, *self.reasons, "/", *sorted(self.group.terms[:2]))
        )
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class WeekRate:
    """A week from its Monday in the client's zone: handoffs of the pattern, of all cases of the type that came in."""

    starts_on: date
    n: int
    cases: int

    @property
    def percent(self) -> float | None:
        return 100 * self.n / self.cases if self.cases else None


@dataclass(frozen=True, slots=True)
class Effect:
    """How often a pattern came before its action was done and since; the change is after minus before."""

    weeks: tuple[WeekRate, ...]
    before: Interval | None
    after: Interval | None
    change: Interval | None


def patterns_in(rows: Collection[HandoffOutcome]) -> list[Found]:
    """What goes together among these handoffs, the most frequent first; the same for the same handoffs."""
    kinds: dict[Kind, list[str]] = defaultdict(list)
    for row in rows:
        kinds[kind_of(row)].append(str(row.pk))
    many = {case for cases in kinds.values() if len(cases) >= SPLIT for case in cases}
    texts = texts_of(many)
    found: list[Found] = []
    for kind, cases in kinds.items():
        if len(cases) >= SPLIT:
            groups = grouped({case: texts.get(case, "") for case in cases}, least=ALIKE)
        else:
            groups = [Group(tuple((case, 0.0) for case in sorted(cases)), ())]
        found += [Found(*kind, group) for group in groups if len(group.members) >= LEAST]
    found.sort(key=lambda one: (-len(one.group.members), one.key))
    return found[:MOST]


def kind_of(row: HandoffOutcome) -> Kind:
    """What handoffs must have in common before their texts are looked at."""
    return row.case_type_id, row.category, tuple(sorted(set(row.reasons)))


def texts_of(cases: Collection[str]) -> dict[str, str]:
    """What the customer wrote in each case."""
    said: dict[str, list[str]] = defaultdict(list)
    ids = [UUID(case) for case in cases]
    rows = Message.objects.filter(case__in=ids, author=Author.CUSTOMER).order_by("case", "position")
    for case, text in rows.values_list("case", "text"):
        said[str(case)].append(text[:4000])
    return {case: " ".join(texts) for case, texts in said.items()}


def effect_of(pattern: Pattern, *, now: datetime | None = None) -> Effect:
    """The pattern's rate in each of the weeks around its own, and before and after its action was done.

    Both are counted by the same rule, on the handoffs as they are now: of the type, with category and reasons, and
    where the pattern has terms, with two of them (its only one, if it has one) in the customer's words.
    """
    review, now = pattern.review, now or datetime.now(UTC)
    zone = review.client.timezone
    since = week_around(review.starts_at - timedelta(weeks=WEEKS_BEFORE - 1), zone)[1]
    rows = _like(pattern, HandoffOutcome.objects.filter(handed_at__gte=since, handed_at__lt=now))
    texts = texts_of([str(pk) for pk, _ in rows]) if pattern.terms else {}
    at = [at for pk, at in rows if _says(pattern.terms, texts.get(str(pk), ""))]
    cases = Case.objects.filter(
        real(),
        client=review.client_id,
        case_type=pattern.case_type_id,
        created_at__gte=since,
        created_at__lt=now,
    )
    weeks = _weeks(at, cases, zone)
    if pattern.done_at is None:
        return Effect(weeks, None, None, None)
    done = pattern.done_at
    before = wilson(sum(one < done for one in at), cases.filter(created_at__lt=done).count())
    after = wilson(sum(one >= done for one in at), cases.filter(created_at__gte=done).count())
    change = difference(after, before) if before and after else None
    return Effect(weeks, before, after, change)


def _like(pattern: Pattern, rows: QuerySet[HandoffOutcome]) -> list[tuple[UUID, datetime]]:
    """Handoffs of the pattern's client, type and category with just its reasons."""
    mine = rows.filter(
        client=pattern.review.client_id, case_type=pattern.case_type_id, category=pattern.category,
        reasons__contains=pattern.reasons, reasons__contained_by=pattern.reasons,
    )  # fmt: skip
    return list(mine.order_by("handed_at").values_list("pk", "handed_at"))


def _says(terms: Sequence[str], text: str) -> bool:
    return not terms or len(words_in(text) & set(terms)) >= min(2, len(terms))


def _weeks(at: Sequence[datetime], cases: QuerySet[Case], zone: str) -> tuple[WeekRate, ...]:
    place = ZoneInfo(zone)
    counted = (
        cases.annotate(week=TruncWeek("created_at", tzinfo=place)).values("week").annotate(n=Count("pk"))
    )
    came: Mapping[date, int] = {_monday(row["week"], place): row["n"] for row in counted.order_by("week")}
    handed: dict[date, int] = defaultdict(int)
    for one in at:
        handed[week_around(one, zone)[0]] += 1
    return tuple(WeekRate(day, handed[day], came.get(day, 0)) for day in sorted({*came, *handed}))


def _monday(week: Any, place: ZoneInfo) -> date:
    day: date = week.astimezone(place).date()
    return day
