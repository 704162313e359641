"""When a person's mail may go out: quiet hours and bundles. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from escalations.choices import Severity

BUNDLE = timedelta(seconds=20)  # what comes this close together goes out as one


def due_at(
    now: datetime,
    severity: int,
    *,
    starts: time | None,
    ends: time | None,
    digest_minutes: int,
    zone: ZoneInfo,
) -> datetime:
    """When to send: a critical alert now, another after a moment for its fellows, at the end of the bundle the person
    chose, and never inside quiet hours (in `zone`; they may pass midnight).
    """
    if severity <= Severity.CRITICAL:
        return now
    at = now + BUNDLE
    if digest_minutes:
        step = digest_minutes * 60
        at = datetime.fromtimestamp((int(now.timestamp()) // step + 1) * step, UTC)
    return _after_quiet(at, starts, ends, zone)


def is_quiet(at: datetime, starts: time | None, ends: time | None, zone: ZoneInfo) -> bool:
    """Is `at` inside the quiet hours?"""
    if starts is None or ends is None:
        return False
    local = at.astimezone(zone).time()
    return starts <= local < ends if starts < ends else local >= starts or local < ends


def _after_quiet(at: datetime, starts: time | None, ends: time | None, zone: ZoneInfo) -> datetime:
    if ends is None or not is_quiet(at, starts, ends, zone):
        return at
    local = at.astimezone(zone)
    day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, zone).astimezone(UTC)
