"""When the AI may do less, whoever answers for the process hears of it; and the page says how long more will take."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from escalations.choices import CertificateEnd, TripCode
from escalations.models import Alert, CaseType, Checklist, Notice
from escalations.selectors.outlook import outlook_of
from escalations.services.autonomy import save_promise, step_down
from escalations.services.breaking import trip
from escalations.services.certificates import end_certificate
from escalations.services.certifying import PAST, look
from escalations.services.telling import tell_people
from tests.autonomy.audits import audited, past
from tests.cast import Cast
from tests.certified import certify_types

pytestmark = pytest.mark.django_db
Door = Callable[[User], Browser]
NOW = timezone.now()


@pytest.fixture
def kind(cast: Cast) -> CaseType:
    """A type that runs by itself, of which Fay answers for the process."""
    found = cast.case_type("faq_chat")
    Checklist.objects.update_or_create(case_type=found, defaults={"owner": cast.fay})
    return found


def alerts() -> list[Alert]:
    return list(Alert.objects.filter(kind="ai_less", ended_at=None))


@pytest.mark.parametrize("why", [CertificateEnd.MODEL, CertificateEnd.POLICY, CertificateEnd.WITHDRAWN])
def test_owner_and_supervisors_hear_of_a_certificate_that_ended(
    cast: Cast, kind: CaseType, why: CertificateEnd, signed_in: Door
) -> None:
    """R089, R129: once each, with the reason and the way to the case type; a new certificate ends the alert."""
    end_certificate(kind, why, actor=None)
    alert = alerts()[0]
    tell_people()
    told = set(Notice.objects.filter(alert=alert).values_list("user", flat=True))
    assert {cast.fay.pk, cast.sunny.pk} <= told
    page = signed_in(cast.sunny).get(reverse("desk:alert", args=[alert.pk])).content.decode()
    assert "people decide until audits" in page
    assert reverse("desk:autonomy_type", args=[kind.pk]) in page
    certify_types(kind)
    assert not alerts()


def test_a_stricter_promise_and_somebody_who_steps_down_tell_them_too(cast: Cast, kind: CaseType) -> None:
    """R089: a promise that nothing proves yet leaves the AI with less, whoever made it."""
    save_promise(case_type=kind, target=0.001, confidence=0.95, on_drift="trip", actor=cast.adam)
    assert alerts()[0].data["why"] == "promise"
    step_down(case_type=kind, level="suggest", reason="A new process", actor=cast.adam)
    assert [one.count for one in alerts()] == [2]


def test_nobody_is_told_twice_of_one_stop_nor_of_what_had_no_effect(cast: Cast, kind: CaseType) -> None:
    """R089: a trip by audits ends the certificate, and is an alert by itself; people decided the other type anyway."""
    trip(kind, TripCode.AUDITS, "4 of 5 were wrong", actor=None)
    other = cast.case_type("order_status")
    certify_types(other)
    CaseType.objects.filter(pk=other.pk).update(autonomy="supervised")
    end_certificate(other, CertificateEnd.POLICY, actor=None)
    assert Alert.objects.filter(kind="ai_stopped").count() == 1
    assert not alerts()


def test_the_page_says_how_many_audits_are_missing_and_by_when(
    cast: Cast, kind: CaseType, signed_in: Door
) -> None:
    """R002: by the rate of the last two weeks; without any, never. Labels of before the end do not count."""
    end_certificate(kind, CertificateEnd.PROMISE, actor=None)
    door, url = signed_in(cast.adam), reverse("desk:autonomy_type", args=[kind.pk])
    assert "No proof runs" in door.get(url).content.decode()
    past(kind, 30, at=NOW - timedelta(days=3))
    waits = outlook_of(kind, None, now=NOW, least=PAST)
    assert (waits.a_day, waits.more, waits.by) == (10, 70, (NOW + timedelta(days=7)).date())
    past(kind, 90, at=NOW - timedelta(days=3))
    assert "there are enough" in door.get(url).content.decode()
    look(kind, now=NOW)
    assert "no audits were read" in door.get(url).content.decode()
    audited(kind, [(0.95, False)] * 30, at=NOW + timedelta(seconds=5))
    proof = look(kind, now=NOW + timedelta(seconds=9)).proof
    assert proof is not None
    proof.refresh_from_db()
    found = outlook_of(kind, proof, now=NOW + timedelta(seconds=9), least=PAST)
    assert found.more == proof.latest["more_needed"]
    assert found.more
    assert found.by == (NOW + timedelta(seconds=9) + timedelta(days=found.more / 10)).date()
    page = door.get(url).content.decode()
    assert f"Needs about {found.more} more audits" in page
    assert "at the present 10 a day, by about" in page
