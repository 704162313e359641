"""Whom an alert concerns at each level: the people it names, who answers for the queue, the roles that reach it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.choices import PresenceState
from accounts.grants import with_grants
from accounts.models import TimeOff, User
from escalations.choices import AlertKind
from escalations.models import Alert
from escalations.notify.kinds import ADMIN, EXPERT, MEANINGS, NAMED, OWNER, SUPERVISOR

HERE = frozenset({PresenceState.AVAILABLE, PresenceState.BUSY, PresenceState.WRAP_UP})


class Audience:
    """The people of one batch of alerts, read in three statements whatever its size."""

    def __init__(self, alerts: Sequence[Alert]) -> None:
        words = {word for alert in alerts for step in MEANINGS[_kind(alert)].chain for word in step}
        roles = (words - {NAMED, OWNER}) | {role for alert in alerts for role in alert.roles} | {ADMIN}
        ids = {pk for alert in alerts for pk in alert.people} | {a.queue.owner_id for a in alerts if a.queue}
        self._people: dict[int, User] = {person.pk: person for person in _people(ids, roles)}
        self._away = _stand_ins(self._people)

    def of(self, alert: Alert) -> tuple[int, list[User]]:
        """The level that reaches somebody, from the alert's own upwards, and who they are; nobody at all: admins."""
        chain = MEANINGS[_kind(alert)].chain
        for level in range(alert.level, len(chain)):
            if people := self._at(alert, chain[level], named=level == 0):
                return level, people
        return alert.level, [] if MEANINGS[_kind(alert)].passing else self._holding(alert, ADMIN)

    def _at(self, alert: Alert, step: Iterable[str], *, named: bool) -> list[User]:
        found: dict[int, User] = {}
        for word in (*step, *(alert.roles if named else ())):
            for person in self._for(alert, word):
                someone = self._people.get(self._away.get(person.pk) or person.pk, person)
                found[someone.pk] = someone
        return list(found.values())

    def _for(self, alert: Alert, word: str) -> list[User]:
        if word == NAMED:
            return [self._people[pk] for pk in alert.people if pk in self._people]
        if word == OWNER:
            owner = self._people.get(alert.queue.owner_id) if alert.queue else None
            return [owner] if owner else []
        holding = self._holding(alert, word)
        if word == EXPERT and alert.kind == AlertKind.ANOMALY:  # R066: whoever is on call, if anybody is
            return [person for person in holding if person.presence in HERE] or holding
        return holding

    def _holding(self, alert: Alert, role: str) -> list[User]:
        return [
            person
            for person in self._people.values()
            if any(row["role"] == role and _reaches(row, alert, role) for row in _rows(person))
        ]


def _people(ids: Iterable[int], roles: Iterable[str]) -> QuerySet[User]:
    holders = Q(grants__role__slug__in=sorted(roles), grants__valid_from__lte=Now()) & (
        Q(grants__valid_to__isnull=True) | Q(grants__valid_to__gt=Now())
    )
    wanted = User.objects.filter(Q(pk__in=sorted(ids)) | holders, is_active=True).values("pk")
    return with_grants(User.objects.filter(pk__in=wanted))


def _stand_ins(people: dict[int, User]) -> dict[int, int | None]:
    """Who is away now, and who is told in their place; the stand-ins join `people`."""
    away: dict[int, int | None] = dict(
        TimeOff.objects.filter(
            user__in=people, begins__lte=Now(), ends__gt=Now(), delegate__is_active=True
        ).values_list("user_id", "delegate_id")
    )
    strangers = {pk for pk in away.values() if pk is not None} - set(people)
    if strangers:
        people.update({person.pk: person for person in with_grants(User.objects.filter(pk__in=strangers))})
    return away


def _reaches(row: Mapping[str, Any], alert: Alert, role: str) -> bool:
    """The client must be theirs; the queue only where a supervisor leads some of them. Experts, compliance and QA are
    asked about cases of other people's queues: that is what they are for.
    """
    if alert.client_id is not None and row["client"] not in (None, alert.client_id):
        return False
    return role != SUPERVISOR or alert.queue is None or not row["queues"] or alert.queue.slug in row["queues"]


def _rows(person: User) -> list[dict[str, Any]]:
    return list(getattr(person, "grant_rows", None) or [])


def _kind(alert: Alert) -> AlertKind:
    return AlertKind(alert.kind)
