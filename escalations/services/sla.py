"""What is promised: SLA policies and business calendars, saved as new versions, each change an event with its diff.

Open clocks are timed anew in the background, in batches; what was counted until then stays counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.models import Client, User
from escalations.calendars import problems
from escalations.choices import Milestone, Pause, Severity, Timer
from escalations.errors import Conflict, Invalid
from escalations.models import BusinessCalendar, CaseType, SlaPolicy
from escalations.services import due
from escalations.services.nudging import nudge
from escalations.services.tiers import may_edit

ALWAYS = "always"
"""The calendar that every desk has."""
LONGEST = 527_040  # minutes of a year
MINUTES = ("first_response_minutes", "next_response_minutes", "dwell_minutes", "resolution_minutes")
RAISES = tuple(f"{timer}.{milestone}" for timer in Timer.values for milestone in Milestone.values)
"""What `raise_on` may name."""
DEFAULT: dict[str, Any] = {
    "calendar": ALWAYS, "pauses": [Pause.HOLD.value, Pause.INFO.value], "raise_on": ["tier_dwell.breached"],
    "penalty_timers": [Timer.RESOLUTION.value],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """What one policy promises. Minutes are of business time; None leaves them to case type, resolution or tier."""

    calendar: str = ALWAYS
    first_response_minutes: int | None = None
    next_response_minutes: int | None = None
    dwell_minutes: int | None = None
    resolution_minutes: int | None = None
    warn_percent: int = 80
    pauses: tuple[str, ...] = ("hold", "info")
    raise_on: tuple[str, ...] = ("tier_dwell.breached",)
    penalty: Decimal = Decimal(0)
    currency: str = "EUR"
    penalty_timers: tuple[str, ...] = ("resolution",)


@dataclass(frozen=True, slots=True)
class Hours:
    """What one calendar says. `periods` are (weekday 0 to 6, "HH:MM", "HH:MM" or "24:00") in the zone's time."""

    name: str
    timezone: str
    periods: tuple[tuple[int, str, str], ...]
    country: str = ""
    subdivision: str = ""
    closed_days: tuple[date, ...] = ()


def ensure_default_promises() -> None:
    """Make the calendar round the clock and the policy for everybody where they are missing (R057)."""
    now = _now()
    days = [[day, "00:00", "24:00"] for day in range(7)]
    BusinessCalendar.objects.bulk_create(
        [BusinessCalendar(slug=ALWAYS, number=1, name="Round the clock", periods=days, live_from=now)],
        ignore_conflicts=True,
    )
    SlaPolicy.objects.bulk_create([SlaPolicy(live_from=now, **DEFAULT)], ignore_conflicts=True)


def save_policy(
    *, client: Client | None, case_type: CaseType | None, severity: int | None, terms: Terms, actor: Actor
) -> SlaPolicy:
    """Promise this to a client, case type and severity (None: any) from now on, instead of what was promised before.

    A case type implies its client. Invalid, by field, for zero minutes, a calendar that is not there, words that mean
    nothing. NotAllowed outside the actor's clients. The same terms again change nothing.
    """
    client = case_type.client if case_type is not None else client
    may_edit(actor, client)
    ensure_default_promises()
    _check_terms(terms, severity)
    with transaction.atomic():
        before = _live_policy(client, case_type, severity)
        if before is not None and terms_of(before) == terms:
            return before
        now = _now()
        if before is not None:
            SlaPolicy.objects.filter(pk=before.pk).update(superseded_at=now)
        policy = SlaPolicy.objects.create(
            client=client, case_type=case_type, severity=severity, live_from=now, created_by=_person(actor),
            **{name: list(value) if isinstance(value, tuple) else value for name, value in asdict(terms).items()},
        )  # fmt: skip
        _tell_policy(policy, before, policy, actor)
        _time_anew(f"policy:{policy.pk}", client)
    return policy


def delete_policy(*, policy: SlaPolicy, actor: Actor) -> None:
    """Promise it no longer: the next less specific policy holds. Conflict for everybody's, or when it is over."""
    may_edit(actor, policy.client)
    if policy.client_id is None and policy.case_type_id is None and policy.severity is None:
        raise Conflict("The policy for everybody stays: no case may be without a promise. Change it instead.")
    with transaction.atomic():
        if not SlaPolicy.objects.filter(pk=policy.pk, superseded_at__isnull=True).update(
            superseded_at=_now()
        ):
            raise Conflict("This policy is no longer in force.")
        _tell_policy(policy, policy, None, actor)
        _time_anew(f"policy:{policy.pk}:end", policy.client)


def save_calendar(*, slug: str = "", hours: Hours, actor: Actor) -> BusinessCalendar:
    """Keep a calendar, a new one without `slug`, as the version in force from now on.

    Invalid, by field, for a calendar without working time, periods that overlap or end before they begin, an unknown
    zone or country. Calendars are shared: NotAllowed for whoever may not edit everybody's.
    """
    may_edit(actor, None)
    if slug == ALWAYS:
        raise Conflict("The calendar round the clock stays as it is: make another one.")
    slug = slug or slugify(hours.name)[:40]
    _check_hours(slug, hours)
    with transaction.atomic():
        before = (
            BusinessCalendar.objects.select_for_update().filter(slug=slug, superseded_at__isnull=True).first()
        )
        if before is not None and hours_of(before) == hours:
            return before
        now = _now()
        newest = BusinessCalendar.objects.filter(slug=slug).aggregate(n=Max("number"))["n"] or 0
        if before is not None:
            BusinessCalendar.objects.filter(pk=before.pk).update(superseded_at=now)
        fields = asdict(hours) | {
            "periods": [list(one) for one in hours.periods],
            "closed_days": list(hours.closed_days),
        }
        calendar = BusinessCalendar.objects.create(
            slug=slug, number=newest + 1, live_from=now, created_by=_person(actor), **fields
        )
        _tell_calendar(slug, hours_of(before) if before is not None else None, hours, actor)
        if before is not None:
            _time_anew(f"calendar:{calendar.pk}", None)
    return calendar


def delete_calendar(*, slug: str, actor: Actor) -> None:
    """Take a calendar out of use. Conflict while a policy counts by it."""
    may_edit(actor, None)
    if slug == ALWAYS:
        raise Conflict("The calendar round the clock stays.")
    with transaction.atomic():
        live = (
            BusinessCalendar.objects.select_for_update().filter(slug=slug, superseded_at__isnull=True).first()
        )
        if live is None:
            raise Conflict("This calendar is no longer in use.")
        if SlaPolicy.objects.filter(calendar=slug, superseded_at__isnull=True).exists():
            raise Conflict("An SLA policy counts by this calendar: give it another one first.")
        BusinessCalendar.objects.filter(pk=live.pk).update(superseded_at=_now())
        _tell_calendar(slug, hours_of(live), None, actor)


def time_all_anew(*, because: str, client_id: int | None = None) -> None:
    """Have every open clock (of a client) worked out anew in the background, because something they follow from has
    changed: a tier's rule, say. `because` names the change; call it in its transaction.
    """
    due.enqueue("retime", key=because, priority=200, payload={"client": client_id, "after": None})
    transaction.on_commit(nudge)


def terms_of(policy: SlaPolicy) -> Terms:
    """A stored policy's terms."""
    stored = {name: getattr(policy, name) for name in Terms.__dataclass_fields__}
    terms: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
    }
    return Terms(**terms)


def hours_of(calendar: BusinessCalendar) -> Hours:
    """A stored calendar's hours."""
    return Hours(
        calendar.name, calendar.timezone, tuple((int(d), str(a), str(b)) for d, a, b in calendar.periods),
        calendar.country, calendar.subdivision, tuple(calendar.closed_days),
    )  # fmt: skip


def _check_terms(terms: Terms, severity: int | None) -> None:
    wrong: dict[str, str] = {}
    for name in MINUTES:
        minutes = getattr(terms, name)
        if minutes is not None and not 1 <= minutes <= LONGEST:
            wrong[name] = f"At least one minute, at most {LONGEST} (a year); empty for what holds otherwise."
    if not 1 <= terms.warn_percent <= 99:
        wrong["warn_percent"] = "A warning comes at 1 to 99 per cent of the time."
    if not BusinessCalendar.objects.filter(slug=terms.calendar, superseded_at__isnull=True).exists():
        wrong["calendar"] = "There is no such calendar."
    if not 0 <= terms.penalty < 10**10:
        wrong["penalty"] = "An amount of nothing or more."
    if len(terms.currency) != 3 or not terms.currency.isascii() or not terms.currency.isupper():
        wrong["currency"] = "Three capital letters, such as EUR."
    for name, known in (("pauses", Pause.values), ("raise_on", RAISES), ("penalty_timers", Timer.values)):
        if set(getattr(terms, name)) - set(known):
            wrong[name] = f"Choose among: {', '.join(known)}."
    if severity is not None and severity not in Severity.values:
        wrong["severity"] = "There are severities 1 to 4."
    if wrong:
        raise Invalid("The policy was not saved.", wrong)


def _check_hours(slug: str, hours: Hours) -> None:
    wrong: dict[str, str] = {}
    if not slug or not hours.name.strip() or len(hours.name) > 80:
        wrong["name"] = "A calendar needs a name of at most 80 characters."
    found = problems(
        zone=hours.timezone, periods=hours.periods, country=hours.country, subdivision=hours.subdivision,
        closed=hours.closed_days,
    )  # fmt: skip
    for problem in found:
        wrong[problem.field] = (
            f"{wrong[problem.field]} {problem.text}" if problem.field in wrong else problem.text
        )
    if wrong:
        raise Invalid("The calendar was not saved.", wrong)


def _live_policy(client: Client | None, case_type: CaseType | None, severity: int | None) -> SlaPolicy | None:
    return (
        SlaPolicy.objects.order_by().select_for_update(of=("self",))
        .filter(superseded_at__isnull=True, client=client, case_type=case_type, severity=severity)
        .first()
    )  # fmt: skip


def _tell_policy(policy: SlaPolicy, before: SlaPolicy | None, after: SlaPolicy | None, actor: Actor) -> None:
    key = f"{policy.client_id}:{policy.case_type_id}:{policy.severity}"
    was = asdict(terms_of(before)) if before is not None else {}
    now = asdict(terms_of(after)) if after is not None else {}
    record(
        stream_of("sla_policy", key), kind=EventKind.SLA_POLICY_CHANGED, actor=actor, client=policy.client_id,
        type=policy.case_type_id, severity=policy.severity, policy=after.pk if after else None,
        **_difference(was, now),
    )  # fmt: skip


def _tell_calendar(slug: str, before: Hours | None, after: Hours | None, actor: Actor) -> None:
    was, now = (asdict(one) if one else {} for one in (before, after))
    record(
        stream_of("calendar", slug), kind=EventKind.CALENDAR_CHANGED, actor=actor, calendar=slug,
        **_difference(was, now),
    )  # fmt: skip


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    changed: Sequence[str] = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {
        "before": {name: before[name] for name in changed if name in before},
        "after": {name: after[name] for name in changed if name in after},
    }


def _time_anew(because: str, client: Client | None) -> None:
    time_all_anew(because=because, client_id=client.pk if client else None)


def _person(actor: Actor) -> User | None:
    return actor if isinstance(actor, User) else None


def _now() -> datetime:
    """The database's clock: one version ends at the instant at which the next begins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]
