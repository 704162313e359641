"""Departments' parts of a case: shown, ended, and not forgotten when the case is decided."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from accounts.choices import EventKind
from accounts.models import Event, User
from escalations.errors import Conflict, NotAllowed
from escalations.models import Alert, Case, SubTask
from escalations.services.subtasks import end_subtask, pass_on
from reviews.services.undo import undo_decision
from tests.cast import Cast
from tests.engine import Scripted
from tests.escalations.cases import queued
from tests.escalations.people import claim

TWO = Scripted(category="billing_dispute", confidence=0.6, intents=("billing_dispute", "technical_fault"))


@pytest.fixture
def case(cast: Cast) -> Case:
    return queued(cast, engine=TWO)


def send(browser: Browser, case: Case, **fields: str) -> tuple[int, str]:
    case.refresh_from_db()
    given = {
        "verb": "approve",
        "disposition": "answered",
        "version": case.version,
        "claim_token": case.claim_token,
    }
    answer = browser.post(f"/cases/{case.ref}/decide/", {**given, "note": "kept words", **fields})
    return answer.status_code, answer.content.decode()


def test_a_case_with_open_parts_is_not_ended_by_the_way(
    cast: Cast, case: Case, signed_in: Callable[[User], Browser]
) -> None:
    """R049: refused with words beside the field, and what was typed is kept; said in the same form, it goes."""
    claim(case, cast.ella)
    browser = signed_in(cast.ella)
    status, page = send(browser, case)
    assert status == 422
    assert "Other departments still owe their part" in page
    assert "kept words" in page
    assert send(browser, case, subtasks="perhaps")[0] == 422
    assert send(browser, case, subtasks="done")[0] in (200, 303, 302)
    case.refresh_from_db()
    assert (case.state, case.subtasks_open) == ("resolved", 0)
    assert set(SubTask.objects.filter(case=case).values_list("state", "done_by")) == {("done", cast.ella.pk)}
    assert Event.objects.filter(stream=case.pk, kind=EventKind.SUBTASK_DONE).count() == 2


def test_a_case_may_wait_or_rise_with_parts_open(
    cast: Cast, case: Case, signed_in: Callable[[User], Browser]
) -> None:
    """R049: only an end asks for them."""
    claim(case, cast.ella)
    assert send(signed_in(cast.ella), case, verb="hold", disposition="")[0] in (200, 303, 302)
    assert SubTask.objects.filter(case=case, state="open").count() == 2


def test_a_department_ends_its_part_once(cast: Cast, case: Case) -> None:
    """R049."""
    billing = SubTask.objects.get(case=case, department="billing")
    end_subtask(task=billing, how="done", actor=cast.fay)
    case.refresh_from_db()
    assert case.subtasks_open == 1
    with pytest.raises(Conflict, match="ended already by Fay"):
        end_subtask(task=billing, how="drop", actor=cast.sunny)
    (event,) = Event.objects.filter(stream=case.pk, kind=EventKind.SUBTASK_DONE)
    assert (event.actor_id, event.data["department"], event.data["state"]) == (
        str(cast.fay.pk),
        "billing",
        "done",
    )


def test_another_department_or_client_cannot_end_it(cast: Cast, case: Case) -> None:
    """R049, R137."""
    engineering = SubTask.objects.get(case=case, department="engineering")
    for nobody in (cast.fay, cast.frida, cast.stan, cast.audrey):
        with pytest.raises(NotAllowed):
            end_subtask(task=engineering, how="done", actor=nobody)


def test_a_part_is_passed_on_to_somebody_of_the_department(cast: Cast, case: Case) -> None:
    """R049, R107: with an event; not to somebody who does not work that queue."""
    billing = SubTask.objects.get(case=case, department="billing")
    pass_on(task=billing, to=cast.finn, actor=cast.sunny)
    assert SubTask.objects.get(pk=billing.pk).assignee == cast.finn
    with pytest.raises(Exception, match="cannot take it"):
        pass_on(task=billing, to=cast.frida, actor=cast.sunny)
    (event,) = Event.objects.filter(stream=case.pk, kind=EventKind.SUBTASK_ASSIGNED)
    assert event.data["to"] == cast.finn.pk
    told = Alert.objects.filter(kind="subtask", data__subtask=billing.pk).order_by("pk")
    assert [alert.people for alert in told] == [[cast.sunny.pk], [cast.finn.pk]]


def test_the_parts_and_their_overseer_show_on_the_case(
    cast: Cast, case: Case, signed_in: Callable[[User], Browser]
) -> None:
    """R045, R049: beside the case, when one looks."""
    browser = signed_in(cast.ella)
    page = browser.get(f"/cases/{case.ref}/").content.decode()
    assert f"/cases/{case.ref}/parts/" in page
    assert "2 open" in page
    part = browser.get(f"/cases/{case.ref}/parts/", headers={"HX-Request": "true"}).content.decode()
    assert "Sunny Example oversees this case" in part
    assert part.count("Not needed") >= 2
    billing = SubTask.objects.get(case=case, department="billing")
    done = browser.post(
        f"/cases/{case.ref}/parts/{billing.pk}/", {"how": "done"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "done by Ella E." in done


def test_why_a_case_lies_here_shows_every_question(
    cast: Cast, case: Case, signed_in: Callable[[User], Browser]
) -> None:
    """R052: the path, node by node, on the case page."""
    page = signed_in(cast.ella).get(f"/cases/{case.ref}/").content.decode()
    assert "Why it lies in Sme" in page
    assert "Number of departments is at least 2?" in page


def test_a_department_finds_its_open_parts_and_ends_one(
    cast: Cast, case: Case, signed_in: Callable[[User], Browser]
) -> None:
    """R049: a person of the first tier ends their part of a case that they cannot open."""
    browser = signed_in(cast.fay)
    page = browser.get("/parts/").content.decode()
    assert case.ref in page
    assert f'href="/cases/{case.ref}/"' not in page
    billing = SubTask.objects.get(case=case, department="billing")
    answer = browser.post(f"/cases/{case.ref}/parts/{billing.pk}/", {"how": "done", "back": "/parts/"})
    assert (answer.status_code, answer["Location"]) == (302, "/parts/")
    assert case.ref not in browser.get("/parts/").content.decode()
    twice = browser.post(f"/cases/{case.ref}/parts/{billing.pk}/", {"how": "done", "back": "//evil.example"})
    assert twice.status_code == 404
    engineering = SubTask.objects.get(case=case, department="engineering")
    assert browser.post(f"/cases/{case.ref}/parts/{engineering.pk}/", {"how": "done"}).status_code == 404


def test_the_first_tiers_page_shows_what_to_do_next(cast: Cast, signed_in: Callable[[User], Browser]) -> None:
    """R047: a checklist for the type and a reply to begin with."""
    kind = cast.case_type("billing_dispute")
    kind.guidance = ["Compare the bank's lines with the ledger."]
    kind.rules = {**kind.rules, "suggested_reply": "Thank you for writing."}
    kind.save(update_fields=["guidance", "rules"])
    case = queued(cast)
    assert case.tier <= 2
    page = signed_in(cast.sunny).get(f"/cases/{case.ref}/").content.decode()
    assert "Guidance" in page
    assert "Compare the bank&#x27;s lines with the ledger." in page
    assert "Thank you for writing." in page


def test_an_ambiguous_case_goes_up_with_one_action_and_its_reason(
    cast: Cast, signed_in: Callable[[User], Browser]
) -> None:
    """R030: from the first tier, by the person; the reason is in the trail and on the case."""
    case = queued(cast, engine=Scripted(category="order_status", confidence=0.5, out_of_scope=0.2,
                                        alternatives=(("order_status", 0.5), ("delivery_delay", 0.45))),
                  case_type="order_status", fields=[])  # fmt: skip
    assert "AMBIGUOUS_INPUT" in case.reason_codes
    before = case.tier
    claim(case, cast.sunny)
    assert send(signed_in(cast.sunny), case, verb="escalate", disposition="", reason="unclear")[0] in (
        200,
        302,
        303,
    )
    case.refresh_from_db()
    assert case.tier > before
    event = Event.objects.filter(stream=case.pk, kind=EventKind.CASE_ESCALATED).get()
    assert event.data["reason"] == "unclear"


def test_taking_a_decision_back_opens_the_parts_it_ended_and_no_other(
    cast: Cast, case: Case, signed_in: Callable[[User], Browser]
) -> None:
    """R049: in the transaction of the undo, with an event for each; what a department ended itself stays."""
    own, other = SubTask.objects.filter(case=case).order_by("pk")
    end_subtask(task=own, how="done", actor=own.queue.owner)
    claim(case, cast.ella)
    assert send(signed_in(cast.ella), case, subtasks="drop")[0] in (200, 303, 302)
    other.refresh_from_db()
    assert other.state == SubTask.State.DROPPED
    undo_decision(decision_id=case.decisions.get().pk, actor=cast.ella)
    case.refresh_from_db()
    assert (case.state, case.subtasks_open) == ("claimed", 1)
    (open_again,) = SubTask.objects.filter(case=case, state=SubTask.State.OPEN)
    assert (open_again.pk, open_again.done_at, open_again.done_by) == (other.pk, None, None)
    (told,) = Event.objects.filter(stream=case.pk, kind=EventKind.SUBTASK_REOPENED)
    assert (told.data["subtask"], told.data["decided"]) == (other.pk, str(case.decisions.get().pk))
