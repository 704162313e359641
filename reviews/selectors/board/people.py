"""Who works this floor: their grants, presence, shifts, and what the last hours say of them (R104)."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.choices import Capability, PresenceState
from accounts.models import Grant, User
from accounts.models.sql import Which
from accounts.permissions import scopes_of
from accounts.selectors.workforce import Member, members
from escalations import durations
from escalations.models import PersonHour
from reviews.selectors.board.held import Held
from reviews.selectors.board.kept import rows_of, text_of
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

    member: Member
    tier: int
    held: list[Held] = field(default_factory=list)
    assigned: int = 0  # cases that wait for them alone
    units: int = 0  # of work, in hand and assigned
    resolved: int = 0
    active_hours: float = 0
    kept: int = 0
    worked: Counter[int] = field(default_factory=Counter)
    last_act: datetime | None = None

    @property
    def user(self) -> User:
        """Who it is, with their grants."""
        return self.member.user

    @property
    def state(self) -> str:
        """What they say they do."""
        return self.member.state

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
        planned = self.member.works_at(moment)
        return self.is_here(now) if planned is None else planned


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


def _people(floor: Floor, held: Iterable[Held]) -> list[Member]:
    granted = text_of(floor, _granted)
    which = Which("u.id = ANY(%s)", (sorted({case.holder for case in held}),))
    if granted is not None:
        which = Which(f"({which.sql} OR u.id IN ({granted.sql}))", (*which.params, *granted.params))
    return members(which.also(IN_TEAM, [floor.view.team]) if floor.view.team else which, floor.now)


IN_TEAM = """u.id IN (
  SELECT m.user_id FROM accounts_membership m JOIN accounts_team t ON t.id = m.team_id WHERE t.slug = %s)"""


def _granted(floor: Floor) -> QuerySet[Grant, Any]:
    """Whoever may take cases of this floor."""
    clients = {scope.client for scope in scopes_of(floor.actor, Capability.FLOOR_VIEW)}
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
    return grants.values_list("user")


def _worker(member: Member) -> Worker:
    scopes = scopes_of(member.user, Capability.CASE_CLAIM)
    return Worker(member, max((scope.max_tier for scope in scopes), default=1))


def _measured(floor: Floor, found: Mapping[int, Worker]) -> None:
    """Closed cases, time in hand and the tier they work on most, from the hourly rows."""
    tiers: dict[int, Counter[int]] = defaultdict(Counter)
    hours: dict[int, set[datetime]] = defaultdict(set)
    for user, hour, tier, n, kept, worked in rows_of(floor, _hours):
        worker = found.get(user)
        if worker is None:
            continue
        worker.resolved, worker.kept = worker.resolved + n, worker.kept + kept
        worker.worked += durations.merged([json.loads(worked)])
        tiers[user][tier] += n
        hours[user].add(hour)
    for user, worked_in in hours.items():
        worker = found[user]
        worker.tier = tiers[user].most_common(1)[0][0]
        spent = (min((floor.now - hour) / timedelta(hours=1), 1.0) for hour in worked_in)
        worker.active_hours = max(sum(spent), 0.25)


def _hours(floor: Floor) -> QuerySet[PersonHour, Any]:
    rows = floor.of(PersonHour.objects.all(), kept=False)
    rows = rows.filter(hour__gt=floor.now - LOOK_BACK - timedelta(hours=1))
    return rows.values_list("user_id", "hour", "tier", "n", "kept", "worked")


ACTS = """
SELECT u.id, (SELECT max(d.created_at) FROM escalations_decision d
              WHERE d.user_id = u.id AND d.created_at > %s AND d.standing <> 'undone'), o.n, o.units
FROM unnest(%s::bigint[]) u(id), LATERAL (
  SELECT count(*) AS n, coalesce(sum(c.effort), 0) AS units
  FROM escalations_offer f JOIN escalations_case c ON c.id = f.case_id WHERE f.user_id = u.id AND f.outcome = ''
) o
"""
"""The last decision of each person, and the number and work units of what is kept for them."""


def _acts(floor: Floor, found: Mapping[int, Worker]) -> None:
    """The last decision or claim of each, and what is kept for them."""
    with connection.cursor() as cursor:
        cursor.execute(ACTS, [floor.now - LOOK_BACK, list(found)])
        for user, decided_at, n, units in cursor.fetchall():
            worker = found[user]
            acts = (decided_at, *(case.claimed_at for case in worker.held))
            worker.last_act = max((act for act in acts if act is not None), default=None)
            worker.assigned = n
            worker.units += units
