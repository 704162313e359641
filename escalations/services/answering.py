"""What people do about alerts: take note, pass on, end, mark as read."""

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import Capability, EventKind
from accounts.hints import hint
from accounts.ledger import record, stream_of
from accounts.models import User
from escalations.choices import AlertKind
from escalations.errors import Conflict, NotAllowed
from escalations.models import Alert, Notice
from escalations.notify.kinds import MEANINGS
from escalations.selectors.alerts import may_answer
from escalations.services.alerting import end
from escalations.services.telling import raise_level


@transaction.atomic
def acknowledge_alert(*, alert: Alert, actor: User) -> Alert:
    """Somebody sees to it: it is passed on no further. Conflict when somebody was first or it is over."""
    _may(actor, alert)
    noted = Alert.objects.filter(pk=alert.pk, ended_at__isnull=True, acknowledged_at__isnull=True).update(
        acknowledged_at=Now(), acknowledged_by=actor, escalate_at=None
    )
    if not noted:
        raise Conflict("Somebody has taken note of this alert already, or it is over.")
    record(stream_of("alert", alert.pk), kind=EventKind.ALERT_ACKNOWLEDGED, actor=actor, alert=alert.kind)
    mark_read(actor=actor, alerts=[alert.pk])
    return Alert.objects.get(pk=alert.pk)


@transaction.atomic
def escalate_alert(*, alert: Alert, actor: User) -> Alert:
    """Pass it to the next level now. Conflict when it is over or there is nobody above."""
    _may(actor, alert)
    found = Alert.objects.select_for_update().filter(pk=alert.pk, ended_at__isnull=True).first()
    if found is None:
        raise Conflict("This alert is over.")
    if found.level + 1 >= len(MEANINGS[AlertKind(found.kind)].chain):
        raise Conflict("There is nobody above to pass it to.")
    raise_level(found, timezone.now())
    found.acknowledged_at = found.acknowledged_by = None
    found.save(update_fields=["level", "notify_at", "escalate_at", "acknowledged_at", "acknowledged_by"])
    record(
        stream_of("alert", found.pk),
        kind=EventKind.ALERT_ESCALATED,
        actor=actor,
        alert=found.kind,
        level=found.level,
    )
    return found


def end_alert(*, alert: Alert, actor: User) -> None:
    """Its cause is over, says a person. Conflict when it had ended."""
    _may(actor, alert)
    if not end(Q(pk=alert.pk), because="by_hand", actor=actor):
        raise Conflict("This alert is over.")


def mark_read(*, actor: User, alerts: list[int] | None = None) -> int:
    """Their notices count as read: of these alerts, or all of them."""
    mine = Notice.objects.filter(user=actor, read_at__isnull=True)
    if alerts is not None:
        mine = mine.filter(alert__in=alerts)
    read = mine.update(read_at=Now())
    if read:
        hint(f"alerts:{actor.pk}")
    return read


def _may(actor: User, alert: Alert) -> None:
    if not may_answer(actor, alert):
        raise NotAllowed(
            f"Only whoever was told, or holds {Capability.ALERTS_MANAGE.label.lower()}, may do this."
        )
