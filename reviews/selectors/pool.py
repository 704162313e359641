"""Waiting cases that the desk itself hands out, and the people it may hand them to: what `escalations.matching` asks.

Also which waiting cases nobody at all could take.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Now

from accounts.choices import Capability, EventKind, PresenceState
from accounts.grants import with_grants
from accounts.models import Event, User
from accounts.permissions import scopes_of
from accounts.selectors.floor import away_at, with_hours, works_at
from escalations import models
from escalations.choices import CaseState, OfferKind, OfferOutcome, RiskLevel
from escalations.matching import Person, Waiting, carries
from escalations.models import Case, Decision, Offer, Queue, real
from escalations.permissions import asked_by
from reviews.models import Skip
from reviews.permissions import may_claim
from reviews.selectors.load import capacity_of

AT_ONCE = 100
"""Cases looked at in one pass; the gravest and most urgent come first, the rest with the next pass."""

ENTERS = (
    EventKind.CASE_ROUTED, EventKind.CASE_RELEASED, EventKind.CASE_SKIPPED, EventKind.CASE_LEASE_EXPIRED,
    EventKind.CASE_ESCALATED, EventKind.CASE_WOKEN, EventKind.CASE_RAISED, EventKind.CASE_MOVED,
    EventKind.CASE_REOPENED, EventKind.CASE_FLAGGED,
)  # fmt: skip
"""Events with which a case begins to wait."""


def critical(longer_than: timedelta = timedelta(0)) -> QuerySet[Case]:
    """Waiting cases of severity 1, most urgent first, that have waited for that long at least."""
    began = Event.objects.filter(stream=OuterRef("pk"), kind__in=ENTERS).order_by("-seq").values("at")[:1]
    return (
        Case.objects.filter(state=CaseState.QUEUED, waiting__severity=1)
        .annotate(waits_since=Subquery(began))
        .filter(waits_since__lte=Now() - longer_than)
        .select_related("queue", "client", "case_type")
        .order_by("waiting__rank_at")
    )


def to_hand_out() -> list[Case]:
    """Waiting cases that the desk offers by itself, held out to nobody: critical ones, then of queues that push."""
    free = Q(reserved_until__isnull=True) | Q(reserved_until__lte=Now())
    unoffered = ~Exists(Offer.objects.filter(case=OuterRef("pk"), outcome=""))
    found = list(critical().filter(free, unoffered)[:AT_ONCE])
    if pushing := list(Queue.objects.filter(push=True).values_list("pk", flat=True)):
        rest = Case.objects.filter(free, unoffered, waiting__queue__in=pushing, waiting__severity__gt=1)
        found += rest.select_related("queue", "client", "case_type").order_by("waiting__rank_at")[:AT_ONCE]
    return found


def there(now: datetime) -> list[User]:
    """People who are available, at work by shift and calendar, may claim somewhere and are offered nothing else."""
    asked = Offer.objects.filter(user=OuterRef("pk"), outcome="", kind=OfferKind.PUSHED)
    latest = Decision.objects.filter(user=OuterRef("pk")).order_by("-created_at").values("created_at")[:1]
    people = with_grants(
        User.objects.filter(~Exists(asked), is_active=True, presence=PresenceState.AVAILABLE).annotate(
            idle_since=Coalesce(Subquery(latest), F("presence_row__since"), F("date_joined"))
        )
    )
    return [
        one for one in with_hours(people, now) if scopes_of(one, Capability.CASE_CLAIM) and works_at(one, now)
    ]


def loads(people: Iterable[User]) -> dict[int, int]:
    """Work units that each of them holds or is held out, by id; only those above zero."""
    ids = [person.pk for person in people]
    held = Case.objects.filter(state=CaseState.CLAIMED, hold__holder__in=ids, lease_until__gt=Now())
    out = Offer.objects.filter(user__in=ids, outcome="")
    found: dict[int, int] = {}
    by_holder = held.order_by().values_list("holder").annotate(Sum("effort"))
    by_offer = out.order_by().values_list("user").annotate(Sum("case__effort"))
    for person, units in (*by_holder, *by_offer):
        found[person] = found.get(person, 0) + units
    return found


def has_room(person: User, effort: int) -> bool:
    """Does a case of `effort` work units fit beside what they hold and are held out?"""
    load = loads([person]).get(person.pk, 0)
    return carries(Person(person.pk, frozenset(), capacity_of(person), load, person.date_joined), effort)


def as_people(people: Sequence[User]) -> list[Person]:
    """In matching's shape; they come from `there`."""
    load = loads(people)
    return [
        Person(one.pk, frozenset(one.skills), capacity_of(one), load.get(one.pk, 0), one.idle_since)  # type: ignore[attr-defined]
        for one in people
    ]


def as_waiting(cases: Sequence[Case], people: Sequence[User]) -> list[Waiting]:
    """In matching's shape: who has the right to each case and has not passed it by lately."""
    passed = _passed_by(cases)
    rights: dict[tuple[Any, ...], frozenset[int]] = {}
    found = []
    for case in cases:
        place = (case.client_id, case.queue_id, case.tier, case.senior_only, case.risk, case.need)
        if place not in rights:
            rights[place] = frozenset(one.pk for one in people if may_claim(one, case))
        allowed = rights[place] - passed.get(case.pk, frozenset())
        assert case.rank_at is not None  # noqa: S101 - the database asks for it of a waiting case
        found.append(Waiting(case.pk, case.severity, case.rank_at, asked_by(case.need), case.effort, allowed))
    return found


def _passed_by(cases: Sequence[Case]) -> dict[Any, frozenset[int]]:
    """Who skipped each case or let its offer run out, and shall not be asked again yet."""
    ids = [case.pk for case in cases]
    again = Now() - timedelta(seconds=settings.HANDRAIL_OFFER_AGAIN_SECONDS)
    lapsed = Offer.objects.filter(case__in=ids, outcome=OfferOutcome.LAPSED, ended_at__gt=again)
    skipped = Skip.objects.filter(case__in=ids, until__gt=Now())
    found: dict[Any, frozenset[int]] = {}
    for case, person in [*lapsed.values_list("case", "user"), *skipped.values_list("case", "user")]:
        found[case] = found.get(case, frozenset()) | {person}
    return found


@dataclass(frozen=True, slots=True)
class WaitingLane:
    """Cases that wait under the same conditions: one of them as an example, how many, how many marked unroutable."""

    like: Case
    waiting: int
    marked: int

    @property
    def key(self) -> str:
        """Names the lane in alerts."""
        kept = "kept" if self.like.senior_only else "risky" if self.like.risk == RiskLevel.HIGH else "open"
        return f"lane:{self.like.queue_slug}:{self.like.client_id}:{self.like.tier}:{kept}:{self.like.need}"

    def cases(self) -> QuerySet[Case]:
        """Its waiting cases."""
        like = self.like
        grave = Q(risk=RiskLevel.HIGH) if like.risk == RiskLevel.HIGH else ~Q(risk=RiskLevel.HIGH)
        here: dict[str, Any] = {
            "queue": like.queue_id, "client": like.client_id, "tier": like.tier, "senior_only": like.senior_only,
            "need": like.need,
        }  # fmt: skip
        lane = models.Waiting.objects.filter(grave, **here)  # finds them; the case itself has the last word
        return Case.objects.filter(grave, real(), state=CaseState.QUEUED, pk__in=lane.values("case"), **here)


LANES = """
SELECT queue_id, client_id, tier, senior_only, risk = 'high', need, count(*), count(unroutable_since)
FROM escalations_waiting WHERE NOT is_planted(case_id) GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
"""


def lanes_in_use() -> list[WaitingLane]:
    """Every lane in which cases wait now. Reads all waiting cases: for a sweep, not for a page."""
    queues = Queue.objects.in_bulk()
    with connection.cursor() as cursor:
        cursor.execute(LANES)
        rows = cursor.fetchall()
    return [
        WaitingLane(
            Case(queue=queues[queue], client_id=client, tier=tier, senior_only=kept, need=need,
                 risk=RiskLevel.HIGH if grave else RiskLevel.LOW),
            waiting, marked,
        )
        for queue, client, tier, kept, grave, need, waiting, marked in rows
    ]  # fmt: skip


def staff(now: datetime) -> list[User]:
    """Everybody who takes cases at all and is not out of office; whether they are there now or not."""
    people = with_grants(User.objects.filter(is_active=True))
    return [
        one
        for one in with_hours(people, now)
        if capacity_of(one) and scopes_of(one, Capability.CASE_CLAIM) and away_at(one, now) is None
    ]
