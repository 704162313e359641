"""What is promised to whom: SLA policies, calendars and tiers in force, and the versions that were."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from escalations.calendars import Calendar, calendar_of
from escalations.models import BusinessCalendar, SlaPolicy, TierRule


@dataclass(frozen=True, slots=True)
class Promises:
    """Everything in force at one moment. `dwell` is minutes by client (None: everybody's) and tier."""

    policies: Mapping[tuple[int | None, int | None, int | None], SlaPolicy]
    calendars: Mapping[str, BusinessCalendar]
    dwell: Mapping[tuple[int | None, int], int]

    def policy_for(self, client_id: int, case_type_id: int, severity: int) -> SlaPolicy:
        """The most specific policy: a type's before a client's before a severity's; at last the one for all (R057)."""
        for key in keys_of(client_id, case_type_id, severity):
            if key in self.policies:
                return self.policies[key]
        raise LookupError("there is no SLA policy for everybody")

    def calendar_for(self, policy: SlaPolicy) -> BusinessCalendar:
        """The version in force of the policy's calendar."""
        return self.calendars[policy.calendar]

    def dwell_for(self, client_id: int, tier: int) -> int | None:
        """Minutes that the tier's own rule allows; None only where no tiers were ever made."""
        return self.dwell.get((client_id, tier), self.dwell.get((None, tier)))

    @property
    def complete(self) -> bool:
        """Does every case find a policy, and every policy a calendar?"""
        return (None, None, None) in self.policies and all(
            policy.calendar in self.calendars for policy in self.policies.values()
        )


def keys_of(
    client_id: int, case_type_id: int, severity: int
) -> Iterable[tuple[int | None, int | None, int | None]]:
    """(client, type, severity) of the policies that could hold, the most specific first."""
    for client, kind in ((client_id, case_type_id), (client_id, None), (None, None)):
        yield client, kind, severity
        yield client, kind, None


def promises() -> Promises:
    """Three small statements."""
    policies = SlaPolicy.objects.order_by().filter(superseded_at__isnull=True)
    calendars = BusinessCalendar.objects.order_by().filter(superseded_at__isnull=True)
    dwell = TierRule.objects.order_by().values_list("client_id", "number", "dwell_minutes")
    return Promises(
        {(one.client_id, one.case_type_id, one.severity): one for one in policies},
        {one.slug: one for one in calendars},
        {(client, number): minutes for client, number, minutes in dwell},
    )


@dataclass(frozen=True, slots=True)
class Version:
    """A policy's version, as far as clocks that ran under it ask."""

    pauses: frozenset[str]
    live_from: datetime


@lru_cache(maxsize=1024)
def policy_version(pk: int) -> Version:
    """What waits a policy version pauses on; versions never change."""
    pauses, live_from = SlaPolicy.objects.values_list("pauses", "live_from").get(pk=pk)
    return Version(frozenset(pauses), live_from)


@lru_cache(maxsize=1024)
def calendar_version(pk: int) -> Calendar:
    """The arithmetic of a calendar version; versions never change."""
    return as_calendar(BusinessCalendar.objects.get(pk=pk))


def as_calendar(row: BusinessCalendar) -> Calendar:
    """The arithmetic of a stored calendar."""
    return calendar_of(
        zone=row.timezone, periods=row.periods, country=row.country, subdivision=row.subdivision,
        closed=row.closed_days,
    )  # fmt: skip
