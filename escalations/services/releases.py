"""Policy as a release: written by one, rehearsed, approved by two others, then in force (R011, R091)."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.models import User
from escalations.errors import Conflict, Invalid, NotAllowed, Stale
from escalations.models import Approval, Job, PolicyDraft, PolicyVersion
from escalations.permissions import may_everywhere
from escalations.selectors.policy import live_policy
from escalations.selectors.releases import NEEDED, TOUCHES, Standing, sides_of, standing_of
from escalations.services import due
from escalations.services.drafting import locked, tell
from escalations.services.policies import checked, live_in_turn, put_in_force
from escalations.services.waiting_policies import no_longer_waits

AHEAD = timedelta(days=90)
"""How far ahead a policy may be set to go live."""


def approve_draft(*, draft: PolicyDraft, digest: str, side: str, actor: User, note: str = "") -> Approval:
    """Say yes for one side to the document with that digest. Conflict when it is another by now, when it was not
    rehearsed, or has errors; NotAllowed for its authors, for whoever does not own that side or spoke already.
    """
    if side not in Approval.Side.values or not may_everywhere(actor, NEEDED[Approval.Side(side)]):
        raise NotAllowed("You do not approve policy for that side.")
    with transaction.atomic():
        standing = _spoken_of(draft, digest, actor)
        if standing.refusals:
            raise Conflict("It was refused: it must be changed first.")
        if standing.errors:
            raise Conflict("It has errors, which must be put right first.")
        if standing.overtaken:
            raise Conflict("Another version went live since: bring the draft up to date first.")
        if standing.rehearsal is None:
            raise Conflict("Rehearse it first: nobody has seen what it would do.")
        return _say(standing, side, actor, note, refused=False)


def refuse_draft(*, draft: PolicyDraft, digest: str, actor: User, note: str) -> Approval:
    """Say no to the document with that digest, and why. It cannot go live until it is changed."""
    sides = sides_of(actor)
    if not sides:
        raise NotAllowed("You do not approve policy.")
    if not note.strip():
        raise Invalid("Not refused.", {"note": "Say what has to change."})
    with transaction.atomic():
        return _say(_spoken_of(draft, digest, actor), sides[0], actor, note, refused=True)


def publish_draft(
    *, draft: PolicyDraft, digest: str, actor: Actor, at: datetime | None = None
) -> PolicyVersion | None:
    """Put an approved draft in force, now or (None is returned) at a time. Whoever may write or approve policy may.

    Conflict unless both sides have approved this very document against the version that is in force. Invalid for a
    time in the past or too far ahead.
    """
    _may_publish(actor)
    if at is not None:
        _set_time(draft, digest, at, actor)
        return None
    with transaction.atomic():
        live = live_in_turn()
        found = locked(draft)
        standing = _ready(found, digest)
        version = put_in_force(
            checked(found.document), live, kind=EventKind.POLICY_PUBLISHED, actor=actor, note=found.title,
            author=found.author, draft=found.pk,
            approved={side: one.by_id if one else None for side, one in standing.by_side.items()},
        )  # fmt: skip
        PolicyDraft.objects.filter(pk=found.pk).update(version=version, publish_at=None)
    draft.version = version
    return version


def cancel_time(*, draft: PolicyDraft, actor: User) -> None:
    """It goes live at no set time any more."""
    _may_publish(actor)
    with transaction.atomic():
        found = locked(draft)
        if found.publish_at is not None:
            PolicyDraft.objects.filter(pk=found.pk).update(publish_at=None)
            tell(found, EventKind.POLICY_SCHEDULED, actor, at=None)


def publish_due(job: Job) -> None:
    """The time that was set: put the draft in force, unless it is another by then. Finishes the job."""
    with transaction.atomic():
        draft = PolicyDraft.objects.select_related("author").filter(pk=job.payload["draft"]).first()
        at = job.payload["at"]
        if draft is not None and draft.publish_at is not None and draft.publish_at.isoformat() == at:
            try:
                with transaction.atomic():
                    publish_draft(draft=draft, digest=job.payload["digest"], actor=None)
            except (Conflict, Invalid) as error:
                PolicyDraft.objects.filter(pk=draft.pk).update(publish_at=None)
                tell(draft, EventKind.POLICY_SCHEDULED, None, at=None, why=error.message)
        due.finish(job)


def roll_back(*, version: PolicyVersion, actor: User, reason: str) -> PolicyVersion:
    """Put an earlier version's document in force again, as a new version. One person who approves policy is enough.

    Conflict when it was never in force, or says what the version in force says.
    """
    if not sides_of(actor):
        raise NotAllowed("Only who approves policy may go back to an earlier one.")
    if not reason.strip():
        raise Invalid("Nothing changed.", {"reason": "Say why."})
    with transaction.atomic():
        live = live_in_turn()
        if version.live_from is None:
            raise Conflict("That version was never in force.")
        if live is not None and live.digest == version.digest:
            raise Conflict("The policy in force says the same already.")
        return put_in_force(
            checked(version.document), live, kind=EventKind.POLICY_ROLLED_BACK, actor=actor, author=actor,
            restores=version, note=f"Back to version {version.number}: {reason.strip()}", back_to=version.number,
        )  # fmt: skip


def _set_time(draft: PolicyDraft, digest: str, at: datetime, actor: Actor) -> None:
    now = timezone.now()
    if not now < at <= now + AHEAD:
        raise Invalid("No time was set.", {"at": "A time within the next 90 days."})
    with transaction.atomic():
        found = locked(draft)
        _ready(found, digest)
        PolicyDraft.objects.filter(pk=found.pk).update(publish_at=at)
        tell(found, EventKind.POLICY_SCHEDULED, actor, at=at.isoformat())
        due.enqueue(
            "publish_policy", key=f"{found.pk}:{at.isoformat()}", after=at - now,
            payload={"draft": found.pk, "digest": digest, "at": at.isoformat()},
        )  # fmt: skip


def _ready(draft: PolicyDraft, digest: str) -> Standing:
    """The standing of a draft that may go live; Conflict says what is missing."""
    standing = standing_of(draft, live_policy())
    if draft.digest != digest:
        raise Stale("The draft is another by now: look at it again.")
    if standing.overtaken:
        raise Conflict("Another version went live since: bring the draft up to date, and rehearse it again.")
    if standing.refusals or not all(standing.by_side.values()):
        raise Conflict("Both sides must approve it first.")
    return standing


def _spoken_of(draft: PolicyDraft, digest: str, actor: User) -> Standing:
    found = locked(draft)
    if actor.pk in found.author_ids:
        raise NotAllowed("Nobody approves a policy that they have written or changed.")
    if found.digest != digest:
        raise Stale("The draft was changed since you looked at it: look at it again.")
    return standing_of(found, live_policy())


def _say(standing: Standing, side: str, actor: User, note: str, *, refused: bool) -> Approval:
    draft = standing.draft
    try:
        with transaction.atomic():
            word = Approval.objects.create(
                draft=draft, digest=draft.digest, base_id=draft.base_id, side=side, by=actor, refused=refused,
                note=note.strip()[:300],
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict("You have spoken already, or somebody has for that side.") from error
    kind = EventKind.POLICY_REFUSED if refused else EventKind.POLICY_APPROVED
    if refused and draft.publish_at is not None:
        PolicyDraft.objects.filter(pk=draft.pk).update(publish_at=None)
    tell(draft, kind, actor, side=side, base=draft.base.number)
    if refused or any(said is not None for other, said in standing.by_side.items() if other != side):
        no_longer_waits(draft, because="refused" if refused else "approved", actor=actor)
    return word


def _may_publish(actor: Actor) -> None:
    if not may_everywhere(actor, *TOUCHES):
        raise NotAllowed("You may not put policy in force.")
