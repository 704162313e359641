"""Putting a policy in force."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from escalations.errors import Invalid, NotAllowed
from escalations.models import PolicyVersion
from escalations.policy.document import PolicyDocument, PolicyError
from escalations.services.recertifying import recertify
from escalations.services.waiting_policies import none_waits

TURN = 0x4852504C
"""The advisory lock of whoever puts a policy in force: one at a time."""


def publish_policy(
    *, document: Mapping[str, Any] | PolicyDocument, actor: Actor, note: str = ""
) -> PolicyVersion:
    """Make a shipped `document` the policy in force and end the one before. The same document again changes nothing.

    For set-up only: `actor` is None. People go through a draft that two of them approve (`services.releases`, R091),
    and get NotAllowed here. Invalid when it is not a policy.
    """
    if actor is not None:
        raise NotAllowed("A policy goes in force as a draft that two people have approved.")
    parsed = document if isinstance(document, PolicyDocument) else checked(document)
    with transaction.atomic():
        live = live_in_turn()
        if live is not None and live.digest == parsed.version_hash:
            return live
        return put_in_force(parsed, live, kind=EventKind.POLICY_PUBLISHED, actor=None, note=note)


def checked(document: Mapping[str, Any]) -> PolicyDocument:
    """The document, compiled; Invalid when it is not a policy, with everything that is wrong."""
    try:
        return PolicyDocument.parse(document)
    except PolicyError as error:
        raise Invalid("This is not a policy.", {"document": str(error)}, problems=error.problems) from error


def live_in_turn() -> PolicyVersion | None:
    """The version in force, in a transaction in which nobody else can end it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
    return PolicyVersion.objects.filter(live_from__isnull=False, superseded_at__isnull=True).first()


def put_in_force(
    document: PolicyDocument,
    live: PolicyVersion | None,
    *,
    kind: EventKind,
    actor: Actor,
    note: str = "",
    author: User | None = None,
    restores: PolicyVersion | None = None,
    **told: Any,
) -> PolicyVersion:
    """End `live` and begin `document` as the next version, with its event; the caller has the turn.

    The version can never be changed or deleted (R011). Certificates end whose cases it changes. With an author or an
    earlier version to restore, the database asks for the approvals, or for that version.
    """
    if live is not None:
        PolicyVersion.objects.filter(pk=live.pk).update(superseded_at=Now())
    newest: int = PolicyVersion.objects.aggregate(newest=Max("number"))["newest"] or 0
    version = PolicyVersion.objects.create(
        number=newest + 1, document=document.data, digest=document.version_hash, note=note[:300], live_from=Now(),
        created_by=author, restores=restores,
    )  # fmt: skip
    ended = recertify(live, document) if live is not None else {}
    certificates: dict[str, Any] = {"certificates": ended} if ended else {}
    none_waits(actor=actor)
    record(
        stream_of("policy", "live"), kind=kind, actor=actor, number=version.number, digest=version.digest,
        supersedes=live.number if live else None, **told, **certificates,
    )  # fmt: skip
    return version
