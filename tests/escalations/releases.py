"""Policy put in force as people do it: written by one, rehearsed, approved by two others."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.choices import RoleSlug
from accounts.models import User
from accounts.services.roles import give_grant
from escalations.models import PolicyDraft, PolicyVersion, Rehearsal
from escalations.policy.default import default_data
from escalations.services.drafting import begin_draft, change_draft
from escalations.services.rehearsing import begin_rehearsal
from escalations.services.releases import approve_draft, publish_draft
from tests.cast import Cast
from tests.engine import work


def second_admin() -> User:
    """Ada, who approves for the AI's side what Adam wrote."""
    ada = User.objects.filter(email="ada@example.test").first()
    if ada is None:
        ada = User.objects.create_user("ada@example.test", "a-password-nobody-else-has", name="Ada Example")
        give_grant(to=ada, role=RoleSlug.ADMIN, client=None, queues=(), actor=None)
    return User.objects.get(pk=ada.pk)


def stricter(threshold: float = 0.99) -> dict[str, Any]:
    """The shipped policy with one threshold raised."""
    return {**default_data(), "thresholds": {"acme/faq_chat": threshold}}


def drafted(cast: Cast, document: Mapping[str, Any] | None = None) -> PolicyDraft:
    """A draft of Adam's that says `document`, stricter than the shipped one."""
    draft = begin_draft(actor=cast.adam)
    return change_draft(draft=draft, document=document or stricter(), edits=draft.edits, actor=cast.adam)


def rehearsed(cast: Cast, draft: PolicyDraft, days: int = 30) -> Rehearsal:
    """Its rehearsal over the last days, done."""
    now = timezone.now()
    made = begin_rehearsal(
        draft=draft, actor=cast.adam, since=now - timedelta(days=days), until=now + timedelta(minutes=1)
    )
    work()
    made.refresh_from_db()
    assert made.state == Rehearsal.State.DONE, made.error
    return made


def approved(cast: Cast, document: Mapping[str, Any] | None = None) -> PolicyDraft:
    """A draft that both sides have approved."""
    draft = drafted(cast, document)
    rehearsed(cast, draft)
    approve_draft(draft=draft, digest=draft.digest, side="ai", actor=second_admin())
    approve_draft(draft=draft, digest=draft.digest, side="ops", actor=cast.sunny)
    return draft


def released(cast: Cast, document: Mapping[str, Any] | None = None) -> PolicyVersion:
    """In force."""
    draft = approved(cast, document)
    version = publish_draft(draft=draft, digest=draft.digest, actor=cast.adam)
    assert version is not None
    return version
