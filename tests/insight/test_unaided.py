"""Cases that are answered before the AI's answer is shown (R094)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client as Browser

from accounts.models import Event, User
from escalations.choices import AnswerArm, Unaided
from escalations.errors import Invalid, NotAllowed
from escalations.models import Case, FirstAnswer, HandoffOutcome, Vigilance
from escalations.services.vigilance import set_hidden_rate
from tests.cast import Cast
from tests.escalations.bodies import handoff
from tests.escalations.people import claim, decide
from tests.insight.cases import handed
from tests.robot import Robot

pytestmark = pytest.mark.django_db
Door = Callable[[User], Browser]
SECRET = handoff(summary="Verily a summary.", open_question="Quo vadis?", known_facts=["Fact-77"])
TELLING = ("Verily", "Quo vadis", "Fact-77", "40 %", "faq general", "scripted-1")


@pytest.fixture
def hidden(cast: Cast, robot: Robot, settings: Any) -> Case:
    """A case whose AI answer is drawn to be hidden, in Fay's hands."""
    settings.HANDRAIL_HIDDEN_RATE = 1.0
    case = handed(robot, handoff=SECRET)
    claim(case, cast.fay)
    return case


def page(browser: Browser, case: Case, part: str = "") -> str:
    return browser.get(f"/cases/{case.ref}/{part}").content.decode()


def test_the_page_and_its_parts_hold_no_trace_of_the_ais_answer(
    cast: Cast, hidden: Case, signed_in: Door
) -> None:
    """R094: left out by the server, for whoever reads it, until the holder has answered."""
    for person in (cast.fay, cast.sunny, cast.quinn):
        browser = signed_in(person)
        for part in ("", "timeline/", "now/?version=1"):
            shown = page(browser, hidden, part)
            for word in TELLING:
                assert word not in shown, (person, part, word)
    own = page(signed_in(cast.fay), hidden)
    assert "When are you open on Sunday?" in own
    options = re.findall(r'<option value="(\w+)">', own.split('id="first-action"')[1].split("</select>")[0])
    assert set(options) == {"none", "answer_customer", "lookup_ledger", "search_help"}
    assert 'id="decide"' not in own


def test_nothing_is_decided_before_the_answer_and_then_as_always(
    cast: Cast, hidden: Case, signed_in: Door
) -> None:
    """R094: the first answer is kept, compared, and shows the AI's; the decision is the person's own."""
    with pytest.raises(Invalid) as error:
        decide(hidden, cast.fay, "approve", disposition="answered")
    assert "action" in error.value.errors
    browser = signed_in(cast.fay)
    url = f"/cases/{hidden.ref}/first/"
    token = hidden.claim_token
    assert browser.post(url, {"action": "", "claim_token": token}).status_code == 422
    assert browser.post(url, {"action": "fly", "claim_token": token}).status_code == 422
    assert browser.post(url, {"action": "search_help", "claim_token": token + 1}).status_code == 409
    assert browser.post(url, {"action": "search_help", "claim_token": token}).status_code == 303
    shown = page(browser, hidden)
    assert "Verily" in shown
    assert "The AI proposes something else" in shown
    answer = FirstAnswer.objects.get()
    assert (answer.user_id, answer.action, answer.proposed, answer.agrees) == (
        cast.fay.pk, "search_help", "answer_customer", False,
    )  # fmt: skip
    decide(hidden, cast.fay, "approve", disposition="answered")
    assert hidden.state == "resolved"


def test_a_second_answer_changes_nothing_and_nobody_else_gives_it(
    cast: Cast, hidden: Case, signed_in: Door
) -> None:
    """R094: one a case, written once, by its holder."""
    url = f"/cases/{hidden.ref}/first/"
    sent = {"action": "answer_customer", "claim_token": hidden.claim_token}
    assert signed_in(cast.finn).post(url, sent).status_code == 409
    assert signed_in(cast.frida).post(url, sent).status_code == 404
    for action in ("answer_customer", "none"):
        assert signed_in(cast.fay).post(url, sent | {"action": action}).status_code == 303
    answer = FirstAnswer.objects.get()
    assert (answer.action, answer.agrees) == ("answer_customer", True)
    assert Event.objects.filter(kind="case.answered_unaided", stream=hidden.pk).count() == 1
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        FirstAnswer.objects.update(agrees=False)


def test_a_hidden_case_is_not_prefetched_as_if_it_could_be_decided(
    cast: Cast, robot: Robot, settings: Any, signed_in: Door
) -> None:
    """R094: the answer to the decision brings it instead."""
    first = handed(robot)
    settings.HANDRAIL_HIDDEN_RATE = 1.0
    handed(robot)
    claim(first, cast.fay)
    assert signed_in(cast.fay).get(f"/cases/{first.ref}/next/").status_code == 204


def test_which_cases_are_hidden_is_chance_at_the_agreed_rate(cast: Cast, robot: Robot, settings: Any) -> None:
    """R094: low, zero if the client wants none; only where there is an answer to hide; both arms are noted."""
    settings.HANDRAIL_HIDDEN_RATE = 1.0
    nothing = handed(robot, handoff=handoff(proposed={"action": ""}))
    set_hidden_rate(client=cast.acme, actor=cast.adam, rate=0.0)
    shown = handed(robot)
    found = HandoffOutcome.objects.in_bulk()
    assert [found[case.pk].arm for case in (nothing, shown)] == ["", AnswerArm.SHOWN]
    assert [case.unaided for case in (nothing, shown)] == [Unaided.NO, Unaided.NO]


def test_rates_are_agreed_by_whoever_may_and_told(cast: Cast, signed_in: Door) -> None:
    """R094: one event with its diff; the same twice is one; a fifth is the most; others are refused."""
    for _ in range(2):
        set_hidden_rate(client=cast.acme, actor=cast.adam, rate=0.05)
    assert Vigilance.objects.get().hidden_rate == 0.05
    event = Event.objects.get(kind="vigilance.changed")
    assert event.data["diff"] == {"hidden_rate": ["0", "0.05"]}
    with pytest.raises(Invalid):
        set_hidden_rate(client=cast.acme, actor=cast.adam, rate=0.3)
    with pytest.raises(NotAllowed):
        set_hidden_rate(client=cast.acme, actor=cast.sunny, rate=0.01)
    sent = {"client": "acme", "rate": "50"}
    assert signed_in(cast.adam).post("/insight/attention/rates/", sent).status_code == 422
    assert signed_in(cast.sunny).post("/insight/attention/rates/", sent).status_code == 403
    assert signed_in(cast.adam).post("/insight/attention/rates/", sent | {"rate": "3"}).status_code == 303
    assert Vigilance.objects.get().hidden_rate == 0.03
