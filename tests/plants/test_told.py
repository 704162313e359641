"""Who decides a planted case is told right after the undo window, honestly; nobody could tell before (R094)."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import Event, User
from escalations.models import Alert, Case, Job, Plant
from escalations.services.plants import withdraw_stale
from reviews.selectors.insight.attention import own_reading
from reviews.services.undo import undo_decision
from tests.cast import Cast
from tests.engine import work
from tests.escalations.people import claim, decide
from tests.insight.cases import handed
from tests.plants.makers import ACTION, FIELD, PACKAGE, TEXT, answered, finished, planted_copy
from tests.robot import Robot

pytestmark = pytest.mark.django_db
Door = Callable[[User], Browser]


@pytest.fixture
def planted(cast: Cast, robot: Robot) -> Case:
    """A copy of a case that Fay decided, with another amount."""
    return planted_copy(cast, finished(robot, cast.fay), FIELD)


DIFFERS = re.compile(
    r"AC-\d+|\d?\d:\d\d(:\d\d)?|\d{4}-\d\d-\d\dT[\d:.+Z]+|[0-9a-f-]{36}\.[\w=:-]+|[0-9a-f]{32}|\b\d+ s\b"
    r'|value="[\w-]{60,}"|title="[^"]*"|<progress[^>]*>'
)
"""What tells any case from another: references, times, tokens."""


def plain(page: bytes) -> str:
    """The case's part of a page, or its main part, without what differs from case to case."""
    html = page.decode()
    shown = html[html.index('<article id="case"' if '<article id="case"' in html else "<main") :]
    return DIFFERS.sub("#", shown[: shown.index("</article>" if "<article" in shown else "</main>")])


def test_nobody_can_tell_it_from_a_real_one(cast: Cast, robot: Robot, planted: Case, signed_in: Door) -> None:
    """R094: the page, its timeline and its clocks are those of a real case of the same kind, but for what is wrong."""
    at = TEXT.index("120.75")
    source = {"message": 0, "start": at, "end": at + 6}
    real = handed(
        robot, messages=[{"author": "customer", "text": TEXT, "at": "2026-03-01T09:30:00Z"}], handoff=PACKAGE,
        fields=[{"name": "amount", "value": "120.75", "confidence": 0.8, "source": source}],
    )  # fmt: skip
    browser = signed_in(cast.finn)
    for case in (planted, real):
        claim(case, cast.finn)
    for part in ("", "timeline/", "clocks/"):
        false, true = (plain(browser.get(f"/cases/{case.ref}/{part}").content) for case in (planted, real))
        assert false.replace("102.75", "120.75") == true, part
        assert "plant" not in false.lower(), part
    assert str(planted.pk) not in browser.get(f"/cases/{planted.ref}/").content.decode()


def test_whoever_decides_it_is_told_what_was_wrong_when_nobody_can_take_it_back(
    cast: Cast, planted: Case, signed_in: Door
) -> None:
    """R094: a line above every page, then what was shown, what is right, and what they made of it."""
    browser = signed_in(cast.finn)
    claim(planted, cast.finn)
    decide(planted, cast.finn, "approve", disposition="answered")
    assert "was planted" not in browser.get("/queue/").content.decode()
    Job.objects.filter(kind="reveal").update(next_at=timezone.now() - timedelta(seconds=1))
    work()
    plant = Plant.objects.get()
    assert (plant.outcome, plant.verb, plant.decided_by) == ("missed", "approve", cast.finn)
    assert "A case that you decided was planted" in browser.get("/queue/").content.decode()
    assert "was planted" in browser.get("/insight/attention/planted/news/").content.decode()
    shown = browser.get("/insight/attention/planted/").content.decode()
    for said in (planted.ref, "A value that it read: Amount", "102.75", "120.75", "You let it stand."):
        assert said in shown
    assert "was planted" not in signed_in(cast.fay).get("/queue/").content.decode()
    assert browser.post("/insight/attention/planted/seen/").status_code == 303
    assert "was planted" not in browser.get("/queue/").content.decode()
    assert Event.objects.get(kind="plant.answered").data["outcome"] == "missed"


def test_what_is_taken_back_is_not_told_and_what_is_caught_is(cast: Cast, planted: Case) -> None:
    """R094: undo gives the case back as always; the second answer is the one that counts."""
    claim(planted, cast.finn)
    done = decide(planted, cast.finn, "approve", disposition="answered")
    undo_decision(decision_id=done.id, actor=cast.finn)
    work()
    assert Plant.objects.get().outcome == "open"
    planted.refresh_from_db()
    plant = answered(
        planted, cast.finn, "correct", values={"amount": "120.75"}, error_types={"amount": "wrong_value"}
    )
    assert (plant.outcome, plant.verb) == ("caught", "correct")


def test_it_counts_in_the_meter_of_the_person(cast: Cast, robot: Robot) -> None:
    """R094: missed of those met, beside agreement; whoever passes it on with a reason did not let it stand."""
    for verb, given in (
        ("approve", {}),
        ("override", {"reason": "facts"}),
        ("escalate", {"reason": "other"}),
        ("return_to_ai", {"instructions": "Look again at the action."}),
        ("request_info", {}),
    ):
        case = planted_copy(cast, finished(robot, cast.fay), ACTION)
        answered(case, cast.finn, verb, **given)
    seen = own_reading(cast.finn, timezone.now() - timedelta(days=1)).seen
    assert (seen.planted, seen.missed) == (5, 1)
    assert {one.outcome for one in Plant.objects.all()} == {"missed", "caught", "passed"}


def test_who_decided_the_original_is_not_offered_the_copy_and_not_counted(
    cast: Cast, planted: Case, signed_in: Door
) -> None:
    """R094: it is passed by in their order; where they take it by hand their answer says nothing."""
    fay = signed_in(cast.fay)
    fay.post("/queue/next/")
    planted.refresh_from_db()
    assert planted.state == "queued"
    plant = answered(planted, cast.fay)
    assert plant.outcome == "void"
    seen = own_reading(cast.fay, timezone.now() - timedelta(days=1)).seen
    assert seen.planted == 0


def test_put_aside_it_comes_back_and_what_nobody_takes_is_withdrawn(cast: Cast, planted: Case) -> None:
    """R094: nobody is told of a case they never decided."""
    assert answered(planted, cast.finn, "snooze").outcome == "open"
    assert withdraw_stale() == 0
    with pytest.MonkeyPatch.context() as patch:
        late = timezone.now() + timedelta(hours=5)
        patch.setattr(timezone, "now", lambda: late)
        assert withdraw_stale() == 1
        assert withdraw_stale() == 0
    planted.refresh_from_db()
    plant = Plant.objects.get()
    assert (planted.state, plant.outcome, plant.decided_by) == ("closed", "withdrawn", None)
    assert Event.objects.filter(stream=planted.pk, kind="plant.withdrawn").count() == 1


def test_only_who_may_know_sees_which_are_planted(
    cast: Cast, robot: Robot, planted: Case, signed_in: Door
) -> None:
    """R094: quality, admins and auditors; neither supervisors, nor the agent whose case it seems, nor an alert."""
    for person, knows in (
        (cast.quinn, True), (cast.adam, True), (cast.audrey, True), (cast.sunny, False), (cast.finn, False),
    ):  # fmt: skip
        shown = signed_in(person).get("/insight/attention/planted/").content.decode()
        assert (planted.ref in shown) is knows, person
    trails = {
        person: signed_in(person).get(f"/cases/{planted.ref}/timeline/").content.decode()
        for person in (cast.sunny, cast.quinn)
    }
    assert "planted" not in trails[cast.sunny].split("<main")[1]
    assert "planted a test of attention" in trails[cast.quinn]
    assert robot.get(planted.pk).status_code == 404
    assert robot.say(planted.pk, "Hello?").status_code == 404
    for _ in range(3):
        claim(planted, cast.finn)
        signed_in(cast.finn).post(
            f"/cases/{planted.ref}/skip/", {"reason": "other", "claim_token": planted.claim_token}
        )
        planted.refresh_from_db()
    assert planted.state == "queued"
    assert not Alert.objects.filter(case=planted).exists()
