"""A rehearsal shows, before anybody approves, which past cases a draft would have sent another way (R011)."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Event
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Case, Delivery, Job, Rehearsal, RehearsedMove
from escalations.policy.default import default_data
from escalations.rehearsal import restored
from escalations.selectors.pasts import Desk
from escalations.services import due, rehearsing, replaying
from escalations.services.rehearsing import begin_rehearsal, cancel_rehearsal, resume_rehearsal
from escalations.services.replaying import Sides
from tests.cast import Cast
from tests.engine import Scripted, work
from tests.escalations.cases import queued, received, settled
from tests.escalations.people import claim, decide
from tests.escalations.releases import drafted, rehearsed, stricter

pytestmark = pytest.mark.django_db


def sure_and_unsure(cast: Cast) -> dict[str, Case]:
    """One settled by the AI at .97, one a hair below its threshold of .75, and a dispute that a person overrode."""
    sure = settled(cast)
    unsure = received(cast, external_id="unsure")
    work(Scripted(confidence=0.74))
    dispute = queued(cast)
    claim(dispute, cast.sunny)
    decide(dispute, cast.sunny, "override", disposition="refused", reason="facts")
    return {"sure": sure, "unsure": Case.objects.get(pk=unsure.pk), "dispute": dispute}


def test_exactly_the_cases_a_change_is_about_move(cast: Cast) -> None:
    cases = sure_and_unsure(cast)
    up = rehearsed(cast, drafted(cast, stricter(0.99)))
    assert [(move.case_id, move.kind) for move in up.moves.all()] == [(cases["sure"].pk, "escalated")]
    move = up.moves.get()
    assert (move.old["settle"], move.new["settle"], move.new["queue"]) == (True, False, "frontline")
    assert move.new["reasons"] == ["LOW_CONFIDENCE"]
    down = rehearsed(cast, drafted(cast, stricter(0.5)))
    assert [(move.case_id, move.kind) for move in down.moves.all()] == [(cases["unsure"].pk, "settled")]
    sums = restored(down.results)
    assert (sums.cases, sums.left_out, sums.old.settled, sums.new.settled) == (3, 0, 1, 2)


def test_a_draft_that_says_the_same_moves_nothing(cast: Cast) -> None:
    sure_and_unsure(cast)
    done = rehearsed(cast, drafted(cast, {**default_data(), "title": "Another name"}))
    sums = restored(done.results)
    assert (sums.cases, dict(sums.moves), sums.old.load) == (3, {}, sums.new.load)
    assert sums.old.rows == sums.new.rows
    assert sums.old.rows["reasons:low-confidence"] == 2


def test_it_says_what_people_made_of_the_cases_that_move(cast: Cast) -> None:
    cases = sure_and_unsure(cast)
    document = default_data()
    rules = document["tables"]["tiers"]["nodes"][1]["content"]["rules"]
    rules.append({"_id": "money", "_description": "Money", "when": "amount > 100", "tier": "3", "severity": "1",
                  "experienced": "false"})  # fmt: skip
    done = rehearsed(cast, drafted(cast, document))
    move = done.moves.get()
    assert (move.case_id, move.kind, move.outcome) == (cases["dispute"].pk, "moved", "override")
    assert restored(done.results).outcomes == {"moved": {"override": 1}}
    assert restored(done.results).new.rows["tiers:money"] == 1


def test_only_the_chosen_window_is_replayed(cast: Cast) -> None:
    sure_and_unsure(cast)
    draft, now = drafted(cast), timezone.now()
    window: dict[str, Any] = {"since": now - timedelta(days=1), "until": now + timedelta(minutes=1)}
    done = []
    for more in (
        {"client": cast.birch},
        {"case_type": cast.case_type("billing_dispute")},
        {"since": now - timedelta(days=9), "until": now - timedelta(days=8)},
    ):
        made = begin_rehearsal(draft=draft, actor=cast.adam, **{**window, **more})
        work()
        made.refresh_from_db()
        done.append((made.state, made.cases))
    assert done == [("done", 0), ("done", 1), ("done", 0)]


def test_nothing_happens_outside_a_rehearsal(cast: Cast) -> None:
    cases = sure_and_unsure(cast)
    before = list(Case.objects.order_by("pk").values()), Delivery.objects.count()
    events = Event.objects.exclude(kind__startswith="policy.").count()
    rehearsed(cast, drafted(cast))
    assert (list(Case.objects.order_by("pk").values()), Delivery.objects.count()) == before
    assert Event.objects.exclude(kind__startswith="policy.").count() == events
    assert cases["sure"].decisions.count() == 1


def running(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Rehearsal:
    """A rehearsal of three chunks of one case, of which the first is done."""
    sure_and_unsure(cast)
    monkeypatch.setattr(rehearsing, "CHUNK", 1)
    monkeypatch.setattr(rehearsing, "LANES", 1)
    now = timezone.now()
    made = begin_rehearsal(
        draft=drafted(cast), actor=cast.adam, since=now - timedelta(days=1), until=now + timedelta(minutes=1)
    )
    with monkeypatch.context() as patch:
        patch.setattr(rehearsing, "SLICE", 0.0)  # counts, and goes no further
        for _ in range(2):
            job = due.take([rehearsing.KIND])
            assert job is not None
            rehearsing.carry_on(job)
    rehearsing._one_chunk(made, Desk(), Sides(made))
    return Rehearsal.objects.get(pk=made.pk)


def test_it_stops_within_a_chunk_and_goes_on_where_it_stopped(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = running(cast, monkeypatch)
    assert (made.cases, made.chunks.filter(results__isnull=True).count()) == (3, 2)
    assert cancel_rehearsal(rehearsal=made, actor=cast.adam)
    assert not cancel_rehearsal(rehearsal=made, actor=cast.adam)
    work()
    made.refresh_from_db()
    assert (made.state, made.chunks.filter(results__isnull=True).count()) == ("cancelled", 2)
    resume_rehearsal(rehearsal=made, actor=cast.adam)
    with pytest.raises(Conflict):
        resume_rehearsal(rehearsal=made, actor=cast.adam)
    work()
    made.refresh_from_db()
    assert (made.state, restored(made.results).cases) == ("done", 3)
    assert RehearsedMove.objects.filter(rehearsal=made).count() == 1


def test_pressed_twice_it_runs_once(cast: Cast) -> None:
    draft, now = drafted(cast), timezone.now()
    window: dict[str, Any] = {"since": now - timedelta(days=1), "until": now}
    begin_rehearsal(draft=draft, actor=cast.adam, **window)
    with pytest.raises(Conflict):
        begin_rehearsal(draft=draft, actor=cast.adam, **window)
    assert Job.objects.filter(kind="rehearse").count() == 1


def test_a_case_that_breaks_it_is_named_and_it_can_go_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = settled(cast)
    now = timezone.now()
    made = begin_rehearsal(
        draft=drafted(cast), actor=cast.adam, since=now - timedelta(days=1), until=now + timedelta(minutes=1)
    )
    with monkeypatch.context() as patch:
        patch.setattr(replaying, "restored", lambda *_: 1 / 0)
        work()
    made.refresh_from_db()
    assert (made.state, made.error) == ("failed", f"{case.ref}: ZeroDivisionError")
    resume_rehearsal(rehearsal=made, actor=cast.adam)
    work()
    made.refresh_from_db()
    assert made.state == "done"


def test_a_window_without_length_and_other_peoples_are_refused(cast: Cast) -> None:
    draft, now = drafted(cast), timezone.now()
    for since, until in ((now, now), (now, now - timedelta(1)), (now - timedelta(500), now)):
        with pytest.raises(Invalid):
            begin_rehearsal(draft=draft, actor=cast.adam, since=since, until=until)
    with pytest.raises(Invalid):
        begin_rehearsal(
            draft=draft, actor=cast.adam, since=now - timedelta(1), until=now, client=cast.birch,
            case_type=cast.case_type("faq_chat"),
        )  # fmt: skip
    for name in ("finn", "quinn", "audrey", "stan"):
        with pytest.raises(NotAllowed):
            begin_rehearsal(draft=draft, actor=cast.person(name), since=now - timedelta(1), until=now)
