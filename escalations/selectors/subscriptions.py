"""By which ways each alert reaches each person and place: own wishes, then role rules, then what is shipped."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from accounts.models import User
from escalations.choices import AlertKind, Severity, Via
from escalations.models import Alert, Endpoint, QuietHours, Subscription
from escalations.notify.kinds import MEANINGS


def shipped(kind: str, severity: int, via: str) -> bool:
    """What everybody gets who has said nothing: all in the app; by mail what is grave and somebody must act on."""
    if via == Via.IN_APP:
        return True
    meaning = MEANINGS[AlertKind(kind)]
    return kind in (AlertKind.DIGEST, AlertKind.WEEK) or (
        not meaning.passing and (meaning.binding or severity <= Severity.HIGH)
    )


class Ways:
    """The rules that matter to some people, in three statements whatever their number."""

    def __init__(self, people: Iterable[User]) -> None:
        ids = {person.pk for person in people}
        self.quiet = {row.user_id: row for row in QuietHours.objects.filter(user__in=ids)}
        self._own: dict[int, list[Subscription]] = defaultdict(list)
        self._roles: dict[str, list[Subscription]] = defaultdict(list)
        self._places: list[Subscription] = []
        for row in Subscription.objects.filter(Q(user__in=ids) | Q(user__isnull=True)).select_related(
            "endpoint"
        ):
            if row.user_id is not None:
                self._own[row.user_id].append(row)
            elif row.endpoint_id is not None:
                self._places.append(row)
            else:
                self._roles[row.role].append(row)

    def wants(self, person: User, alert: Alert, via: Via) -> bool:
        """Does `person` get `alert` that way? In the app nobody can switch off what is binding."""
        if via == Via.IN_APP and MEANINGS[AlertKind(alert.kind)].binding:
            return True
        own = _closest(self._own.get(person.pk, ()), alert, via)
        if own is not None:
            return own.wanted
        rules = [row for role in _roles_of(person) for row in self._roles.get(role, ())]
        rule = _closest(rules, alert, via)
        return rule.wanted if rule is not None else shipped(alert.kind, alert.severity, via)

    def places(self, alert: Alert) -> list[Endpoint]:
        """Webhooks, rooms and lists that get `alert`."""
        found: dict[int, Endpoint] = {}
        for row in self._places:
            place = row.endpoint
            if place is not None and place.is_active and row.wanted and _matches(row, alert):
                found[place.pk] = place
        return list(found.values())


def _closest(rows: Sequence[Subscription], alert: Alert, via: Via) -> Subscription | None:
    """The most particular rule: one that names the client, then one that names the kind."""
    fitting = [row for row in rows if row.via == via and _matches(row, alert)]
    return max(fitting, key=lambda row: (row.client_id is not None, row.kind != "", row.wanted), default=None)


def _matches(row: Subscription, alert: Alert) -> bool:
    return (
        row.kind in ("", alert.kind)
        and row.client_id in (None, alert.client_id)
        and alert.severity <= row.least
    )


def _roles_of(person: Any) -> set[str]:
    return {row["role"] for row in getattr(person, "grant_rows", None) or []}
