"""Who is told of an alert, once; and who after them when nobody answers."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection
from django.db.models.functions import Now

from accounts.choices import EventKind
from accounts.ledger import stream_of
from accounts.models import Event, TimeOff, User
from escalations.choices import AlertKind
from escalations.errors import Conflict, NotAllowed
from escalations.models import (
    Alert,
    Delivery,
    Notice,
)
from escalations.selectors.alerts import unread_count
from escalations.services.alerting import NewAlert, raise_alert, raise_alerts
from escalations.services.answering import acknowledge_alert, end_alert, escalate_alert, mark_read
from escalations.services.sending import send_due
from escalations.services.telling import pass_on, tell_people
from tests.alerts.telling import breached, time_passes, told
from tests.cast import Cast
from tests.reviews.makers import waiting

pytestmark = pytest.mark.django_db


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


def test_marking_read_is_for_oneself(cast: Cast) -> None:
    raise_alert(AlertKind.UNROUTABLE, "x", to=(cast.ella.pk,))
    tell_people()
    mark_read(actor=cast.sunny)
    assert (unread_count(cast.sunny), unread_count(cast.ella)) == (0, 1)
