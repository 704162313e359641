"""Correcting what the AI takes a case for, when deciding it (R096, R102)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import Event, User
from escalations.models import Case, Decision, Sample
from reviews.models import Correction, TrainingExample
from reviews.services.learning.sampling import prepare_samples
from reviews.services.undo import undo_decision
from tests.cast import Cast
from tests.escalations.people import claim
from tests.insight.cases import final, handed
from tests.robot import Robot

pytestmark = pytest.mark.django_db
Door = Callable[[User], Browser]


@pytest.fixture
def case(cast: Cast, robot: Robot) -> Case:
    """A case that the AI takes for a plain question, in Fay's hands."""
    found = handed(robot)
    claim(found, cast.fay)
    return found


def decide(browser: Browser, case: Case, verb: str, category: str, **more: Any) -> Any:
    given = {
        "verb": verb, "version": case.version, "claim_token": case.claim_token, "stay": "1", "disposition": "answered",
        "f.category": category, "e.category": "wrong_category", **more,
    }  # fmt: skip
    return browser.post(f"/cases/{case.ref}/decide/", given)


def test_the_category_is_a_field_of_the_page_with_the_types_own_choices(
    cast: Cast, case: Case, signed_in: Door
) -> None:
    """R096: a labelled list beside the values that the AI read, the AI's own chosen; nothing where it is read only."""
    shown = signed_in(cast.fay).get(f"/cases/{case.ref}/").content.decode()
    chosen = shown.split('<select id="f-category"')[1].split("</select>")[0]
    assert '<label for="f-category">Category</label>' in shown
    assert '<option value="faq_general" selected>' in chosen
    assert chosen.count("<option") == len(cast.case_type("faq_chat").labels)
    assert 'id="f-category"' not in signed_in(cast.sunny).get(f"/cases/{case.ref}/").content.decode()


@pytest.mark.parametrize(("verb", "more"), [("correct", {}), ("override", {"reason": "facts"})])
def test_another_category_is_kept_as_a_correction_and_teaches(
    cast: Cast, case: Case, signed_in: Door, verb: str, more: dict[str, str]
) -> None:
    """R096, R102: the AI's category and the person's, in the correction, the example and the sample to learn from."""
    browser = signed_in(cast.fay)
    assert decide(browser, case, verb, "order_status", **more).status_code in (200, 303)
    kept = Correction.objects.get()
    assert (kept.field, kept.before, kept.after, kept.error_type) == (
        "category", "faq_general", "order_status", "wrong_category",
    )  # fmt: skip
    example = TrainingExample.objects.get()
    assert example.ai_output["scores"]["category"] == "faq_general"
    assert example.human_output["values"]["category"] == "order_status"
    case.refresh_from_db()
    final(case)
    prepare_samples(until=timezone.now() + timedelta(minutes=1))
    sample = Sample.objects.get()
    assert (sample.said, sample.category, sample.source) == ("faq_general", "order_status", "corrected")
    assert case.category == "faq_general"
    told = Event.objects.get(stream=case.pk, kind="case.decided").data
    assert told["corrections"] == ["wrong_category"]


def test_what_is_refused_says_so_beside_the_field(cast: Cast, case: Case, signed_in: Door) -> None:
    """R096: no category of this type; approving another one; correcting nothing."""
    browser = signed_in(cast.fay)
    foreign = decide(browser, case, "correct", "regulatory")
    assert foreign.status_code == 422
    assert "Choose one of the categories." in foreign.content.decode()
    approved = decide(browser, case, "approve", "order_status")
    assert "You changed a field: choose Correct" in approved.content.decode()
    assert decide(browser, case, "correct", "faq_general").status_code == 422
    assert decide(browser, case, "approve", "faq_general").status_code in (200, 303)
    assert "category" not in Decision.objects.get().values
    assert not Correction.objects.exists()


def test_taking_it_back_brings_the_chosen_category_again(cast: Cast, case: Case, signed_in: Door) -> None:
    """R096: the draft holds what they had chosen."""
    browser = signed_in(cast.fay)
    decide(browser, case, "correct", "order_status")
    undo_decision(decision_id=Decision.objects.get().pk, actor=cast.fay)
    shown = browser.get(f"/cases/{case.ref}/").content.decode()
    assert (
        '<option value="order_status" selected>'
        in shown.split('<select id="f-category"')[1].split("</select>")[0]
    )
