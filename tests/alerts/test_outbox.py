"""From alerts to people and places: who is told, when, once; and what happens when nobody answers or nothing works."""

import json
from datetime import UTC, datetime, time, timedelta
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from accounts.choices import EventKind
from accounts.ledger import stream_of
from accounts.models import Event, TimeOff, User
from escalations.choices import AlertKind, Severity, Via
from escalations.errors import Conflict, NotAllowed
from escalations.models import (
    Alert,
    Case,
    Delivery,
    Endpoint,
    Job,
    Notice,
    QuietHours,
    Subscription,
    Watermark,
)
from escalations.notify.outcome import Outcome
from escalations.notify.quiet import due_at
from escalations.selectors.alerts import unread_count
from escalations.services import parcels
from escalations.services.alerting import NewAlert, raise_alert, raise_alerts
from escalations.services.answering import acknowledge_alert, end_alert, escalate_alert, mark_read
from escalations.services.endpoints import replay, save_endpoint
from escalations.services.sending import send_due
from escalations.services.subscribing import set_endpoint
from escalations.services.telling import end_settled, pass_on, tell_people
from tests.alerts.sink import Sink, answers, body_of, headers_of
from tests.cast import Cast
from tests.engine import distressed, down, work
from tests.escalations.cases import queued, settled
from tests.reviews.deciding import decide, held
from tests.reviews.makers import SECRET, waiting

pytestmark = pytest.mark.django_db


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


def test_an_alert_reaches_the_owner_first_and_in_the_app_and_by_mail(cast: Cast) -> None:
    """R064: whoever answers for the queue is told of a case past its time."""
    alert = breached(cast)
    assert tell_people() == 1
    assert told(alert) == {"sunny"}
    time_passes()
    assert send_due() == 1
    assert [m.to for m in mail.outbox] == [[cast.sunny.email]]
    assert tell_people() == 0


def test_nobody_takes_note_and_the_alert_passes_on_by_itself_until_somebody_does(cast: Cast) -> None:
    """R064, one notice per case per level. Owner, then supervisors, then compliance; taking note stops it."""
    alert = breached(cast)
    tell_people()
    for level, people in ((1, {"sunny"}), (2, {"cora", "adam"})):
        Alert.objects.filter(escalate_at__isnull=False).update(escalate_at=Now())
        assert pass_on() == 1
        tell_people()
        alert.refresh_from_db()
        assert (alert.level, told(alert, level)) == (level, people)
    assert alert.escalate_at is None  # there is nobody above
    other = breached(cast)
    tell_people()
    acknowledge_alert(alert=other, actor=cast.sunny)
    Alert.objects.filter(pk=other.pk).update(notify_at=None)
    assert pass_on() == 0
    kinds = list(
        Event.objects.filter(stream=stream_of("alert", alert.pk))
        .order_by("seq")
        .values_list("kind", flat=True)
    )
    assert kinds == [EventKind.ALERT_RAISED, EventKind.ALERT_ESCALATED, EventKind.ALERT_ESCALATED]


@pytest.mark.django_db(transaction=True)
def test_two_workers_give_one_notice_per_case_and_level(cast: Cast) -> None:
    """R064: no duplicates when two workers run, in raising, telling and passing on."""
    cases = [waiting(cast.case_type("billing_dispute"), cast.acme_bot) for _ in range(12)]
    new = [NewAlert(AlertKind.SLA_BREACHED, f"{c.pk}:1", 2, c.pk, c.client_id, c.queue_id) for c in cases]
    gate = Barrier(2)

    def worker() -> None:
        gate.wait()
        raise_alerts(new)
        tell_people()
        Alert.objects.filter(level=0, escalate_at__isnull=False).update(escalate_at=Now())
        pass_on()
        tell_people()
        connection.close()

    threads = [Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    tell_people()
    assert Alert.objects.count() == 12
    per_level = {(n.alert_id, n.user_id, n.level) for n in Notice.objects.all()}
    assert Notice.objects.count() == len(per_level) == 24  # Sunny owns the queue and supervises
    assert Delivery.objects.count() == Delivery.objects.values("alert", "level", "user").distinct().count()


def test_what_the_ai_settles_makes_no_notification(cast: Cast) -> None:
    """R140. And neither does a case that simply waits for a person."""
    settled(cast)
    queued(cast)
    tell_people()
    assert not Alert.objects.exists()
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


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


def test_whoever_is_away_is_told_through_their_delegate(cast: Cast) -> None:
    TimeOff.objects.create(
        user=cast.sunny,
        begins=Now() - timedelta(hours=1),
        ends=Now() + timedelta(hours=8),
        delegate=cast.ella,
    )
    alert = breached(cast)
    tell_people()
    assert told(alert) == {"ella"}


def test_a_level_at_which_nobody_is_does_not_swallow_the_alert(cast: Cast) -> None:
    User.objects.filter(pk__in=[cast.sunny.pk]).update(is_active=False)
    alert = breached(cast)
    tell_people()
    alert.refresh_from_db()
    assert (alert.level, told(alert, 2)) == (2, {"cora", "adam"})


def test_people_answer_only_for_what_they_were_told_of_or_oversee(cast: Cast) -> None:
    alert = breached(cast)
    tell_people()
    with pytest.raises(NotAllowed):
        acknowledge_alert(alert=alert, actor=cast.finn)
    acknowledge_alert(alert=alert, actor=cast.sunny)
    with pytest.raises(Conflict):
        acknowledge_alert(alert=alert, actor=cast.sunny)
    escalate_alert(alert=alert, actor=cast.cora)
    end_alert(alert=alert, actor=cast.adam)
    with pytest.raises(Conflict):
        end_alert(alert=alert, actor=cast.adam)
    assert unread_count(cast.sunny) == 0


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


def test_a_dead_job_is_one_alarm_however_many_die(cast: Cast) -> None:
    for _ in range(2):
        queued_case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
        Job.objects.create(
            kind="triage", key=str(queued_case.pk), case=queued_case, next_at=Now(), attempts=5
        )
    work(down())
    alert = Alert.objects.get(kind=AlertKind.JOB_DEAD)
    assert (alert.key, alert.count) == ("triage", 2)


def test_marking_read_is_for_oneself(cast: Cast) -> None:
    raise_alert(AlertKind.UNROUTABLE, "x", to=(cast.ella.pk,))
    tell_people()
    mark_read(actor=cast.sunny)
    assert (unread_count(cast.sunny), unread_count(cast.ella)) == (0, 1)


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
