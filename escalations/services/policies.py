"""Putting a policy in force."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from accounts.permissions import can
from escalations.errors import Invalid, NotAllowed
from escalations.models import PolicyVersion
from escalations.policy.document import PolicyDocument, PolicyError


def publish_policy(
    *, document: Mapping[str, Any] | PolicyDocument, actor: Actor, note: str = ""
) -> PolicyVersion:
    """Make `document` the policy in force and end the one before. The same document again changes nothing.

    Invalid when it is not a policy; the version it becomes can never be changed or deleted (R011).
    """
    if actor is not None and not can(actor, Capability.POLICY_EDIT):
        raise NotAllowed("You may not change policy.")
    try:
        parsed = document if isinstance(document, PolicyDocument) else PolicyDocument.parse(document)
    except PolicyError as error:
        raise Invalid("This is not a policy.", {"document": str(error)}) from error
    with transaction.atomic():
        live = (
            PolicyVersion.objects.select_for_update()
            .filter(live_from__isnull=False, superseded_at__isnull=True)
            .first()
        )
        if live is not None and live.digest == parsed.version_hash:
            return live
        if live is not None:
            PolicyVersion.objects.filter(pk=live.pk).update(superseded_at=Now())
        newest: int = PolicyVersion.objects.aggregate(newest=Max("number"))["newest"] or 0
        version = PolicyVersion.objects.create(
            number=newest + 1, document=parsed.data, digest=parsed.version_hash, note=note, live_from=Now(),
            created_by=actor if isinstance(actor, User) else None,
        )  # fmt: skip
        record(
            stream_of("policy", "live"), kind=EventKind.POLICY_PUBLISHED, actor=actor,
            number=version.number, digest=parsed.version_hash, supersedes=live.number if live else None,
        )  # fmt: skip
    return version
