"""Policy as a release: written by one, rehearsed, approved by two others, then in force (R011, R091)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import rfc8785
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from escalations.errors import Conflict, Invalid, NotAllowed, Stale
from escalations.models import Approval, Job, PolicyDraft, PolicyVersion
from escalations.permissions import may_everywhere
from escalations.policy.diff import differences
from escalations.policy.document import version_hash
from escalations.policy.schema import checked_shape
from escalations.selectors.policy import live_policy
from escalations.selectors.releases import NEEDED, TOUCHES, Standing, sides_of, standing_of
from escalations.services import due
from escalations.services.policies import checked, live_in_turn, put_in_force

AHEAD = timedelta(days=90)
"""How far ahead a policy may be set to go live."""
_TOLD = 30
"""How many changes an event spells out; the digests name them all."""


def begin_draft(*, actor: User, title: str = "", based_on: PolicyVersion | None = None) -> PolicyDraft:
    """A draft that says what `based_on` says (none: the version in force); it will follow the version in force."""
    _may_write(actor)
    live = PolicyVersion.objects.get(pk=live_policy().pk)
    source = based_on or live
    with transaction.atomic():
        draft = PolicyDraft.objects.create(
            title=_title(title) or f"After version {live.number}", document=source.document, digest=source.digest,
            base=live, author=actor, author_ids=[actor.pk], changed_at=Now(),
        )  # fmt: skip
        _tell(draft, EventKind.POLICY_DRAFTED, actor, base=live.number, copied=source.number)
    return draft


def change_draft(
    *, draft: PolicyDraft, document: Mapping[str, Any], edits: int, actor: User, title: str | None = None
) -> PolicyDraft:
    """Put `document` in the place of the draft's. What was approved or set to go live is so no more.

    `edits` is what the author saw: Stale when somebody has changed the draft since. Invalid for a document of another
    shape; what lint finds is kept and shown, and keeps the draft from being rehearsed.
    """
    _may_write(actor)
    wrong = checked_shape(document)
    if wrong:
        raise Invalid("This cannot be a policy.", {"document": "; ".join(wrong)[:500]})
    with transaction.atomic():
        found = _locked(draft)
        if found.edits != edits:
            raise Stale(
                "Somebody has changed this draft since. Look at it again; nothing of yours was saved."
            )
        digest, before = _digest(document), found.digest
        changes = [str(change) for change in differences(found.document, document)]
        named = _title(title) if title else found.title
        if digest == before and named == found.title:
            return found
        found.document, found.digest, found.title = dict(document), digest, named
        _written(found, actor)
        _tell(found, EventKind.POLICY_DRAFTED, actor, before=before, after=digest, changes=changes[:_TOLD])
    return found


def rebase_draft(*, draft: PolicyDraft, actor: User) -> PolicyDraft:
    """Compare the draft with the version that is in force now.

    Its document stays; what was said of it does not count any more.
    """
    _may_write(actor)
    with transaction.atomic():
        found, live = _locked(draft), live_policy()
        if found.base_id != live.pk:
            before = found.base.number
            found.base = live
            _written(found, actor)
            _tell(found, EventKind.POLICY_DRAFTED, actor, base=live.number, was=before)
    return found


def withdraw_draft(*, draft: PolicyDraft, actor: User) -> None:
    """Give the draft up."""
    _may_write(actor)
    with transaction.atomic():
        found = _locked(draft)
        PolicyDraft.objects.filter(pk=found.pk).update(withdrawn_at=Now(), publish_at=None, changed_at=Now())
        _tell(found, EventKind.POLICY_WITHDRAWN, actor)


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
        return _set_time(draft, digest, at, actor)
    with transaction.atomic():
        live = live_in_turn()
        found = _locked(draft)
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
        found = _locked(draft)
        if found.publish_at is not None:
            PolicyDraft.objects.filter(pk=found.pk).update(publish_at=None)
            _tell(found, EventKind.POLICY_SCHEDULED, actor, at=None)


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
                _tell(draft, EventKind.POLICY_SCHEDULED, None, at=None, why=error.message)
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
        found = _locked(draft)
        _ready(found, digest)
        PolicyDraft.objects.filter(pk=found.pk).update(publish_at=at)
        _tell(found, EventKind.POLICY_SCHEDULED, actor, at=at.isoformat())
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
    found = _locked(draft)
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
    _tell(draft, kind, actor, side=side, base=draft.base.number)
    return word


def _locked(draft: PolicyDraft) -> PolicyDraft:
    """The draft, nobody else's until the transaction ends; Conflict when it cannot be changed any more."""
    rows = PolicyDraft.objects.select_for_update(of=("self",)).select_related("base", "author")
    found = rows.get(pk=draft.pk)
    if found.version_id is not None:
        raise Conflict("It is in force, or was: begin another draft.")
    if found.withdrawn_at is not None:
        raise Conflict("The draft was withdrawn.")
    return found


def _written(draft: PolicyDraft, actor: User) -> None:
    """Keep a change with who made it: they can not approve it any more."""
    draft.edits += 1
    draft.publish_at = None
    if actor.pk not in draft.author_ids:
        draft.author_ids = [*draft.author_ids, actor.pk]
    draft.changed_at = timezone.now()
    fields = ("document", "digest", "title", "base", "edits", "publish_at", "author_ids", "changed_at")
    draft.save(update_fields=fields)


def _may_write(actor: User) -> None:
    if not may_everywhere(actor, Capability.POLICY_EDIT):
        raise NotAllowed("You may not write policy.")


def _may_publish(actor: Actor) -> None:
    if not may_everywhere(actor, *TOUCHES):
        raise NotAllowed("You may not put policy in force.")


def _digest(document: Mapping[str, Any]) -> str:
    try:
        return version_hash(document)
    except (rfc8785.CanonicalizationError, TypeError, ValueError) as error:
        raise Invalid("This cannot be a policy.", {"document": "A number in it is none."}) from error


def _title(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:120]


def _tell(draft: PolicyDraft, kind: EventKind, actor: Actor, **data: Any) -> None:
    record(
        stream_of("policy-draft", draft.pk),
        kind=kind,
        actor=actor,
        draft=draft.pk,
        digest=draft.digest,
        **data,
    )
