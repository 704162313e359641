"""Keeping what a reviewer has typed: it outlives the lease, the session and the network (P16)."""

import json
from collections.abc import Mapping

from django.utils import timezone

from accounts.models import User
from escalations.errors import Invalid
from escalations.models import Case
from reviews.models import Draft

MOST = 64 * 1024
"""Bytes of JSON; more than any form of ours makes."""


def keep_draft(*, case: Case, actor: User, body: Mapping[str, str]) -> None:
    """Store the latest draft of `actor` on `case`, whether they hold it or not."""
    kept = {_storable(name)[:100]: _storable(value) for name, value in body.items()}
    if len(json.dumps(kept)) > MOST:
        raise Invalid("The draft is too long to keep.", {"draft": "too long"})
    Draft.objects.bulk_create(
        [Draft(case=case, user=actor, body=kept, updated_at=timezone.now())],
        update_conflicts=True, unique_fields=["case", "user"], update_fields=["body", "updated_at"],
    )  # fmt: skip


def _storable(text: object) -> str:
    return str(text).replace("\x00", "")  # PostgreSQL stores every character but this one
