"""Whether the people on shift can do what a rehearsed policy sends them in the time that it allows (R011, R114)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from accounts.choices import Capability
from accounts.models.sql import Which
from accounts.permissions import scopes_of
from accounts.selectors.workforce import members
from escalations.models import Rehearsal
from escalations.selectors.rehearsals import Load, figures_of
from escalations.staffing import HOURS, Overload, overload

WEEK = 7
USUAL = "3"
"""The severity whose time a tier's cases are held against: what most of them have."""

MAY_TAKE = """EXISTS (SELECT 1 FROM accounts_grant g JOIN accounts_role r ON r.id = g.role_id
  WHERE g.user_id = u.id AND %s = ANY(r.capabilities) AND g.valid_from <= statement_timestamp()
    AND (g.valid_to IS NULL OR g.valid_to > statement_timestamp()))"""


def too_much(rehearsal: Rehearsal, document: Mapping[str, Any], *, now: datetime | None = None) -> list[str]:
    """A sentence for each tier whose cases cannot be done in time under the rehearsed document, with its figures.

    One statement. A person counts at the highest tier whose cases they may take, over the coming week, without absences
    known today; who has no shifts counts as always there, so that what is said holds all the more.
    """
    figures = figures_of(rehearsal)
    zone = ZoneInfo(rehearsal.client.timezone if rehearsal.client else settings.TIME_ZONE)
    people = staffed(zone, now or timezone.now())
    allowed = float(document["sla_minutes"][USUAL])
    found = []
    for load in figures.loads:
        there = people.get(int(load.tier), (0.0,) * HOURS)
        was, will = (_overloaded(load, side, figures.days, there, allowed) for side in (0, 1))
        if will is not None:
            found.append(_said(load, will, allowed, was))
    return found


def staffed(zone: ZoneInfo, now: datetime) -> dict[int, tuple[float, ...]]:
    """By tier: how many people are at work in each hour of the day in `zone`, on average over the coming week."""
    start = now.astimezone(zone).replace(hour=0, minute=30, second=0, microsecond=0)
    counts: dict[int, list[float]] = {}
    for member in members(Which(MAY_TAKE, (Capability.CASE_CLAIM.value,)), now):
        tier = max((scope.max_tier for scope in scopes_of(member.user, Capability.CASE_CLAIM)), default=0)
        row = counts.setdefault(tier, [0.0] * HOURS)
        for day in range(1, WEEK + 1):
            for hour in range(HOURS):
                there = member.works_at(start + timedelta(days=day, hours=hour))
                row[hour] += (there is None or there) / WEEK
    return {tier: tuple(row) for tier, row in counts.items()}


def _overloaded(
    load: Load, side: int, days: float, people: tuple[float, ...], allowed: float
) -> Overload | None:
    coming = [hour[side] / days for hour in load.by_hour]
    return overload(coming, people, load.minutes, allowed=allowed) if any(coming) else None


def _said(load: Load, found: Overload, allowed: float, was: Overload | None) -> str:
    done = (
        "more comes in a day than they can do" if found.minutes is None
        else f"the last is done after {found.minutes / 60:.1f} hours, {allowed / 60:.1f} are allowed"
    )  # fmt: skip
    before = " It is so under the version in force, too." if was is not None else ""
    return (
        f"Tier {load.tier} cannot do it in time: at {found.hour}:00 {found.coming:.1f} cases an hour come, and the "
        f"{found.people:.1f} people on shift do {found.can:.1f} ({load.minutes:.0f} minutes each): {done}.{before}"
    )
