"""Raising and ending alerts."""

import pytest

from escalations.choices import AlertKind
from escalations.models import Alert
from escalations.notify.kinds import MEANINGS
from escalations.services.alerting import NewAlert, end_alerts, raise_alert, raise_alerts
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_every_kind_of_alert_says_whom_it_concerns() -> None:
    assert set(MEANINGS) == set(AlertKind)
    assert all(meaning.chain and all(meaning.chain) for meaning in MEANINGS.values())


def test_an_open_alert_is_counted_and_not_raised_again(cast: Cast) -> None:
    first = raise_alert(AlertKind.SPIKE, "acme", client_id=cast.acme.pk, to=(cast.fay.pk,))
    Alert.objects.update(notify_at=None)
    again = raise_alert(AlertKind.SPIKE, "acme", client_id=cast.acme.pk, severity=1)
    assert again.pk == first.pk
    assert (again.count, again.severity, again.notify_at) == (2, 1, None)


def test_somebody_named_later_is_due_to_be_told(cast: Cast) -> None:
    raise_alert(AlertKind.SKIPS, "AC-1", to=(cast.fay.pk,))
    Alert.objects.update(notify_at=None)
    again = raise_alert(AlertKind.SKIPS, "AC-1", to=(cast.finn.pk,))
    assert set(again.people) == {cast.fay.pk, cast.finn.pk}
    assert again.notify_at is not None


def test_one_key_twice_in_one_call_is_one_alert(cast: Cast) -> None:
    raised = raise_alerts(
        [
            NewAlert(AlertKind.RAISED, "AC-1"),
            NewAlert(AlertKind.RAISED, "AC-2"),
            NewAlert(AlertKind.RAISED, "AC-1"),
        ]
    )
    assert {alert.key: alert.count for alert in raised} == {"AC-1": 2, "AC-2": 1}


def test_after_its_end_the_same_key_is_a_new_alert(cast: Cast) -> None:
    first = raise_alert(AlertKind.UNROUTABLE, "AC-1")
    assert end_alerts(AlertKind.UNROUTABLE, ["AC-1"], because="routable", actor=None) == 1
    assert end_alerts(AlertKind.UNROUTABLE, ["AC-1"], because="routable", actor=None) == 0
    assert raise_alert(AlertKind.UNROUTABLE, "AC-1").pk != first.pk
