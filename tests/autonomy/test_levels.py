"""More autonomy takes a certificate, a checklist and two people; less takes one (R129)."""

from datetime import date
from typing import Any

import pytest

from accounts.models import Event, User
from escalations.choices import CertificateEnd, StepKind, TripCode
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Breaker, CaseType, Checklist, StepUp, Trip, Watch
from escalations.services.autonomy import Known, save_checklist, save_promise, step_down
from escalations.services.breaking import stop, trip
from escalations.services.certificates import end_certificate
from escalations.services.stepping import approve, propose, refuse
from tests.cast import Cast
from tests.certified import certify_types
from tests.engine import work
from tests.escalations.cases import received, settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def faq(cast: Cast) -> CaseType:
    """At supervised, certified, without a checklist."""
    CaseType.objects.filter(slug="faq_chat").update(autonomy="supervised")
    return cast.case_type("faq_chat")


def known(cast: Cast, **changes: Any) -> Known:
    whole: dict[str, Any] = {
        "owner": cast.sunny, "sop": "Manual 4, chapter 2", "exceptions": ("Upset customers",), "handling_minutes": 6.0,
        "error_percent": 2.5, "cases_a_week": 400, "measured_on": date(2026, 10, 1),
    }  # fmt: skip
    return Known(**whole | changes)


def complete(cast: Cast, kind: CaseType) -> None:
    save_checklist(case_type=kind, known=known(cast), actor=cast.adam)


def up(kind: CaseType, actor: User, level: str = "autonomous") -> StepUp:
    return propose(case_type=kind, kind=StepKind.UP, level=level, reason="It is ready", actor=actor)


def runs_alone(cast: Cast, kind: CaseType) -> None:
    """Two people have let the AI settle."""
    complete(cast, kind)
    approve(step=up(kind, cast.adam), side="ops", actor=cast.sunny)
    kind.refresh_from_db()


def level_of(kind: CaseType) -> str:
    return CaseType.objects.values_list("autonomy", flat=True).get(pk=kind.pk)


def test_a_process_cannot_be_autonomous_before_its_checklist_is_complete(cast: Cast, faq: CaseType) -> None:
    """R129: owner, SOP, exception list, baseline measures; each one is asked for by name."""
    gaps: dict[str, Any] = {
        "owner": None, "sop": " ", "exceptions": (), "handling_minutes": None, "error_percent": None,
        "cases_a_week": None, "measured_on": None,
    }  # fmt: skip
    for name, nothing in gaps.items():
        save_checklist(case_type=faq, known=known(cast, **{name: nothing}), actor=cast.adam)
        assert len(Checklist.objects.get(case_type=faq).missing) == 1
        with pytest.raises(Conflict, match="checklist"):
            up(faq, cast.adam)
    complete(cast, faq)
    assert up(faq, cast.adam).state == "open"


def test_two_people_of_two_sides_let_the_ai_settle(cast: Cast, faq: CaseType) -> None:
    """The proposer approves for their side; the other side takes somebody else, and the step is in force at once."""
    complete(cast, faq)
    step = up(faq, cast.adam)
    assert [one.side for one in step.approvals.all()] == ["ai"]
    assert level_of(faq) == "supervised"
    assert approve(step=step, side="ops", actor=cast.sunny).state == "done"
    assert level_of(faq) == "autonomous"
    assert settled(cast).state == "auto_resolved"
    kinds = list(
        Event.objects.filter(kind__startswith="autonomy.").order_by("at").values_list("kind", flat=True)
    )
    assert kinds == ["autonomy.proposed", "autonomy.approved", "autonomy.approved", "autonomy.changed"]


def test_one_person_is_never_both_sides(cast: Cast, faq: CaseType) -> None:
    from accounts.services.roles import give_grant

    complete(cast, faq)
    give_grant(to=cast.adam, role="supervisor", actor=None)
    both = cast.person("adam")
    step = up(faq, both)
    assert not step.approvals.exists(), "whoever could speak for both sides says for which"
    approve(step=step, side="ai", actor=both)
    with pytest.raises(Conflict, match="somebody else"):
        approve(step=step, side="ops", actor=both)
    assert level_of(faq) == "supervised"


def test_who_has_no_say_proposes_approves_and_refuses_nothing(cast: Cast, faq: CaseType) -> None:
    complete(cast, faq)
    for person in (cast.fay, cast.stan, cast.audrey, cast.quinn):
        with pytest.raises(NotAllowed):
            up(faq, person)
    step = up(faq, cast.adam)
    for person in (cast.fay, cast.adam, cast.quinn):
        with pytest.raises(NotAllowed):
            approve(step=step, side="ops", actor=person)
    with pytest.raises(NotAllowed):
        refuse(step=step, reason="no", actor=cast.fay)
    with pytest.raises(NotAllowed):
        save_promise(case_type=faq, target=0.01, confidence=0.9, on_drift="trip", actor=cast.sunny)
    with pytest.raises(NotAllowed):
        save_checklist(case_type=faq, known=known(cast), actor=cast.sunny)


def test_sent_twice_is_done_once(cast: Cast, faq: CaseType) -> None:
    complete(cast, faq)
    complete(cast, faq)
    assert Event.objects.filter(kind="checklist.changed").count() == 1
    step = up(faq, cast.adam)
    assert up(faq, cast.adam) == step
    approve(step=step, side="ai", actor=cast.adam)
    approve(step=step, side="ops", actor=cast.sunny)
    with pytest.raises(Conflict, match="over"):
        approve(step=step, side="ops", actor=cast.sunny)
    assert Event.objects.filter(kind="autonomy.changed").count() == 1


def test_a_step_that_became_impossible_is_not_taken(cast: Cast, faq: CaseType) -> None:
    complete(cast, faq)
    step = up(faq, cast.adam)
    end_certificate(faq, CertificateEnd.WITHDRAWN, actor=None)
    with pytest.raises(Conflict, match="certificate"):
        approve(step=step, side="ops", actor=cast.sunny)
    assert level_of(faq) == "supervised"
    assert refuse(step=step, reason="No certificate any more", actor=cast.sunny).state == "refused"


def test_anybody_with_the_button_steps_down_at_once(cast: Cast, faq: CaseType) -> None:
    """By one person, with a reason; an open proposal is moot, and nothing is settled from then on."""
    runs_alone(cast, faq)
    with pytest.raises(NotAllowed):
        step_down(case_type=faq, level="suggest", reason="I say so", actor=cast.fay)
    with pytest.raises(Invalid):
        step_down(case_type=faq, level="suggest", reason="", actor=cast.cora)
    step_down(case_type=faq, level="suggest", reason="Too many complaints", actor=cast.cora)
    case = received(cast)
    work()
    case.refresh_from_db()
    assert (level_of(faq), case.state) == ("suggest", "queued")
    with pytest.raises(Conflict, match="two people"):
        step_down(case_type=faq, level="supervised", reason="more", actor=cast.adam)
    step = up(faq, cast.adam, "supervised")
    step_down(case_type=faq, level="off", reason="not now", actor=cast.adam)
    step.refresh_from_db()
    assert step.state == "moot"


def test_people_who_decide_every_case_keep_it_so(cast: Cast) -> None:
    """R013, R017: neither a human-only process nor a final decision of people becomes autonomous."""
    for slug in ("hiring", "legal"):
        CaseType.objects.filter(slug=slug).update(autonomy="off")
        kind = cast.case_type(slug)
        complete(cast, kind)
        certify_types(kind)
        with pytest.raises(Conflict, match="People decide"):
            up(kind, cast.adam)


def test_after_a_stop_two_people_let_it_go_on(cast: Cast, faq: CaseType) -> None:
    runs_alone(cast, faq)
    stop(case_type=faq, reason="Odd answers", actor=cast.sunny)
    Watch.objects.create(case_type=faq, detector="drift", alarm={"signals": ["mix"]})
    step = propose(case_type=faq, kind=StepKind.RESUME, reason="Looked at it", actor=cast.sunny)
    approve(step=step, side="ai", actor=cast.adam)
    assert Breaker.objects.get(case_type=faq).state == "closed"
    assert Trip.objects.get().resumed_at is not None
    assert not Watch.objects.exists(), "what is usual is learnt anew"
    assert settled(cast).state == "auto_resolved"
    with pytest.raises(Conflict, match="not stopped"):
        propose(case_type=faq, kind=StepKind.RESUME, reason="again", actor=cast.sunny)


def test_after_a_trip_by_audits_a_newer_certificate_is_needed(cast: Cast, faq: CaseType) -> None:
    runs_alone(cast, faq)
    trip(faq, TripCode.AUDITS, "9 of 60 were wrong", actor=None)
    with pytest.raises(Conflict, match="certificate"):
        propose(case_type=faq, kind=StepKind.RESUME, reason="Looked at it", actor=cast.sunny)
    certify_types(faq)
    step = propose(case_type=faq, kind=StepKind.RESUME, reason="Retrained", actor=cast.sunny)
    assert approve(step=step, side="ai", actor=cast.adam).state == "done"


def test_an_autonomous_type_keeps_its_checklist_complete(cast: Cast, faq: CaseType) -> None:
    """R129."""
    runs_alone(cast, faq)
    with pytest.raises(Invalid) as refused:
        save_checklist(case_type=faq, known=known(cast, sop=""), actor=cast.adam)
    assert set(refused.value.errors) == {"sop"}
    assert not Checklist.objects.get(case_type=faq).missing


def test_nobody_alone_gives_the_ai_more_by_a_laxer_promise(cast: Cast, faq: CaseType) -> None:
    """R129: a higher target, less confidence or going on in spite of drift would be a step up by one person."""
    complete(cast, faq)
    step = up(faq, cast.adam)
    save_promise(case_type=faq, target=0.05, confidence=0.95, on_drift="trip", actor=cast.adam)
    certify_types(faq, target=0.05)
    with pytest.raises(Conflict, match="laxer"):
        approve(step=step, side="ops", actor=cast.sunny)
    refuse(step=step, reason="Another promise by now", actor=cast.sunny)
    approve(step=up(faq, cast.adam), side="ops", actor=cast.sunny)
    assert level_of(faq) == "autonomous"
    for changes in ({"target": 0.1}, {"confidence": 0.9}, {"on_drift": "audit"}):
        promise: dict[str, Any] = {"target": 0.05, "confidence": 0.95, "on_drift": "trip"} | changes
        with pytest.raises(Invalid) as told:
            save_promise(case_type=faq, actor=cast.adam, **promise)
        assert set(told.value.errors) == set(changes)
    save_promise(case_type=faq, target=0.01, confidence=0.95, on_drift="trip", actor=cast.adam)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"handling_minutes": 0.0}, "handling_minutes"), ({"error_percent": 101.0}, "error_percent"),
        ({"cases_a_week": 0}, "cases_a_week"), ({"exceptions": ("x" * 301,)}, "exceptions"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_beside_its_field(
    cast: Cast, faq: CaseType, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save_checklist(case_type=faq, known=known(cast, **change), actor=cast.adam)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize(("target", "confidence"), [(0.0, 0.95), (0.5, 0.95), (0.02, 1.0), (0.02, 0.5)])
def test_a_promise_that_is_none_is_refused(
    cast: Cast, faq: CaseType, target: float, confidence: float
) -> None:
    with pytest.raises(Invalid):
        save_promise(case_type=faq, target=target, confidence=confidence, on_drift="trip", actor=cast.adam)
