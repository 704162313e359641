"""Drafts of policy: begun as a copy, changed, brought up to date, given up. No author approves their own (R091)."""

from collections.abc import Mapping
from typing import Any

import rfc8785
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from escalations.errors import Conflict, Invalid, NotAllowed, Stale
from escalations.models import PolicyDraft, PolicyVersion
from escalations.permissions import may_everywhere
from escalations.policy.diff import differences
from escalations.policy.document import version_hash
from escalations.policy.schema import checked_shape
from escalations.selectors.policy import live_policy
from escalations.services.waiting_policies import no_longer_waits

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
        tell(draft, EventKind.POLICY_DRAFTED, actor, base=live.number, copied=source.number)
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
        found = locked(draft)
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
        tell(found, EventKind.POLICY_DRAFTED, actor, before=before, after=digest, changes=changes[:_TOLD])
    return found


def rebase_draft(*, draft: PolicyDraft, actor: User) -> PolicyDraft:
    """Compare the draft with the version that is in force now.

    Its document stays; what was said of it does not count any more.
    """
    _may_write(actor)
    with transaction.atomic():
        found, live = locked(draft), live_policy()
        if found.base_id != live.pk:
            before = found.base.number
            found.base = live
            _written(found, actor)
            tell(found, EventKind.POLICY_DRAFTED, actor, base=live.number, was=before)
    return found


def withdraw_draft(*, draft: PolicyDraft, actor: User) -> None:
    """Give the draft up."""
    _may_write(actor)
    with transaction.atomic():
        found = locked(draft)
        PolicyDraft.objects.filter(pk=found.pk).update(withdrawn_at=Now(), publish_at=None, changed_at=Now())
        no_longer_waits(found, because="withdrawn", actor=actor)
        tell(found, EventKind.POLICY_WITHDRAWN, actor)


def locked(draft: PolicyDraft) -> PolicyDraft:
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
    no_longer_waits(draft, because="changed", actor=actor)


def _may_write(actor: User) -> None:
    if not may_everywhere(actor, Capability.POLICY_EDIT):
        raise NotAllowed("You may not write policy.")


def _digest(document: Mapping[str, Any]) -> str:
    try:
        return version_hash(document)
    except (rfc8785.CanonicalizationError, TypeError, ValueError) as error:
        raise Invalid("This cannot be a policy.", {"document": "A number in it is none."}) from error


def _title(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:120]


def tell(draft: PolicyDraft, kind: EventKind, actor: Actor, **data: Any) -> None:
    """One event about a draft, with what its document was."""
    record(
        stream_of("policy-draft", draft.pk),
        kind=kind,
        actor=actor,
        draft=draft.pk,
        digest=draft.digest,
        **data,
    )
