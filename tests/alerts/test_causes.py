"""What raises an alert, what does not, and what ends it by itself."""

from typing import Any

import pytest
from django.core import mail
from django.db.models.functions import Now

from escalations.choices import AlertKind, Severity
from escalations.models import (
    Alert,
    Delivery,
    Job,
    Notice,
)
from escalations.services.alerting import raise_alert
from escalations.services.sending import send_due
from escalations.services.telling import end_settled, tell_people
from tests.alerts.telling import breached, told
from tests.cast import Cast
from tests.engine import distressed, down, work
from tests.escalations.cases import queued, settled
from tests.reviews.deciding import decide, held
from tests.reviews.makers import waiting

pytestmark = pytest.mark.django_db


def test_what_the_ai_settles_makes_no_notification(cast: Cast) -> None:
    """R140. And neither does a case that simply waits for a person."""
    settled(cast)
    queued(cast)
    tell_people()
    assert not Alert.objects.exists()
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


def test_a_critical_anomaly_pages_the_expert_on_call(cast: Cast) -> None:
    """R066. Whoever is there of the experts is told, at once; where none is, every one of them."""
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    where: dict[str, Any] = {"case_id": case.pk, "client_id": case.client_id, "queue_id": case.queue_id}
    raise_alert(AlertKind.ANOMALY, str(case.pk), severity=Severity.CRITICAL, **where)
    tell_people()
    assert told(Alert.objects.get(kind=AlertKind.ANOMALY)) == {"ella"}
    assert send_due() == 1  # a critical alert waits for nothing
    assert mail.outbox[0].to == [cast.ella.email]


def test_triage_that_finds_a_critical_anomaly_raises_the_alarm_in_its_own_transaction(cast: Cast) -> None:
    """R066. A distressed customer and a transaction far out of range: critical, and an anomaly."""
    case = queued(cast, engine=distressed(anomaly=0.99, category="billing_dispute"))
    assert case.severity == Severity.CRITICAL
    assert "ANOMALY" in case.reason_codes
    alert = Alert.objects.get(kind=AlertKind.ANOMALY)
    assert (alert.case_id, alert.severity) == (case.pk, Severity.CRITICAL)


def test_a_case_whose_cause_is_over_ends_its_alerts(cast: Cast) -> None:
    case = held(waiting(cast.case_type("billing_dispute"), cast.acme_bot), cast.fay)
    for kind in (AlertKind.SLA_BREACHED, AlertKind.UNROUTABLE, AlertKind.SKIPS):
        raise_alert(kind, str(case.pk), case_id=case.pk)
    assert end_settled() == 1  # it is claimed: somebody could take it
    assert list(Alert.objects.filter(ended_at=None).values_list("kind", flat=True).order_by("kind")) == [
        "skips", "sla_breached",
    ]  # fmt: skip
    decide(case, cast.fay)
    assert end_settled() == 2
    assert end_settled() == 0


def test_a_breach_takes_the_place_of_its_warning(cast: Cast) -> None:
    alert = breached(cast)
    raise_alert(AlertKind.SLA_WARNED, f"{alert.case_id}:resolution", case_id=alert.case_id)
    end_settled()
    assert [a.kind for a in Alert.objects.filter(ended_at=None)] == [AlertKind.SLA_BREACHED]


def test_a_dead_job_is_one_alarm_however_many_die(cast: Cast) -> None:
    for _ in range(2):
        queued_case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
        Job.objects.create(
            kind="triage", key=str(queued_case.pk), case=queued_case, next_at=Now(), attempts=5
        )
    work(down())
    alert = Alert.objects.get(kind=AlertKind.JOB_DEAD)
    assert (alert.key, alert.count) == ("triage", 2)


def test_a_case_skipped_three_times_alarms(cast: Cast) -> None:
    from reviews.services.claim import claim_case
    from reviews.services.lease import skip_case

    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    for _ in range(3):
        claim_case(case=case, actor=cast.fay)
        case.refresh_from_db()
        skip_case(case=case, actor=cast.fay, reason="language")
        case.refresh_from_db()
    assert Alert.objects.get(kind=AlertKind.SKIPS).case_id == case.pk
