"""The weekly handoff review: built once each Monday in the client's zone; its patterns get owner and action (R088)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import Client, User
from accounts.permissions import can
from accounts.services.roles import Place
from escalations.auditing import week_around
from escalations.choices import PatternState
from escalations.errors import Invalid, NotAllowed
from escalations.models import Case, HandoffOutcome, Job, Pattern, PatternCase, WeeklyReview, real
from escalations.selectors.patterns import Found, patterns_in
from escalations.services import due

KIND = "weekly_review"
LEADS = (Capability.FLOOR_VIEW, Capability.QUALITY_REVIEW)
"""Who gives a pattern its owner and action."""

LONGEST = 500


def plan_reviews(*, now: datetime | None = None) -> int:
    """Make the review of each client's last week due, where it is over and not built; how many. Any number of beats
    may call this: one open job per client and week.
    """
    at, planned = now or timezone.now(), 0
    for client in Client.objects.filter(is_active=True):
        monday, _, _ = week_around(at - timedelta(days=7), client.timezone)
        if not WeeklyReview.objects.filter(client=client, starts_on=monday).exists():
            due.enqueue(KIND, key=f"{client.pk}:{monday}", payload={"client": client.pk, "week": str(monday)})
            planned += 1
    return planned


def build_review(job: Job) -> None:
    """Build the job's review, unless somebody has. Finishes the job."""
    client = Client.objects.get(pk=job.payload["client"])
    thought = _thought(client, date.fromisoformat(job.payload["week"]))  # before the transaction begins
    with transaction.atomic():
        due.finish(job)
        _keep(client, *thought)


def review_week(client: Client, monday: date) -> WeeklyReview:
    """The review of a week that is over; built unless it is there."""
    thought = _thought(client, monday)
    with transaction.atomic():
        return _keep(client, *thought)


def _thought(client: Client, monday: date) -> tuple[WeeklyReview, list[Found]]:
    starts_at, ends_at = bounds(monday, client.timezone)
    handed = HandoffOutcome.objects.filter(client=client, handed_at__gte=starts_at, handed_at__lt=ends_at)
    rows = list(handed.order_by("pk"))
    came = Case.objects.filter(real(), client=client, created_at__gte=starts_at, created_at__lt=ends_at)
    review = WeeklyReview(
        client=client,
        starts_on=monday,
        starts_at=starts_at,
        ends_at=ends_at,
        handed=len(rows),
        cases=came.count(),
    )
    return review, patterns_in(rows)


def _keep(client: Client, review: WeeklyReview, found: list[Found]) -> WeeklyReview:
    kept, made = WeeklyReview.objects.get_or_create(
        client=client, starts_on=review.starts_on,
        defaults={name: getattr(review, name) for name in ("starts_at", "ends_at", "handed", "cases")},
    )  # fmt: skip
    if made:
        _write(kept, found)
    return kept


def bounds(monday: date, zone: str) -> tuple[datetime, datetime]:
    """The first instant of a week in `zone`, and the first after it."""
    noon = datetime.combine(monday, datetime.min.time(), tzinfo=timezone.get_default_timezone())
    _, starts_at, ends_at = week_around(noon + timedelta(days=2), zone)
    return starts_at, ends_at


@transaction.atomic
def change_pattern(*, pattern: Pattern, actor: User, owner: User | None, action: str, state: str) -> Pattern:
    """Say who does what about a pattern, and how far that is. NotAllowed for who leads nothing there; Invalid with
    messages per field. The same again changes nothing.
    """
    pattern = Pattern.objects.select_for_update(of=("self",)).select_related("review").get(pk=pattern.pk)
    place = Place(pattern.review.client_id)
    if not any(can(actor, one, place) for one in LEADS):
        raise NotAllowed("You may not change what is done about a pattern.")
    action = " ".join(action.split())
    if errors := _problems(owner, action, state, pattern.review.client_id):
        raise Invalid("That is not complete.", errors)
    before = {"owner": pattern.owner_id, "action": pattern.action, "state": pattern.state}
    after = {"owner": owner.pk if owner else None, "action": action, "state": state}
    if before == after:
        return pattern
    pattern.owner, pattern.action, pattern.state = owner, action, state
    Pattern.objects.filter(pk=pattern.pk).update(
        owner=owner, action=action, state=state, changed_at=Now(),
        done_at=(pattern.done_at or timezone.now()) if state == PatternState.DONE else None,
    )  # fmt: skip
    record(  # what somebody wrote stays out of the chain
        stream_of("pattern", pattern.pk), kind=EventKind.PATTERN_CHANGED, actor=actor, review=pattern.review_id,
        diff={name: [before[name], after[name]] for name in ("owner", "state") if before[name] != after[name]},
        action="changed" if action != before["action"] else "",
    )  # fmt: skip
    return Pattern.objects.get(pk=pattern.pk)


def _problems(owner: User | None, action: str, state: str, client: int) -> dict[str, str]:
    found = {}
    if state not in PatternState.values:
        found["state"] = "Choose how far it is."
    if state in (PatternState.AGREED, PatternState.DONE):
        if owner is None:
            found["owner"] = "Say who does it."
        if not action:
            found["action"] = "Say what is done."
    if len(action) > LONGEST:
        found["action"] = f"At most {LONGEST} characters."
    if owner is not None and not (owner.is_active and can(owner, Capability.CASE_VIEW, Place(client))):
        found["owner"] = "They see no case of this client."
    return found


def _write(review: WeeklyReview, found: list[Found]) -> None:
    """The patterns with their members; what was agreed on the same pattern the week before goes on."""
    past = Pattern.objects.filter(
        review__client=review.client_id, review__starts_on=review.starts_on - timedelta(days=7),
        state=PatternState.AGREED,
    )  # fmt: skip
    agreed = {pattern.key: pattern for pattern in past}
    rows = []
    for position, one in enumerate(found, 1):
        row = Pattern(
            review=review, position=position, key=one.key, case_type_id=one.case_type, category=one.category,
            reasons=list(one.reasons), terms=list(one.group.terms), n=len(one.group.members),
        )  # fmt: skip
        if known := agreed.get(one.key):
            row.owner_id, row.action, row.state = known.owner_id, known.action, known.state
        rows.append(row)
    Pattern.objects.bulk_create(rows)
    PatternCase.objects.bulk_create(
        [
            PatternCase(pattern=row, case_id=case, nearness=nearness)
            for row, one in zip(rows, found, strict=True)
            for case, nearness in one.group.members
        ],
        batch_size=2000,
    )
    record(
        stream_of("review", f"{review.client_id}:{review.starts_on}"), kind=EventKind.REVIEW_BUILT, actor=None,
        client=review.client_id, week=str(review.starts_on), handed=review.handed, cases=review.cases,
        patterns=len(rows),
    )  # fmt: skip
