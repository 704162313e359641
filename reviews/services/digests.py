"""The week's digest of each role: built once on Monday in the client's zone, told once, never told again (R098)."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.models import Client, Role, User
from escalations.auditing import week_around
from escalations.choices import AlertKind, Severity
from escalations.models import Job
from escalations.services import due
from escalations.services.alerting import NewAlert, raise_alerts
from escalations.services.weekly import bounds
from reviews.choices import DigestPart
from reviews.models import Digest, DigestRead
from reviews.selectors.digests.figures import Span, figures_of
from reviews.selectors.digests.parts import nothing_in, parts_of

KIND = "weekly_digest"
HOUR = 7
"""Of Monday in the client's zone: by then the weekly review is there, and nobody is woken by a mail."""


def plan_digests(*, now: datetime | None = None) -> int:
    """Make the digests of each client's last week due, from 07:00 on Monday on, where they are not built; how many.
    Any number of beats may call this: one open job per client and week.
    """
    at, planned = now or timezone.now(), 0
    for client in Client.objects.filter(is_active=True):
        _, starts_at, _ = week_around(at, client.timezone)
        local = at.astimezone(ZoneInfo(client.timezone))
        if local.weekday() == 0 and local.hour < HOUR:
            continue
        # the moment before this week, not "seven days ago": one week a year is an hour shorter
        monday, _, _ = week_around(starts_at - timedelta(seconds=1), client.timezone)
        if not Digest.objects.filter(client=client, starts_on=monday).exists():
            due.enqueue(KIND, key=f"{client.pk}:{monday}", payload={"client": client.pk, "week": str(monday)})
            planned += 1
    return planned


def build_digests(job: Job) -> None:
    """Build the digests of the job's client and week, unless somebody has. Finishes the job in the transaction that
    writes and tells them: who is killed before leaves nothing, who is killed after leaves nothing to do.
    """
    span = span_of(Client.objects.get(pk=job.payload["client"]), date.fromisoformat(job.payload["week"]))
    counted = figures_of(span)  # before the transaction begins
    with transaction.atomic():
        due.finish(job)
        _keep(span, counted)


def let_go(job: Job) -> None:
    """A digest that was given up: JOB_DEAD has told, and the next beat plans it again."""


def digest_week(client: Client, monday: date) -> list[Digest]:
    """The digests of a week that is over; built unless they are there, and told."""
    span = span_of(client, monday)
    counted = figures_of(span)
    with transaction.atomic():
        return _keep(span, counted)


def span_of(client: Client, monday: date) -> Span:
    """The week of a Monday in the client's zone."""
    return Span(client, monday, *bounds(monday, client.timezone))


def mark_read(*, digest: Digest, actor: User) -> None:
    """`actor` has read it; a second time changes nothing."""
    DigestRead.objects.bulk_create([DigestRead(digest=digest, user=actor)], ignore_conflicts=True)


def _keep(span: Span, counted: dict[str, Any]) -> list[Digest]:
    kept, news = [], []
    for role in Role.objects.order_by("slug"):
        parts = parts_of(role.slug, role.capabilities)
        if not parts:
            continue
        body = {part.value: counted[part] for part in parts if part != DigestPart.FATES}
        digest, made = Digest.objects.get_or_create(
            client=span.client, role=role.slug, starts_on=span.monday,
            defaults={
                "starts_at": span.starts_at, "ends_at": span.ends_at, "empty": nothing_in(body),
                "body": body | {"parts": [part.value for part in parts]},
            },
        )  # fmt: skip
        kept.append(digest)
        news += [digest] if made else []
    if news:
        _tell(span, news)
    return kept


def _tell(span: Span, news: list[Digest]) -> None:
    """One alert a role, which ends as soon as it is told; an empty week is told to nobody. Kind and link are all that
    leaves (R140).
    """
    record(
        stream_of("digest", f"{span.client.pk}:{span.monday}"), kind=EventKind.DIGEST_BUILT, actor=None,
        client=span.client.pk, week=str(span.monday), roles=[one.role for one in news],
        empty=[one.role for one in news if one.empty],
    )  # fmt: skip
    raise_alerts(
        [
            NewAlert(
                AlertKind.WEEK, f"{span.client.slug}:{one.role}:{span.monday}", severity=Severity.LOW,
                client_id=span.client.pk, roles=(one.role,),
                data={"ref": f"{span.client.slug} {span.monday}", "digest": one.pk},
            )
            for one in news
            if not one.empty
        ]
    )  # fmt: skip
