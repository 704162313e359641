"""What the tests of alerts share: who was told, and what there is to tell."""

from typing import Any

from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from escalations.choices import AlertKind
from escalations.models import (
    Alert,
    Delivery,
    Endpoint,
    Notice,
    Watermark,
)
from escalations.services.alerting import raise_alert
from escalations.services.endpoints import save_endpoint
from escalations.services.subscribing import set_endpoint
from tests.alerts.sink import Sink
from tests.cast import Cast
from tests.reviews.makers import waiting


def told(alert: Alert, level: int = 0) -> set[str]:
    """First names of who has a notice."""
    return {n.user.name.split()[0].lower() for n in Notice.objects.filter(alert=alert, level=level)}


def time_passes() -> None:
    """Everything that waits for a moment is due."""
    Delivery.objects.filter(state="ready").update(next_at=Now())
    Endpoint.objects.update(paused_until=None)
    Watermark.objects.all().delete()


def breached(cast: Cast, severity: int = 2) -> Alert:
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    return raise_alert(
        AlertKind.SLA_BREACHED, f"{case.pk}:resolution", severity=severity, case_id=case.pk,
        client_id=case.client_id, queue_id=case.queue_id,
    )  # fmt: skip


def hook(sink: Sink, settings: Settings, **changes: Any) -> Endpoint:
    settings.HANDRAIL_TRUSTED_TARGETS = [sink.trusted]
    made, _ = save_endpoint(
        endpoint=None, name="hook", kind="webhook", address=sink.url, actor=None, **changes
    )
    set_endpoint(endpoint=made, kinds=list(AlertKind), least=4, client=None, actor=None)
    return made
