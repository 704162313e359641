"""Opening the seed of a week that is over, so that anybody can draw it again (R087)."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from accounts.permissions import scopes_of
from escalations.errors import Conflict, NotAllowed
from escalations.models import AuditPeriod
from escalations.services.auditing import seed_of

log = structlog.get_logger(__name__)

AFTER = timedelta(days=14)
"""So long after its end a week is revealed by itself; who may read the audit trail can do it earlier."""


@transaction.atomic
def reveal_period(*, period: AuditPeriod, actor: Actor) -> AuditPeriod:
    """Put the seed into the open and the ledger. A case of that week that is still open is then drawn in the week in
    which it ends. Conflict before the week is over; a second time changes nothing.
    """
    if actor is not None and not _may(actor, period):
        raise NotAllowed("You may not reveal this client's draws.")
    row = AuditPeriod.objects.select_for_update().get(pk=period.pk)
    if row.revealed_at is not None:
        return row
    over = AuditPeriod.objects.filter(pk=row.pk, ends_at__lte=Now())
    if not over.exists():
        raise Conflict("This week is not over: whoever knew the seed now would know what is audited.")
    if (seed := seed_of(row)) is None:
        raise Conflict("The seed was sealed under a key that is gone and can no longer be opened.")
    over.update(seed=seed.hex(), revealed_at=Now(), revealed_by=actor if isinstance(actor, User) else None)
    record(
        stream_of("audit", row.client_id), kind=EventKind.AUDIT_REVEALED, actor=actor, week=row.starts_on.isoformat(),
        number=row.number, commitment=row.commitment, seed=seed.hex(),
    )  # fmt: skip
    row.refresh_from_db()
    return row


def reveal_old() -> int:
    """Reveal every week that ended long enough ago; how many. Harmless twice."""
    done = 0
    for period in AuditPeriod.objects.filter(revealed_at=None, ends_at__lte=Now() - AFTER):
        try:
            reveal_period(period=period, actor=None)
        except Conflict as error:
            log.warning("audit.not_revealed", period=period.pk, why=error.message)
            continue
        done += 1
    return done


def _may(actor: Actor, period: AuditPeriod) -> bool:
    return any(scope.client in (None, period.client_id) for scope in scopes_of(actor, Capability.LEDGER_READ))
