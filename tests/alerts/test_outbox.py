"""Messages to places outside: tried again under one id, kept when they fail, and never what a customer said."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db.models import F
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from accounts.models import Event
from escalations.choices import AlertKind
from escalations.errors import NotAllowed
from escalations.models import (
    Alert,
    Case,
    Delivery,
    Endpoint,
    Subscription,
)
from escalations.notify.outcome import Outcome
from escalations.services import parcels
from escalations.services.alerting import raise_alert
from escalations.services.endpoints import replay, save_endpoint
from escalations.services.sending import send_due
from escalations.services.subscribing import set_endpoint
from escalations.services.telling import tell_people
from tests.alerts.sink import Sink, answers, body_of, headers_of
from tests.alerts.telling import hook, time_passes, told
from tests.cast import Cast
from tests.reviews.makers import SECRET, waiting

pytestmark = pytest.mark.django_db


def test_a_webhook_is_tried_again_after_a_5xx_under_the_same_id_and_everything_is_logged(
    cast: Cast, settings: Settings
) -> None:
    """R063."""
    with Sink(answers(503, 500, 200)) as sink:
        hook(sink, settings)
        raise_alert(AlertKind.SPIKE, "acme", client_id=cast.acme.pk)
        tell_people()
        Delivery.objects.filter(via="email").delete()
        waits = []
        for _ in range(3):
            assert send_due() == 1
            waits.append(
                Delivery.objects.filter(state="ready").values_list(F("next_at") - Now(), flat=True).first()
            )
            time_passes()
        assert [headers_of(r)["webhook-id"] for r in sink.requests] == [
            headers_of(sink.requests[0])["webhook-id"]
        ] * 3
        assert len({body_of(r) for r in sink.requests}) == 1
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == ("sent", 3)
    assert [(t["outcome"], t["status"]) for t in row.log] == [("status", 503), ("status", 500), ("ok", 200)]
    assert waits[0] is not None
    assert waits[1] is not None
    assert timedelta(seconds=3) < waits[0] < waits[1]


def test_a_dead_letter_is_kept_and_can_be_sent_again(cast: Cast, settings: Settings) -> None:
    """R063: eight attempts, then a person decides; the id stays."""
    with Sink(answers(500)) as sink:
        hook(sink, settings)
        raise_alert(AlertKind.SPIKE, "acme", client_id=cast.acme.pk)
        tell_people()
        Delivery.objects.filter(via="email").delete()
        for _ in range(parcels.MAX_ATTEMPTS + 2):
            send_due()
            time_passes()
        row = Delivery.objects.get(alert__kind=AlertKind.SPIKE)
        assert (row.state, row.attempts) == ("dead", parcels.MAX_ATTEMPTS)
    with Sink(answers(200)) as again:
        settings.HANDRAIL_TRUSTED_TARGETS = [again.trusted]
        Endpoint.objects.update(address=again.url)
        assert row.message is not None
        with pytest.raises(NotAllowed):
            replay(message=row.message, actor=cast.sunny)
        replay(message=row.message, actor=cast.adam)
        send_due()
        assert f"msg_{row.message.hex}" in [headers_of(r)["webhook-id"] for r in again.requests]
    row.refresh_from_db()
    assert row.state == "sent"
    assert len(row.log) == parcels.MAX_ATTEMPTS + 1


def test_a_channel_that_keeps_failing_is_said_once_and_ends_when_it_works_again(
    cast: Cast, settings: Settings
) -> None:
    with Sink(answers(500, 500, 500, 500, 200)) as sink:
        hook(sink, settings)
        Subscription.objects.update(kind=AlertKind.SPIKE)
        raise_alert(AlertKind.SPIKE, "acme", client_id=cast.acme.pk)
        tell_people()
        Delivery.objects.filter(via="email").delete()
        for _ in range(4):
            send_due()
            Endpoint.objects.update(paused_until=None)
            Delivery.objects.filter(state="ready", via="webhook").update(next_at=Now())
        failing = Alert.objects.get(kind=AlertKind.CHANNEL_FAILING)
        assert (failing.count, failing.ended_at) == (2, None)
        tell_people()
        assert told(failing) == {"adam"}
        send_due()
        failing.refresh_from_db()
        assert failing.end_reason == "works_again"


def test_a_target_that_fails_is_left_alone_and_others_are_not_kept_waiting(
    cast: Cast, settings: Settings
) -> None:
    with Sink(answers(500)) as bad, Sink(answers(200)) as good:
        first = hook(bad, settings)
        settings.HANDRAIL_TRUSTED_TARGETS = [bad.trusted, good.trusted]
        other, _ = save_endpoint(endpoint=None, name="good", kind="webhook", address=good.url, actor=None)
        set_endpoint(endpoint=other, kinds=list(AlertKind), least=4, client=None, actor=None)
        for n in range(5):
            raise_alert(AlertKind.SPIKE, str(n), client_id=cast.acme.pk, severity=1)
            tell_people()
            Delivery.objects.filter(via="email").delete()
            send_due()
        first.refresh_from_db()
        assert (bad.connections, first.failures) == (1, 1)
        assert good.connections == 5


def test_nothing_a_customer_wrote_or_is_called_leaves_the_house(cast: Cast, settings: Settings) -> None:
    """T18: canaries stand in the subject's message, the customer's name and the fields; a kind, a reference and a
    link go out.
    """
    with Sink(answers(200)) as sink:
        hook(sink, settings)
        alerts = []
        for kind in AlertKind:
            case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
            Case.objects.filter(pk=case.pk).update(subject=f"About {SECRET}")
            alerts.append(
                raise_alert(
                    kind, str(case.pk), severity=1, case_id=case.pk, client_id=case.client_id, to=(cast.ella.pk,),
                    data={"note": SECRET},
                )
            )  # fmt: skip
        tell_people()
        for _ in range(40):
            time_passes()
            Delivery.objects.filter(sent_at__isnull=False).update(sent_at=Now() - timedelta(hours=1))
            if not send_due():
                break
        out = b"".join(sink.requests).decode() + "".join(f"{m.subject}{m.body}" for m in mail.outbox)
    assert SECRET not in out
    assert "Kim" not in out
    assert "Charged twice" not in out
    assert all(alert.case is not None and alert.case.ref in out for alert in alerts)
    assert SECRET not in json.dumps(list(Event.objects.values_list("data", flat=True)), default=str)


def test_an_old_sender_is_not_heard_once_another_has_the_message(cast: Cast) -> None:
    raise_alert(AlertKind.UNROUTABLE, "x", severity=1, to=(cast.ella.pk,))
    tell_people()
    Delivery.objects.exclude(user=cast.ella).delete()
    first = parcels.take()
    assert first is not None
    assert parcels.take() is None
    Delivery.objects.update(next_at=Now())  # the lease ran out
    second = parcels.take()
    assert second is not None
    assert (second.message, second.token) == (first.message, first.token + 1)
    outcome = Outcome(True, "ok")
    assert not parcels.settle(first, outcome, 1.0, datetime.now(UTC))
    assert parcels.settle(second, outcome, 1.0, datetime.now(UTC))
