"""The rubber-stamp meter: do people look, or do they stamp? Of many decisions, never of one (R094).

Who sees whom: everybody their own; by name also whoever reviews quality at the client, and who leads the team. A team
without names is shown from LEAST_PEOPLE people on, so that nobody is read out of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.choices import Capability
from accounts.models import Membership, Team, User
from accounts.permissions import reach, scopes_of
from escalations.autonomy.vigilance import MOST_TIMED, Limits, Meter, Seen, Timed, meter
from escalations.choices import AnswerArm
from escalations.models import FirstAnswer, HandoffOutcome, Plant
from escalations.selectors.plants import outcomes_of

LEAST_PEOPLE = 3
LIMITS = Limits()
WHERE = {"client": "client_id", "queue": "queue__slug", "tier": "tier"}
FIRST_WHERE = {
    "client": "case__handoff_outcome__client_id", "queue": "case__handoff_outcome__queue__slug",
    "tier": "case__handoff_outcome__tier",
}  # fmt: skip


PLANT_WHERE = {"client": "client_id", "queue": "queue__slug", "tier": "case__tier"}


@dataclass(slots=True)
class Counted:
    """What one person did, as it is counted."""

    shown: int = 0
    shown_agreed: int = 0
    hidden: int = 0
    hidden_agreed: int = 0
    planted: int = 0
    missed: int = 0
    timed: list[Timed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """The meter of a person or team; `people` is how many it rests on."""

    name: str
    seen: Seen
    meter: Meter
    people: int = 1

    @property
    def enough(self) -> bool:
        """Is there enough of both kinds to compare agreement?"""
        return min(self.seen.shown, self.seen.hidden) >= LIMITS.least

    @property
    def planted_enough(self) -> bool:
        """Were enough planted errors met to speak of the share that was missed?"""
        return self.seen.planted >= LIMITS.least

    @property
    def timed_enough(self) -> bool:
        return len(self.seen.timed) >= LIMITS.least


def own_reading(user: User, since: datetime) -> Reading:
    """Somebody's own meter."""
    counted = counted_for(Q(decided_by=user), Q(user=user), Q(decided_by=user), since)
    return reading(user.name, [counted.get(user.pk, Counted())])


def named_readings(actor: User, since: datetime) -> list[Reading]:
    """The people whom `actor` may see by name, those with most decisions first; nobody without the right."""
    led = Membership.objects.filter(team__lead=actor).values("user")
    mine = reach(actor, Capability.QUALITY_REVIEW, **WHERE) | Q(decided_by__in=led)
    first = reach(actor, Capability.QUALITY_REVIEW, **FIRST_WHERE) | Q(user__in=led)
    counted = counted_for(
        mine, first, reach(actor, Capability.QUALITY_REVIEW, **PLANT_WHERE) | Q(decided_by__in=led), since
    )
    names = dict(User.objects.filter(pk__in=counted).values_list("pk", "name"))
    rows = [reading(names[pk], [one]) for pk, one in counted.items() if pk in names]
    return sorted(rows, key=lambda row: (-(row.seen.shown + row.seen.hidden), row.name))


def team_readings(actor: User, since: datetime) -> list[Reading]:
    """Teams without names, of the clients whose figures the actor may know; small teams are left out."""
    counted = counted_for(
        reach(actor, Capability.INSIGHT_VIEW, **WHERE),
        reach(actor, Capability.INSIGHT_VIEW, **FIRST_WHERE),
        reach(actor, Capability.INSIGHT_VIEW, **PLANT_WHERE),
        since,
    )
    found = []
    for team in _teams(actor):
        members = [counted[user.pk] for user in team.members.all() if user.pk in counted]
        if len(members) >= LEAST_PEOPLE:
            found.append(reading(team.name, members))
    return found


def may_name(actor: User) -> bool:
    """May they see anybody else by name?"""
    leads = Team.objects.filter(lead=actor).exists()
    return leads or bool(scopes_of(actor, Capability.QUALITY_REVIEW))


def reading(name: str, people: Sequence[Counted]) -> Reading:
    """The meter of these people together."""
    timed: list[Timed] = [one for person in people for one in person.timed]
    seen = Seen(
        planted=sum(p.planted for p in people), missed=sum(p.missed for p in people),
        shown=sum(p.shown for p in people), shown_agreed=sum(p.shown_agreed for p in people),
        hidden=sum(p.hidden for p in people), hidden_agreed=sum(p.hidden_agreed for p in people), timed=timed,
    )  # fmt: skip
    return Reading(name, seen, meter(seen, LIMITS), len(people))


def counted_for(mine: Q, first: Q, plants: Q, since: datetime) -> dict[int, Counted]:
    """Decisions since then by who made them: cases whose answer was shown, by the decision; cases in which it was
    hidden, by the answer given before; planted errors, by whether they were missed; and how long each took to how many
    words.
    """
    found: dict[int, Counted] = defaultdict(Counted)
    closed = HandoffOutcome.objects.filter(mine, closed_at__gte=since, decided_by__isnull=False)
    _shown(
        found, closed.filter(arm=AnswerArm.SHOWN, agreed__isnull=False).values_list("decided_by", "agreed")
    )
    answers = FirstAnswer.objects.filter(first, at__gte=since)
    for user, agrees in answers.values_list("user", "agrees"):
        found[user].hidden += 1
        found[user].hidden_agreed += agrees
    for user, (planted, missed) in outcomes_of(Plant.objects.filter(plants, told_at__gte=since)).items():
        found[user].planted, found[user].missed = planted, missed
    timed = closed.filter(seconds__isnull=False, words__gt=0).order_by("closed_at")
    for user, words, seconds in timed.values_list("decided_by", "words", "seconds"):
        found[user].timed.append(Timed(words, seconds or 0.0))
    for one in found.values():
        del one.timed[:-MOST_TIMED]
    return dict(found)


def _shown(found: dict[int, Counted], rows: Iterable[tuple[int | None, bool | None]]) -> None:
    for user, agreed in rows:
        if user is not None:
            found[user].shown += 1
            found[user].shown_agreed += bool(agreed)


def _teams(actor: User) -> QuerySet[Team]:
    clients: Collection[int | None] = {scope.client for scope in scopes_of(actor, Capability.INSIGHT_VIEW)}
    teams = Team.objects.prefetch_related("members").order_by("name")
    return teams if None in clients else teams.filter(client__in=[one for one in clients if one])
