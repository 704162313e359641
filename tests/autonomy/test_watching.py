"""What trips the breaker: audits that refute the promise, and work that changes (R089, R090, R092)."""

import random
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Event
from escalations.autonomy import drift
from escalations.autonomy.labels import Label
from escalations.autonomy.verdicts import Superseded
from escalations.choices import TripCode
from escalations.errors import Conflict, NotAllowed
from escalations.models import (
    Alert,
    AuditDraw,
    AuditItem,
    AuditPlan,
    BlindLabel,
    Breaker,
    CaseType,
    Certificate,
    Trip,
    Watch,
)
from escalations.selectors import traffic
from escalations.services.autonomy import save_promise
from escalations.services.watching_audits import watch_promises
from escalations.services.watching_drift import accept_usual, watch_drift, watch_type
from tests.autonomy.audits import audited
from tests.cast import Cast
from tests.certified import certify_types
from tests.engine import work
from tests.escalations.cases import decision_of, let_undo_pass, queued, received, settled
from tests.escalations.people import claim, decide

pytestmark = pytest.mark.django_db

NOW = timezone.now() + timedelta(minutes=10)


@pytest.fixture
def faq(cast: Cast) -> CaseType:
    return cast.case_type("faq_chat")


def state_of(kind: CaseType) -> str:
    return Breaker.objects.get(case_type=kind).state


# --- the promise


def test_audits_that_refute_the_promise_stop_the_ai(cast: Cast, faq: CaseType) -> None:
    """R089: within 60 audits when one settled case in four is wrong and 2 % were promised."""
    later = timezone.now() + timedelta(minutes=1)
    for _ in range(6):
        audited(faq, [(0.9, at % 4 == 0) for at in range(10)], at=later, p=0.05, settled=True)
        if watch_promises():
            break
    assert state_of(faq) == "tripped"
    trip = Trip.objects.get()
    assert trip.code == TripCode.PROMISE
    assert "audited cases were wrong" in trip.words
    assert 0 < trip.figures["errors"] <= trip.figures["labels"] <= 60
    assert Certificate.objects.get(case_type=faq).why_ended == "broken"
    assert settled(cast).state == "queued"
    assert watch_promises() == 0


def test_a_promise_that_is_kept_trips_nothing_and_each_label_counts_once(cast: Cast, faq: CaseType) -> None:
    later = timezone.now() + timedelta(minutes=1)
    audited(faq, [(0.9, at == 30) for at in range(200)], at=later, p=0.05, settled=True)
    assert watch_promises() == watch_promises() == 0
    watch = Watch.objects.get(detector="promise", case_type=faq)
    assert watch.state["tally"] == [[0.05, 200, 1]]
    assert state_of(faq) == "closed"


def test_only_cases_of_the_certificate_count(cast: Cast, faq: CaseType) -> None:
    """Drawn after it, at or above its threshold, by its model."""
    later, certificate = timezone.now() + timedelta(minutes=1), Certificate.objects.get(case_type=faq)
    audited(faq, [(0.9, True)] * 40, at=certificate.issued_at - timedelta(days=1))
    audited(faq, [(certificate.threshold - 0.01, True)] * 40, at=later)
    audited(faq, [(0.9, True)] * 40, at=later, model="scripted-2")
    assert watch_promises() == 0
    assert Watch.objects.get(detector="promise", case_type=faq).state["tally"] == []


def test_a_wider_certificate_does_not_forget_what_speaks_against_the_promise(
    cast: Cast, faq: CaseType
) -> None:
    later = timezone.now() + timedelta(minutes=1)
    audited(faq, [(0.9, at % 8 == 0) for at in range(16)], at=later, p=0.05, settled=True)
    watch_promises()
    before = Watch.objects.get(detector="promise", case_type=faq).state["evidence"]
    certify_types(faq)
    watch_promises()
    assert Watch.objects.get(detector="promise", case_type=faq).state["evidence"] == before > 1


# --- the work


class Stream:
    """Invented traffic in place of the database's: what `traffic` would read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.dice = random.Random(5)
        self.cases: list[drift.Case] = []
        self.fed = 0
        monkeypatch.setattr(traffic, "arrivals_before", lambda *_: self._new())
        monkeypatch.setattr(traffic, "arrivals_after", lambda *_: self._new())

    def _new(self) -> list[drift.Case]:
        new, self.fed = self.cases[self.fed : self.fed + 500], min(len(self.cases), self.fed + 500)
        return new

    def come(self, count: int, *, share: float = 0.3, fields: tuple[str, ...] = ("order_number",)) -> None:
        """`share` of them are about delays; scores as ever."""
        for _ in range(count):
            category = "delivery_delay" if self.dice.random() < share else "order_status"
            score = self.dice.betavariate(12, 1)
            self.cases.append(drift.Case(str(uuid.uuid4()), category, score, frozenset(fields)))


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Stream:
    made = Stream(monkeypatch)
    made.come(500)
    return made


@pytest.fixture
def watched(faq: CaseType, stream: Stream) -> CaseType:
    """What is usual is known."""
    assert not watch_type(faq, now=NOW)
    assert Watch.objects.get(detector="drift", case_type=faq).state["mix"]["seen"] == 0
    return faq


def test_stable_work_trips_nothing(watched: CaseType, stream: Stream) -> None:
    stream.come(2000)
    assert not watch_type(watched, now=NOW)
    assert Watch.objects.get(detector="drift").state["mix"]["seen"] == 2000
    assert state_of(watched) == "closed"


def test_another_mix_stops_the_ai_says_so_and_audits_more(
    cast: Cast, watched: CaseType, stream: Stream
) -> None:
    """R089: label shift, within 500 cases; the default is to stop."""
    stream.come(500, share=0.95)
    assert watch_type(watched, now=NOW)
    trip = Trip.objects.get()
    assert trip.code in (TripCode.MIX, TripCode.SCORES)
    assert "mix of categories changed" in trip.words
    assert settled(cast).state == "queued"
    event = Event.objects.get(kind="drift.seen")
    assert "mix" in event.data["signals"]
    assert AuditPlan.objects.get(case_type=watched).rate >= 0.25
    assert Certificate.objects.get(case_type=watched).ended_at is None, "no audit spoke against it"


def test_a_format_that_nobody_knows_is_named_with_its_first_example(
    watched: CaseType, stream: Stream
) -> None:
    """R092: FORMAT_CHANGE, within 25 cases of a new layout."""
    stream.come(25, fields=("order_number", "carrier_code"))
    assert watch_type(watched, now=NOW)
    trip = Trip.objects.get()
    assert (trip.code, "carrier_code" in trip.words) == (TripCode.FIELDS, True)
    event = Event.objects.get(kind="drift.seen")
    assert event.data["codes"] == ["FORMAT_CHANGE"]
    assert event.data["example"] == stream.cases[500].case_id


def test_who_chose_so_audits_more_and_goes_on(cast: Cast, watched: CaseType, stream: Stream) -> None:
    """R089: an unlabelled alarm raises the audit rate and stops widening; taking it as usual ends both."""
    save_promise(case_type=watched, target=0.02, confidence=0.95, on_drift="audit", actor=None)
    stream.come(500, share=0.95)
    assert watch_type(watched, now=NOW)
    assert state_of(watched) == "closed"
    assert Alert.objects.get(kind="drift").data["signals"]
    assert AuditPlan.objects.get(case_type=watched).rate >= 0.25
    assert not watch_type(watched, now=NOW), "it is said once"
    with pytest.raises(NotAllowed):
        accept_usual(case_type=watched, actor=cast.sunny)
    accept_usual(case_type=watched, actor=cast.adam)
    assert AuditPlan.objects.get(case_type=watched).rate == 0.05
    assert Alert.objects.get(kind="drift").ended_at is not None
    with pytest.raises(Conflict):
        accept_usual(case_type=watched, actor=cast.adam)


def test_a_model_that_fails_on_one_category_is_found_by_its_audits(
    cast: Cast, watched: CaseType, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R089: audits stop the AI whatever the promise says of drift."""
    save_promise(case_type=watched, target=0.02, confidence=0.95, on_drift="audit", actor=None)
    bad = [drift.Audit("order_status", Label(0.95, n % 2 == 0, 0.05)) for n in range(60)]
    monkeypatch.setattr(traffic, "audits_after", lambda *_: (bad, 1))
    stream.come(10)
    assert watch_type(watched, now=NOW)
    assert (Trip.objects.get().code, Trip.objects.get().labels) == (TripCode.AUDITS, True)


def test_a_settlement_under_an_outdated_policy_stops_the_ai_at_once(
    watched: CaseType, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R090: one is enough; the gate lets none through, so this is the wall behind it."""
    found = [Superseded("8", "7", 1, str(uuid.uuid4()))]
    monkeypatch.setattr(traffic, "superseded_since", lambda *_: found)
    stream.come(1)
    assert watch_type(watched, now=NOW)
    assert Trip.objects.get().code == TripCode.POLICY


def test_too_little_is_not_usual(faq: CaseType, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Stream(monkeypatch)
    made.come(299)
    assert watch_drift(now=NOW) == 0
    assert not Watch.objects.exists()


# --- what the database says of it


def test_the_watch_reads_what_came_what_people_decided_and_what_audits_found(
    cast: Cast, faq: CaseType
) -> None:
    first, kind = settled(cast), cast.case_type("billing_dispute")
    let_undo_pass(first)
    dispute = queued(cast)
    claim(dispute, cast.sunny)
    decide(dispute, cast.sunny, "override", disposition="refused", reason="facts")
    let_undo_pass(dispute)
    work()
    arrivals = traffic.arrivals_before(faq, NOW, 10)
    assert [(one.case_id, one.category, one.score) for one in arrivals] == [
        (str(first.pk), "faq_general", 0.97)
    ]
    assert traffic.arrivals_after(faq, str(first.pk), NOW, 10) == []
    came = traffic.arrivals_after(kind, "", NOW, 10)[0]
    assert {"amount", "account_number"} <= came.fields
    reviews, last = traffic.reviews_after(kind, "", NOW, 10)
    assert [(one.case_id, one.overridden) for one in reviews] == [(str(dispute.pk), True)]
    assert last == str(decision_of(dispute).pk) == traffic.newest_decision(NOW)
    assert traffic.reviews_after(kind, last, NOW, 10) == ([], last)
    assert traffic.reviews_before(kind, NOW - timedelta(days=1), NOW, 10) == reviews
    received(cast)
    assert len(traffic.arrivals_before(faq, NOW, 10)) == 1, "not judged yet"


def test_blind_verdicts_come_with_the_category(cast: Cast, faq: CaseType) -> None:
    case = settled(cast)
    let_undo_pass(case)
    drawn = AuditDraw.objects.get(case=case)
    AuditItem.objects.get_or_create(draw=drawn, defaults={"case": case, "case_type": faq})
    AuditItem.objects.filter(draw=drawn).update(state="done", verdict="wrong", done_at=drawn.at)
    item = AuditItem.objects.get(draw=drawn)
    label = BlindLabel.objects.create(
        item=item, case_type=faq, score=0.97, wrong=True, probability=0.05, model_version="scripted-1",
        policy=cast.policy, settled=True,
    )  # fmt: skip
    since = drawn.at - timedelta(minutes=1)
    assert traffic.audits_after(faq, 0, since, 10) == (
        [drift.Audit("faq_general", Label(0.97, True, 0.05))],
        label.pk,
    )
    assert traffic.audits_after(faq, label.pk, since, 10) == ([], label.pk)
    assert traffic.audits_after(faq, 0, drawn.at + timedelta(minutes=1), 10) == ([], 0)
