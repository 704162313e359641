"""What the AI may settle alone: only what is certified, and nothing once its breaker has tripped (R002, R089)."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Event
from escalations.choices import Autonomy, CertificateEnd, TripCode
from escalations.errors import Invalid, NotAllowed
from escalations.models import Alert, Case, CaseType, Certificate, Decision, Trip
from escalations.rules import LEVELS, Standing
from escalations.services.breaking import stop, trip
from escalations.services.certificates import end_certificate
from tests.cast import Cast
from tests.certified import certify_types
from tests.engine import Scripted, work
from tests.escalations.cases import received, settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def faq(cast: Cast) -> CaseType:
    return cast.case_type("faq_chat")


def judged(cast: Cast, **engine: Any) -> Case:
    case = received(cast)
    work(Scripted(**engine))
    return Case.objects.select_related("routing").get(pk=case.pk)


def test_an_autonomous_type_without_a_certificate_settles_nothing(cast: Cast, faq: CaseType) -> None:
    """R002: the level alone gives no right; the case shows that only the certificate was missing."""
    assert settled(cast).state == "auto_resolved"
    end_certificate(faq, CertificateEnd.WITHDRAWN, actor=None)
    case = judged(cast)
    assert case.state == "queued"
    assert case.routing is not None
    assert case.routing.outcome["trace"]["held_by"] == ["autonomy"]


def test_a_certificate_is_about_one_model(cast: Cast) -> None:
    assert judged(cast, model_version="scripted-2").state == "queued"


def test_the_stricter_of_both_thresholds_holds(cast: Cast, faq: CaseType) -> None:
    """R002: the certificate's and the type's own."""
    CaseType.objects.filter(pk=faq.pk).update(threshold=0.6)
    certified = Certificate.objects.get(case_type=faq, ended_at=None).threshold
    assert 0.6 < certified < 0.75
    assert judged(cast, confidence=certified - 0.001).state == "queued"
    case = judged(cast, confidence=certified)
    assert (case.state, case.threshold) == ("auto_resolved", certified)


def test_once_tripped_everything_goes_to_people_and_they_are_told(cast: Cast, faq: CaseType) -> None:
    """R089: with reason, event and alert."""
    made = trip(faq, TripCode.MIX, "Other cases come than before.", actor=None, figures={"cases": 412})
    assert judged(cast).state == "queued"
    event = Event.objects.get(kind="autonomy.tripped")
    assert (event.data["code"], event.data["figures"]) == ("mix", {"cases": 412})
    assert Alert.objects.get(kind="ai_stopped").data["code"] == "mix"
    assert trip(faq, TripCode.STOPPED, "again", actor=None) == made
    assert Trip.objects.count() == 1


def test_an_audit_alarm_ends_the_certificate_too(cast: Cast, faq: CaseType) -> None:
    trip(faq, TripCode.PROMISE, "9 of 100 audited cases were wrong.", actor=None)
    assert Certificate.objects.get(case_type=faq).why_ended == CertificateEnd.BROKEN


def test_a_supervisor_stops_the_ai_with_a_reason_and_others_do_not(cast: Cast, faq: CaseType) -> None:
    """R089: one click and a reason; the words stay out of the chain."""
    with pytest.raises(NotAllowed):
        stop(case_type=faq, reason="I say so", actor=cast.fay)
    with pytest.raises(Invalid):
        stop(case_type=faq, reason="  ", actor=cast.sunny)
    stop(case_type=faq, reason="It answers nonsense to Mrs Jones", actor=cast.sunny)
    assert judged(cast).state == "queued"
    event = Event.objects.get(kind="autonomy.stopped")
    assert event.actor_id == str(cast.sunny.pk)
    assert "Jones" not in str(event.data)


def test_the_database_refuses_a_settlement_that_nothing_allows(cast: Cast, faq: CaseType) -> None:
    """R089: even code that forgot to ask records no decision after the trip."""
    row = _as_decided(settled(cast))
    case = received(cast)
    with pytest.raises(DatabaseError, match="certificate"), transaction.atomic():
        Decision.objects.create(case=case, **row | {"scores": {"confidence": 0.1}})
    with pytest.raises(DatabaseError, match="certificate"), transaction.atomic():
        Decision.objects.create(case=case, **row | {"model_version": "scripted-2"})
    trip(faq, TripCode.STOPPED, "now", actor=None)
    with pytest.raises(DatabaseError, match="stopped"), transaction.atomic():
        Decision.objects.create(case=case, **row)


def _as_decided(case: Case) -> dict[str, Any]:
    made = Decision.objects.get(case=case)
    names = ("verb", "actor_kind", "claim_token", "disposition", "policy", "model_version", "scores", "salt")
    return {name: getattr(made, name) for name in names}


def test_what_was_certified_is_written_once(cast: Cast, faq: CaseType) -> None:
    standing = Certificate.objects.filter(case_type=faq)
    for change in ({"threshold": 0.1}, {"errors": 0, "labels": 9}):
        with pytest.raises(DatabaseError), transaction.atomic():
            standing.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        standing.delete()
    end_certificate(faq, CertificateEnd.WITHDRAWN, actor=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        standing.update(ended_at=None, why_ended="")


def test_a_newer_certificate_takes_the_place_of_the_older(cast: Cast, faq: CaseType) -> None:
    certify_types(faq)
    assert [one.why_ended for one in Certificate.objects.filter(case_type=faq)] == ["", "replaced"]
    assert settled(cast).state == "auto_resolved"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("tripped", [False, True])
@pytest.mark.parametrize("model", ["", "m-1", "m-2"])
def test_the_effective_level_is_the_least_that_all_allow(level: str, tripped: bool, model: str) -> None:
    certified = 0.9 if model else None
    found = Standing(level, tripped, 0.8, certified, model).effective("m-1")
    assert LEVELS.index(found) <= LEVELS.index(level)
    assert not tripped or LEVELS.index(found) <= LEVELS.index(Autonomy.SUGGEST)
    assert (found == Autonomy.AUTONOMOUS) == (level == "autonomous" and not tripped and model == "m-1")
