"""Proving the promise from audits that were drawn after its plan was fixed (R002)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Event
from escalations.choices import CertificateEnd, TripCode
from escalations.models import AuditItem, CaseType, Certificate, Proof, Watch
from escalations.selectors.evidence import PATIENCE, evidence_of
from escalations.services.autonomy import save_promise
from escalations.services.breaking import trip
from escalations.services.certificates import end_certificate
from escalations.services.certifying import look, look_again
from tests.autonomy.audits import Verdicts, audited, past
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = timezone.now()
BEFORE, LATER = NOW - timedelta(days=9), NOW + timedelta(seconds=5)
SURE: Verdicts = [(0.85 + 0.149 * (n % 50) / 50, False) for n in range(600)]


@pytest.fixture
def kind(cast: Cast) -> CaseType:
    """A supervised type whose AI has answered cases, nothing certified."""
    found = cast.case_type("order_status")
    CaseType.objects.filter(pk=found.pk).update(autonomy="supervised")
    end_certificate(found, CertificateEnd.WITHDRAWN, actor=None)
    save_promise(case_type=found, target=0.05, confidence=0.95, on_drift="trip", actor=None)
    past(found, at=BEFORE)
    return cast.case_type("order_status")


@pytest.fixture
def proof(kind: CaseType) -> Proof:
    """Begun, no label yet."""
    begun = look(kind, now=NOW).proof
    assert begun is not None
    return begun


def test_no_proof_begins_before_there_is_enough_to_plan_with(cast: Cast) -> None:
    other = cast.case_type("billing_dispute")
    assert look(other).proof is None
    past(other, 99, at=BEFORE)
    assert look(other).past == 99
    past(other, 1, at=BEFORE)
    assert look(other).proof is not None


def test_enough_right_answers_certify_a_threshold_and_say_so_in_the_trail(
    kind: CaseType, proof: Proof
) -> None:
    """R002: threshold, bound, labels and errors; and the plan is the one from before the labels."""
    audited(kind, SURE, at=LATER)
    found = look(kind, now=LATER)
    assert found.certificate is not None
    assert found.proof == proof
    made = found.certificate
    assert (made.proof, made.target, made.errors, made.method) == (proof, 0.05, 0, "betting")
    assert 0 < made.bound <= 0.05
    assert 0.8 <= made.threshold < 1
    event = Event.objects.filter(kind="certificate.issued").latest("seq", "at")
    assert (event.data["labels"], event.data["errors"]) == (made.labels, 0)


def test_too_few_or_too_bad_answers_certify_nothing_and_say_what_is_missing(
    kind: CaseType, proof: Proof
) -> None:
    audited(kind, SURE[:20], at=LATER)
    assert look(kind, now=LATER).certificate is None
    proof.refresh_from_db()
    assert 0 < proof.latest["more_needed"] < 600
    audited(kind, [(score, n % 5 == 0) for n, (score, _) in enumerate(SURE)], at=LATER)
    assert look(kind, now=LATER).certificate is None
    assert not Certificate.objects.filter(case_type=kind, ended_at=None).exists()


def test_audits_from_before_the_plan_do_not_count(kind: CaseType) -> None:
    audited(kind, SURE, at=BEFORE)
    found = look(kind, now=NOW)
    assert found.evidence is not None
    assert not found.evidence.labels
    assert found.certificate is None


def test_labels_count_in_the_order_of_the_draw_up_to_the_first_open_one(kind: CaseType, proof: Proof) -> None:
    """Right answers are in sooner than wrong ones, which take two more readers: whoever took what is in would cheat."""
    audited(kind, [(0.9, False), (0.91, True), (0.92, None), *SURE[:50]], at=LATER)
    found = evidence_of(proof, now=LATER)
    assert [label.wrong for label in found.labels] == [False, True]
    assert (found.waiting, found.overdue) == (51, 0)


def test_an_audit_that_nobody_reads_counts_as_wrong_until_somebody_does(kind: CaseType, proof: Proof) -> None:
    item = audited(kind, [(0.9, None), (0.91, False)], at=LATER)[0]
    much_later = LATER + PATIENCE + timedelta(hours=1)
    found = evidence_of(proof, now=much_later)
    assert [label.wrong for label in found.labels] == [True, False]
    assert (found.waiting, found.overdue) == (0, 1)
    AuditItem.objects.filter(pk=item.pk).update(state="done", verdict="right", done_at=LATER)
    assert evidence_of(proof, now=much_later).overdue == 1, "a verdict without its label is none"


def test_looking_every_day_keeps_the_same_plan_and_the_widest_certificate(
    kind: CaseType, proof: Proof
) -> None:
    first = look(kind, now=LATER).certificate
    assert first is None
    thresholds = []
    for day in range(1, 7):
        audited(kind, SURE[:100], at=LATER + timedelta(days=day))
        look(kind, now=LATER + timedelta(days=day, hours=1))
        standing = Certificate.objects.filter(case_type=kind, ended_at=None).first()
        thresholds += [standing.threshold] if standing else []
    assert thresholds
    assert thresholds == sorted(thresholds, reverse=True)
    assert Proof.objects.filter(case_type=kind).count() == 1


def test_another_model_or_promise_begins_another_proof(kind: CaseType, proof: Proof) -> None:
    past(kind, 100, at=LATER, model="scripted-2")
    again = look(kind, now=LATER).proof
    assert again is not None
    assert (again.model_version, again.pk != proof.pk) == ("scripted-2", True)
    save_promise(case_type=kind, target=0.02, confidence=0.95, on_drift="trip", actor=None)
    third = look(kind, now=LATER).proof
    assert third is not None
    assert (third.target, third.planned) == (0.02, 1000)


def test_a_stricter_promise_ends_what_was_certified_for_a_laxer_one(kind: CaseType, proof: Proof) -> None:
    audited(kind, SURE, at=LATER)
    made = look(kind, now=LATER).certificate
    assert made is not None
    save_promise(case_type=kind, target=0.1, confidence=0.95, on_drift="trip", actor=None)
    made.refresh_from_db()
    assert made.ended_at is None, "at most 5 % is also at most 10 %"
    save_promise(case_type=kind, target=0.01, confidence=0.95, on_drift="trip", actor=None)
    made.refresh_from_db()
    assert made.why_ended == CertificateEnd.PROMISE


def test_nothing_is_widened_while_the_work_drifts(kind: CaseType, proof: Proof) -> None:
    """R089: an unlabelled alarm stops widening, and the certificate stays."""
    going: Verdicts = [(0.8 + 0.199 * (n % 97) / 97, n % 97 < 12) for n in range(700)]
    audited(kind, going[:350], at=LATER)
    first = look(kind, now=LATER).certificate
    assert first is not None
    Watch.objects.create(case_type=kind, detector="drift", alarm={"signals": ["mix"]})
    audited(kind, going[350:], at=LATER)
    assert look(kind, now=LATER).certificate is None
    Watch.objects.all().delete()
    wider = look(kind, now=LATER).certificate
    assert wider is not None
    assert wider.threshold < first.threshold


def test_audits_from_before_a_trip_certify_nothing_after_it(kind: CaseType, proof: Proof) -> None:
    audited(kind, SURE, at=LATER)
    trip(kind, TripCode.AUDITS, "Too many were wrong.", actor=None)
    found = look(kind, now=LATER + timedelta(minutes=1))
    assert found.certificate is None
    assert found.proof != proof


def test_the_sweeper_looks_once_and_then_only_when_there_is_news(kind: CaseType) -> None:
    assert look_again(now=NOW) == 1
    assert look_again(now=NOW) == 0
    audited(kind, SURE[:1], at=timezone.now() + timedelta(minutes=1))
    assert look_again(now=NOW) == 0, "ten minutes have not passed"
    assert look_again(now=timezone.now() + timedelta(minutes=11)) == 1
    assert look_again(now=timezone.now() + timedelta(days=1, minutes=1)) == 1
