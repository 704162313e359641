"""What the page shows and does at each level of autonomy, at its address (R011)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import User
from escalations.models import Case, Decision
from reviews.models import TrainingExample
from tests.cast import Cast
from tests.escalations.bodies import handoff
from tests.escalations.people import claim
from tests.insight.cases import handed
from tests.robot import Robot

pytestmark = pytest.mark.django_db
Door = Callable[[User], Browser]
PACKAGE = handoff(
    summary="They ask when we open.",
    proposed={
        "action": "answer_customer",
        "arguments": {"page": "hours", "reply": "We open at nine, verily."},
    },
)
SURE = {"confidence": 0.97}
SUGGESTED = (
    "Answer customer",
    "verily",
    "97 %",
    "It wants to",
    "Suggested reply",
    "faq general",
    "Faq general",
)


def at_level(cast: Cast, robot: Robot, level: str, **changes: Any) -> Case:
    """A case in Fay's hands that was judged at this level."""
    kind = cast.case_type("faq_chat")
    kind.autonomy = level
    kind.save(update_fields=["autonomy"])
    case = handed(robot, handoff=PACKAGE, **changes)
    claim(case, cast.fay)
    return case


def page(browser: Browser, case: Case) -> str:
    return browser.get(f"/cases/{case.ref}/").content.decode()


def sent(case: Case, verb: str, **more: Any) -> dict[str, Any]:
    return {"verb": verb, "version": case.version, "claim_token": case.claim_token, "stay": "1",
            "disposition": "answered", **more}  # fmt: skip


def test_off_leaves_no_trace_of_what_the_ai_would_do(cast: Cast, robot: Robot, signed_in: Door) -> None:
    """R011: absent from what the server sends; why it is with a person, what was tried and read may stay."""
    case = at_level(cast, robot, "off")
    assert case.autonomy == "off"
    shown = page(signed_in(cast.fay), case)
    for word in SUGGESTED:
        assert word not in shown, word
    for word in (
        "They ask when we open.",
        "Search help",
        "set to suggest nothing",
        "Low confidence",
        "Settle",
    ):
        assert word in shown, word
    assert 'name="f.category"' not in shown


def test_what_was_not_shown_is_not_carried_out_and_teaches_no_agreement(
    cast: Cast, robot: Robot, signed_in: Door
) -> None:
    """R011, R102: settling a case on which the AI is silent approves nothing of it."""
    case = at_level(cast, robot, "off")
    assert signed_in(cast.fay).post(f"/cases/{case.ref}/decide/", sent(case, "approve")).status_code in (
        200,
        303,
    )
    made = Decision.objects.get(case=case)
    assert (made.verb, made.action, made.seen["level"]) == ("approve", {}, "off")
    example = TrainingExample.objects.get()
    assert (example.agrees, example.shown) == (False, False)


def test_suggest_shows_it_and_arms_nothing(cast: Cast, robot: Robot, signed_in: Door) -> None:
    """R011: the person chooses the verb."""
    shown = page(signed_in(cast.fay), at_level(cast, robot, "suggest"))
    assert "Answer customer: page hours" in shown
    assert "verily" in shown
    assert " checked" not in shown.split('class="verbs"')[1]
    assert 'id="ready"' not in shown


def test_supervised_arrives_armed_and_says_what_enter_does(cast: Cast, robot: Robot, signed_in: Door) -> None:
    """R011: one key commits what the AI is sure of, with the outcome chosen; posted as it stands it is done."""
    case = at_level(cast, robot, "supervised", unsure=SURE)
    browser = signed_in(cast.fay)
    shown = page(browser, case)
    verbs = shown.split('class="verbs"')[1]
    assert verbs.count(" checked") == 1
    assert 'value="approve"' in verbs.split(" checked")[0].rsplit("<input", 1)[1]
    assert (
        "Ctrl + Enter carries out what the AI proposes: Answer customer: page hours. It ends as: Answered."
        in shown
    )
    assert '<option value="answered" selected>' in shown
    browser.post(f"/cases/{case.ref}/decide/", sent(case, "approve"))
    assert Decision.objects.get(case=case).action["action"] == "answer_customer"


def test_nothing_is_armed_where_the_person_judges_first_or_something_is_wrong(
    cast: Cast, robot: Robot, signed_in: Door
) -> None:
    """R011: high risk is judged first; a refused decision shows what they chose; a draft with a change is theirs."""
    known = [{"name": "page", "value": "hours", "confidence": 0.95}]
    case = at_level(cast, robot, "supervised", unsure=SURE, fields=known)
    assert 'id="ready"' in page(signed_in(cast.fay), case)
    browser = signed_in(cast.fay)
    refused = browser.post(f"/cases/{case.ref}/decide/", sent(case, "override"))
    assert refused.status_code == 422
    verbs = refused.content.decode().split('class="verbs"')[1]
    assert verbs.count(" checked") == 1
    assert 'value="override"' in verbs.split(" checked")[0].rsplit("<input", 1)[1]
    browser.post(f"/cases/{case.ref}/draft/", {"f.page": "fees"})
    assert 'id="ready"' not in page(browser, case)
    doubted = at_level(cast, robot, "supervised")
    assert "LOW_CONFIDENCE" in doubted.reason_codes
    assert 'id="ready"' not in page(browser, doubted)
    risky = at_level(cast, robot, "supervised", unsure=SURE)
    Case.objects.filter(pk=risky.pk).update(risk="high")
    assert 'id="ready"' not in page(signed_in(cast.sunny), risky)
