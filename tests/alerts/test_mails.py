"""When people are told: one mail for many alerts, a few in ten minutes, in quiet hours none but what is critical."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db.models.functions import Now

from escalations.choices import AlertKind, Via
from escalations.models import (
    Alert,
    Delivery,
    Notice,
    QuietHours,
    Subscription,
)
from escalations.notify.quiet import due_at
from escalations.services import parcels
from escalations.services.alerting import NewAlert, raise_alert, raise_alerts
from escalations.services.sending import send_due
from escalations.services.telling import tell_people
from tests.alerts.telling import breached, time_passes, told
from tests.cast import Cast
from tests.escalations.cases import settled

pytestmark = pytest.mark.django_db


def test_a_digest_says_once_a_day_what_the_ai_settled(cast: Cast) -> None:
    """R140: digest only, one a client and day, whoever asks twice."""
    from escalations.services.digests import raise_digests

    case = settled(cast)
    tomorrow = (case.created_at + timedelta(days=1)).replace(hour=8)
    assert raise_digests(now=tomorrow.replace(hour=5)) == 0
    assert raise_digests(now=tomorrow) == 1
    assert raise_digests(now=tomorrow) == 0
    alert = Alert.objects.get(kind=AlertKind.DIGEST)
    assert (alert.data["cases"], alert.data["settled"]) == (1, 1)
    tell_people()
    assert told(alert) == {"sunny"}
    alert.refresh_from_db()
    assert alert.ended_at is not None
    assert raise_digests(now=tomorrow + timedelta(hours=2)) == 0


def test_many_alerts_at_once_come_as_one_mail(cast: Cast) -> None:
    """Nobody is flooded: sixty alerts are one message that names the first twenty."""
    for _ in range(3):
        breached(cast)
    raise_alerts([NewAlert(AlertKind.UNROUTABLE, str(n), to=(cast.sunny.pk,), severity=2) for n in range(57)])
    tell_people()
    time_passes()
    send_due()
    assert len(mail.outbox) == 1
    assert "and 59 more" in mail.outbox[0].subject
    assert mail.outbox[0].body.count("http") == 21
    assert "40 × Nobody can take the case" in mail.outbox[0].body


def test_a_person_gets_six_mails_in_ten_minutes_and_the_rest_as_one_later(cast: Cast) -> None:
    for n in range(9):
        raise_alert(
            AlertKind.UNROUTABLE, f"x{n}", severity=2, roles=(), to=(cast.ella.pk,), client_id=cast.birch.pk
        )
        tell_people()
        Delivery.objects.exclude(user=cast.ella).delete()
        Delivery.objects.filter(
            state="ready", message=None, next_at__lte=Now() + timedelta(seconds=25)
        ).update(next_at=Now())
        send_due()
    assert len(mail.outbox) == parcels.PERSON_LIMIT
    Delivery.objects.filter(state="sent").update(sent_at=Now() - timedelta(minutes=11))
    time_passes()
    send_due()
    assert len(mail.outbox) == parcels.PERSON_LIMIT + 1
    assert "and 2 more" in mail.outbox[-1].subject


def test_quiet_hours_hold_mail_back_in_the_persons_own_zone_and_never_what_is_critical() -> None:
    manila = ZoneInfo("Asia/Manila")
    night = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)  # midnight in Manila
    hours: dict[str, Any] = {"starts": time(22), "ends": time(6), "zone": manila}
    assert due_at(night, 2, digest_minutes=0, **hours) == datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    assert due_at(night, 1, digest_minutes=0, **hours) == night
    noon = datetime(2026, 3, 2, 4, 7, tzinfo=UTC)
    assert due_at(noon, 2, digest_minutes=0, **hours) - noon < timedelta(minutes=1)
    assert due_at(noon, 3, digest_minutes=30, **hours) == datetime(2026, 3, 2, 4, 30, tzinfo=UTC)


def test_own_wishes_go_before_the_roles_and_those_before_what_is_shipped(cast: Cast) -> None:
    QuietHours.objects.create(user=cast.sunny, digest_minutes=15)
    Subscription.objects.create(role="supervisor", kind=AlertKind.SPIKE, via=Via.EMAIL, wanted=False)
    raise_alert(AlertKind.SPIKE, "acme", severity=2, client_id=cast.acme.pk)
    tell_people()
    assert not Delivery.objects.exists()
    Subscription.objects.create(user=cast.sunny, kind=AlertKind.SPIKE, via=Via.EMAIL)
    Subscription.objects.create(user=cast.sunny, kind="", via=Via.IN_APP, wanted=False)
    raise_alert(AlertKind.SPIKE, "birch", severity=2, client_id=cast.birch.pk)
    tell_people()
    assert Delivery.objects.count() == 1
    assert not Notice.objects.filter(alert__key="birch").exists()
    binding = breached(cast)
    tell_people()
    assert told(binding) == {"sunny"}  # what is binding stays in the app
