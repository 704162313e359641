"""What the reviewers' forms refuse: words beside each field, nothing typed is lost, nothing is changed."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client as Browser

from accounts.choices import EventKind
from escalations.models import Case, Decision
from escalations.transitions import move
from reviews.models import Draft
from reviews.services.claim import claim_case
from tests.cast import Cast
from tests.reviews.conftest import MakeCase
from tests.reviews.deciding import held
from tests.reviews.makers import SECRET
from tests.reviews.pages import PART, post, sent


def test_an_unfinished_decision_comes_back_with_words_beside_each_field(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    case = held(new_case(), cast.fay)
    data = sent(case, **{"verb": "correct", "disposition": "", "f.amount": "99", "note": "My words"})
    for headers in ({}, PART):
        answer = post(fay, case, data, **headers)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "Choose how the case ends." in html
        assert "Say what was wrong with it." in html
        assert "My words" in html
        assert 'value="99"' in html


@pytest.mark.parametrize(
    ("field", "value"),
    [("version", "x"), ("claim_token", ""), ("f.amount", "a\x00b"), ("note", "x" * 20_001), ("until", "soon"),
     ("f.amount", "9" * 2001), ("target", "no such queue!"), ("version", "9" * 40)],
)  # fmt: skip
def test_nonsense_is_a_422_and_changes_nothing(
    field: str, value: str, fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    case = held(new_case(), cast.fay)
    answer = post(fay, case, sent(case, **{"verb": "correct", field: value}), **PART)
    assert answer.status_code == 422
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "part", ["", "heartbeat/", "draft/", "skip/", "claim/", "decide/", "next/", "timeline/"]
)
def test_an_address_that_is_no_reference_is_not_found(part: str, fay: Browser) -> None:
    for ref in ("%00", "AC-%00", "AC-1%0a", "AC-" + "9" * 40, "..%2f", "AC-1'--", "%ED%A0%80"):
        for method in ("GET", "POST"):
            assert fay.generic(method, f"/cases/{ref}/{part}").status_code == 404, ref


def test_texts_that_cannot_be_stored_lose_only_what_cannot(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    case = held(new_case(), cast.fay)
    assert (
        fay.post(f"/cases/{case.ref}/draft/", {"no\x00te": "a\x00b", "reply": "x\u202ey"}).status_code == 204
    )
    assert Draft.objects.get().body == {"note": "ab", "reply": "x\u202ey"}
    assert fay.post(f"/cases/{case.ref}/skip/", {"reason": "\x00"}).status_code == 422
    assert fay.post(f"/cases/{case.ref}/skip/", {"reason": "a\x00" * 300}).status_code == 303


def test_a_late_decision_is_a_conflict_that_keeps_what_was_typed(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    """P4, P16: the lease went over; the text is in the page and in the database."""
    case = held(new_case(), cast.fay)
    Case.objects.filter(pk=case.pk).update(lease_until=Now() - timedelta(seconds=1))
    claim_case(case=case, actor=cast.finn)
    answer = post(fay, case, sent(case, note=f"She said {SECRET}."), **PART)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Finn E. has it now" in html
    assert 'data-mode="lost"' in html
    assert Draft.objects.get(user=cast.fay).body["note"] == f"She said {SECRET}."
    assert not Decision.objects.exists()


def test_a_case_that_changed_meanwhile_says_what_changed(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    case = held(new_case(), cast.fay)
    move(Case.objects.filter(pk=case.pk), EventKind.CASE_MESSAGE, actor=cast.acme_bot, data={})
    answer = post(fay, case, sent(case, note="My words"))
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "acme-bot acme-bot-1 added a message" in html
    assert "My words" in html
    assert f'name="version" value="{case.version + 1}"' in html


def test_skip_asks_a_reason(fay: Browser, cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    assert fay.post(f"/cases/{case.ref}/skip/", {"reason": " "}).status_code == 422
    assert fay.post(f"/cases/{case.ref}/skip/", {"reason": "language"}).status_code == 303
    case.refresh_from_db()
    assert case.state == "queued"
    assert fay.post(f"/cases/{case.ref}/release/").status_code == 409


def test_posts_without_the_forms_token_are_refused(cast: Cast, new_case: MakeCase) -> None:
    """Cross-site requests change nothing."""
    case = held(new_case(), cast.fay)
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(cast.fay)
    assert strict.post(f"/cases/{case.ref}/decide/", sent(case)).status_code == 403
    assert not Decision.objects.exists()
