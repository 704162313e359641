"""The pages of autonomy: what each person sees and may do there (R012, R089, R129)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from escalations.choices import TripCode
from escalations.models import Breaker, CaseType, Checklist, Promise, StepUp
from escalations.services.breaking import trip
from escalations.services.certifying import look
from tests.autonomy.audits import audited
from tests.autonomy.test_levels import complete
from tests.cast import Cast
from tests.escalations.cases import let_undo_pass, settled

pytestmark = pytest.mark.django_db

SignedIn = Callable[[User], Browser]
LIST = "/desk/autonomy/"


@pytest.fixture
def faq(cast: Cast) -> CaseType:
    return cast.case_type("faq_chat")


def page(kind: CaseType, rest: str = "") -> str:
    return f"{LIST}{kind.pk}/{rest}"


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_list_says_what_runs_alone_and_what_is_stopped(
    cast: Cast, signed_in: SignedIn, faq: CaseType
) -> None:
    for person in (cast.sunny, cast.adam, cast.quinn, cast.cora, cast.audrey):
        answer = signed_in(person).get(LIST)
        assert answer.status_code == 200
        assert "the AI settles alone what it is sure of" in text(answer)
    trip(faq, TripCode.MIX, "Other cases come than before.", actor=None)
    assert "1 AI is stopped" in text(signed_in(cast.sunny).get(LIST))
    for person in (cast.fay, cast.ella, cast.stan):
        assert signed_in(person).get(LIST).status_code == 403
        assert signed_in(person).get(page(faq)).status_code == 403


def test_another_clients_types_are_not_there(cast: Cast, signed_in: SignedIn) -> None:
    """R137: the auditor of Acme sees nothing of Birch."""
    other = cast.case_type("faq_chat", "birch")
    browser = signed_in(cast.audrey)
    assert "Birch" not in text(browser.get(LIST))
    assert browser.get(page(other)).status_code == 404
    assert browser.post(page(other, "stop/"), {"reason": "x"}).status_code == 404


def test_the_page_of_a_type_shows_the_certificate_in_words(
    cast: Cast, signed_in: SignedIn, faq: CaseType
) -> None:
    """R012 too: the AI's share against the goal, with what it needs to be a figure."""
    let_undo_pass(settled(cast))
    shown = text(signed_in(cast.sunny).get(page(faq)))
    assert "at most <b>2.0 %</b> are wrong, with 95.0 % confidence" in shown
    assert "against the goal of 80 %: needs 30 closed cases in 7 days, has 1" in shown
    assert "Needs 30 blind audits, has 0" in shown


def test_the_reliability_curve_has_its_table(cast: Cast, signed_in: SignedIn, faq: CaseType) -> None:
    audited(faq, [(0.75 + n / 400, n % 20 == 0) for n in range(100)], at=timezone.now())
    look(faq)
    shown = text(signed_in(cast.quinn).get(page(faq)))
    assert 'role="img"' in shown
    assert "100 blind audits of this model" in shown
    assert shown.count('<tr><th scope="row">') >= 4


def test_the_stop_button_takes_one_click_and_a_reason(cast: Cast, signed_in: SignedIn, faq: CaseType) -> None:
    """R089."""
    browser = signed_in(cast.sunny)
    empty = browser.post(page(faq, "stop/"), {"reason": " "})
    assert empty.status_code == 422
    assert "Say in a few words why" in text(empty)
    assert browser.post(page(faq, "stop/"), {"reason": "Strange answers since noon"}).status_code == 303
    assert Breaker.objects.get(case_type=faq).state == "tripped"
    shown = text(browser.get(page(faq)))
    assert "Strange answers since noon" in shown
    assert "STOP" not in shown
    assert signed_in(cast.quinn).post(page(faq, "stop/"), {"reason": "me too"}).status_code == 403
    assert "STOP" not in text(signed_in(cast.audrey).get(page(faq)))


def test_two_people_take_a_step_on_the_page(cast: Cast, signed_in: SignedIn, faq: CaseType) -> None:
    """R129: what is missing is said before; the proposal, both approvals, and the level."""
    CaseType.objects.filter(pk=faq.pk).update(autonomy="supervised")
    admin, lead = signed_in(cast.adam), signed_in(cast.sunny)
    sent = {"level": "autonomous", "reason": "Certified since Monday"}
    refused = admin.post(page(faq, "propose/"), sent)
    assert refused.status_code == 409
    assert "The checklist lacks" in text(refused)
    assert "Certified since Monday" in text(refused), "what was typed is kept"
    complete(cast, faq)
    assert admin.post(page(faq, "propose/"), sent).status_code == 303
    step = StepUp.objects.get()
    assert "Approve for operations" in text(lead.get(page(faq)))
    assert admin.post(f"{LIST}step/{step.pk}/ops/").status_code == 403
    assert lead.post(f"{LIST}step/{step.pk}/ops/").status_code == 303
    assert "settles alone what it is sure of" in text(lead.get(page(faq)))
    assert lead.post(f"{LIST}step/{step.pk}/ops/").status_code == 409
    down = lead.post(page(faq, "down/"), {"level": "suggest", "reason": "Quarter end"})
    assert down.status_code == 303
    assert CaseType.objects.get(pk=faq.pk).autonomy == "suggest"


def test_a_refusal_needs_a_reason(cast: Cast, signed_in: SignedIn, faq: CaseType) -> None:
    CaseType.objects.filter(pk=faq.pk).update(autonomy="suggest")
    signed_in(cast.adam).post(page(faq, "propose/"), {"level": "supervised", "reason": "try it"})
    step, lead = StepUp.objects.get(), signed_in(cast.sunny)
    assert lead.post(f"{LIST}step/{step.pk}/refuse/", {"reason": ""}).status_code == 422
    assert lead.post(f"{LIST}step/{step.pk}/refuse/", {"reason": "Too early"}).status_code == 303
    assert "Refused: Too early" in text(lead.get(page(faq)))


def test_the_promise_and_the_checklist_are_saved_by_who_may(
    cast: Cast, signed_in: SignedIn, faq: CaseType
) -> None:
    admin = signed_in(cast.adam)
    promise = {"promise-target": "1.5", "promise-confidence": "95", "promise-on_drift": "trip"}
    assert admin.post(page(faq, "promise/"), promise).status_code == 303
    assert Promise.objects.get(case_type=faq).target == 0.015
    wrong = admin.post(page(faq, "promise/"), promise | {"promise-target": "80"})
    assert wrong.status_code == 422
    assert "From 0.1 to 20 per cent" in text(wrong)
    laxer = admin.post(page(faq, "promise/"), promise | {"promise-on_drift": "audit"})
    assert (laxer.status_code, "takes two people" in text(laxer)) == (422, True)
    known = {
        "list-owner": str(cast.sunny.pk), "list-sop": "Manual 4", "list-exceptions": "Upset customers\n\nMoney",
        "list-handling_minutes": "6.5", "list-error_percent": "2", "list-cases_a_week": "400",
        "list-measured_on": "2026-10-01",
    }  # fmt: skip
    assert admin.post(page(faq, "checklist/"), known).status_code == 303
    saved = Checklist.objects.get(case_type=faq)
    assert (saved.missing, saved.exceptions) == ([], ["Upset customers", "Money"])
    bad = admin.post(page(faq, "checklist/"), known | {"list-error_percent": "400"})
    assert bad.status_code == 422
    assert "From 0 to 100" in text(bad)
    for person in (cast.sunny, cast.quinn):
        assert signed_in(person).post(page(faq, "promise/"), promise).status_code == 403
        assert signed_in(person).post(page(faq, "checklist/"), known).status_code == 403


def test_counting_anew_says_what_came_of_it(cast: Cast, signed_in: SignedIn, faq: CaseType) -> None:
    browser = signed_in(cast.quinn)
    answer = browser.post(page(faq, "look/"), follow=True)
    assert "Too early: 0 earlier cases" in text(answer)
