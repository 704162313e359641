"""Who works this floor: their grants, presence, shifts, and what the last hours say of them (R104)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Now

from accounts.choices import Capability, PresenceState
from accounts.grants import with_grants
from accounts.models import Grant, User
from accounts.permissions import scopes_of
from accounts.selectors.floor import away_at, on_shift_at, with_hours
from escalations import durations
from escalations.models import Decision, Offer, PersonHour
from reviews.selectors.board.held import Held
from reviews.selectors.board.scope import Floor
from reviews.selectors.load import capacity_of

LOOK_BACK = timedelta(hours=8)
"""How far back rates are measured."""

LATELY = timedelta(minutes=30)
"""Whoever did something within this is at work, whatever their presence says."""

AT_WORK = (PresenceState.AVAILABLE, PresenceState.BUSY, PresenceState.WRAP_UP)


@dataclass
class Worker:
    """One person on the floor, and what was measured of them in the last hours."""

    user: User
    tier: int
    state: str
    since: datetime | None
    held: list[Held] = field(default_factory=list)
    assigned: int = 0  # cases that wait for them alone
    units: int = 0  # of work, in hand and assigned
    resolved: int = 0
    active_hours: float = 0
    kept: int = 0
    worked: Counter[int] = field(default_factory=Counter)
    last_act: datetime | None = None

    @property
    def capacity(self) -> int:
        """Work units they may have at once."""
        return capacity_of(self.user)

    @property
    def open(self) -> int:
        """Cases they hold or that wait for them alone."""
        return len(self.held) + self.assigned

    def is_here(self, now: datetime) -> bool:
        """Are they at work, by what they say or by what they do?"""
        acted = self.last_act is not None and now - self.last_act <= LATELY
        return self.state in AT_WORK or bool(self.held) or acted

    def works_at(self, moment: datetime, now: datetime) -> bool:
        """Will they be at work then? By their shifts; without any, as now."""
        if away_at(self.user, moment) is not None:
            return False
        return on_shift_at(self.user, moment) if self.user.shifts.all() else self.is_here(now)


def workers_on(floor: Floor, held: Iterable[Held]) -> list[Worker]:
    """Everybody who may work cases of this floor or holds one, by name; a team's members only, when one is named."""
    found = {worker.user.pk: worker for worker in map(_worker, _people(floor, held))}
    for case in held:
        if case.holder in found:
            found[case.holder].held.append(case)
            found[case.holder].units += case.effort
    _measured(floor, found)
    _acts(floor, found)
    return sorted(found.values(), key=lambda worker: (not worker.is_here(floor.now), worker.user.name))


def _people(floor: Floor, held: Iterable[Held]) -> Iterable[User]:
    scopes = scopes_of(floor.actor, Capability.FLOOR_VIEW)
    clients = {scope.client for scope in scopes}
    grants = Grant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=Now()), valid_from__lte=Now(),
        user__isnull=False, role__capabilities__contains=[Capability.CASE_CLAIM.value],
    )  # fmt: skip
    if None not in clients:
        grants = grants.filter(Q(client__in=clients) | Q(client=None))
    if floor.view.client:
        grants = grants.filter(Q(client__slug=floor.view.client) | Q(client=None))
    if floor.view.queue:
        grants = grants.filter(Q(queues=[]) | Q(queues__contains=[floor.view.queue]))
    holders = {case.holder for case in held}
    people = User.objects.filter(Q(pk__in=grants.values("user")) | Q(pk__in=holders), is_active=True)
    if floor.view.team:
        people = people.filter(teams__slug=floor.view.team)
    return with_hours(with_grants(people), floor.now).select_related("presence_row")


def _worker(user: User) -> Worker:
    presence = getattr(user, "presence_row", None)
    tier = max((scope.max_tier for scope in scopes_of(user, Capability.CASE_CLAIM)), default=1)
    state = presence.state if presence else PresenceState.OFFLINE
    return Worker(user, tier, str(state), presence.since if presence else None)


def _measured(floor: Floor, found: Mapping[int, Worker]) -> None:
    """Closed cases, time in hand and the tier they work on most, from the hourly rows."""
    rows = floor.of(PersonHour.objects.all(), kept=False).filter(user__in=found)
    rows = rows.filter(hour__gt=floor.now - LOOK_BACK - timedelta(hours=1))
    tiers: dict[int, Counter[int]] = defaultdict(Counter)
    hours: dict[int, set[datetime]] = defaultdict(set)
    for user, hour, tier, n, kept, worked in rows.values_list(
        "user_id", "hour", "tier", "n", "kept", "worked"
    ):
        worker = found[user]
        worker.resolved, worker.kept = worker.resolved + n, worker.kept + kept
        worker.worked += durations.merged([worked])
        tiers[user][tier] += n
        hours[user].add(hour)
    for user, worked_in in hours.items():
        worker = found[user]
        worker.tier = tiers[user].most_common(1)[0][0]
        spent = (min((floor.now - hour) / timedelta(hours=1), 1.0) for hour in worked_in)
        worker.active_hours = max(sum(spent), 0.25)


def _acts(floor: Floor, found: Mapping[int, Worker]) -> None:
    """The last decision or claim of each, and what is kept for them."""
    lately = Decision.objects.filter(user__in=found, created_at__gt=floor.now - LOOK_BACK)
    for user, at in (
        lately.exclude(standing=Decision.Standing.UNDONE).values_list("user").annotate(Max("created_at"))
    ):
        found[user].last_act = at
    for worker in found.values():
        acts = [worker.last_act, *(case.claimed_at for case in worker.held)]
        worker.last_act = max((act for act in acts if act is not None), default=None)
    offers = Offer.objects.filter(user__in=found, outcome="").values_list("user").order_by()
    for user, n, units in offers.annotate(n=Count("*"), units=Sum("case__effort")):
        found[user].assigned = n
        found[user].units += units
