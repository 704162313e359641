"""While somebody holds a case: the heartbeat, the draft, and both again after an undo or a take-over."""

from django.test import Client as Browser

from escalations.models import Decision
from reviews.models import Draft
from reviews.services.claim import claim_case
from tests.cast import Cast
from tests.reviews.conftest import MakeCase
from tests.reviews.deciding import held
from tests.reviews.pages import PART, login, post, sent


def test_a_heartbeat_answers_with_the_new_end_or_with_lost(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    case = held(new_case(), cast.fay)
    url = f"/cases/{case.ref}/heartbeat/"
    alive = fay.post(url, {"claim_token": case.claim_token})
    case.refresh_from_db()
    assert case.lease_until is not None
    assert (alive.status_code, alive["X-Lease-Until"]) == (204, case.lease_until.isoformat())
    for token in ("", "0", "-1", "x", "9" * 30, str(case.claim_token + 1)):
        assert fay.post(url, {"claim_token": token}).status_code == 409


def test_a_draft_is_kept_without_a_lease_and_shown_again(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    """P16."""
    case = new_case()
    body = {"note": "half", "f.amount": "12", "claim_token": "1", "csrfmiddlewaretoken": "t"}
    assert fay.post(f"/cases/{case.ref}/draft/", body).status_code == 204
    assert fay.post(f"/cases/{case.ref}/draft/", body | {"note": "whole"}).status_code == 204
    assert Draft.objects.get().body == {"note": "whole", "f.amount": "12"}
    claim_case(case=case, actor=cast.fay)
    html = fay.get(f"/cases/{case.ref}/").content.decode()
    assert "whole" in html
    assert 'value="12"' in html
    assert fay.post(f"/cases/{case.ref}/draft/", {"note": "x" * 70_000}).status_code == 422


def test_whoever_takes_a_case_over_finds_the_last_holders_draft(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    case = held(new_case(), cast.fay)
    fay.post(f"/cases/{case.ref}/draft/", {"note": "so far"})
    sunny = login(cast.sunny)
    assert "so far" not in login(cast.finn).get(f"/cases/{case.ref}/").content.decode()
    answer = sunny.post(f"/cases/{case.ref}/take-over/")
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{case.ref}/")
    case.refresh_from_db()
    assert case.holder == cast.sunny
    assert "so far" in sunny.get(f"/cases/{case.ref}/").content.decode()


def test_undo_brings_the_case_and_its_words_back(fay: Browser, cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    post(fay, case, sent(case, note="My words"))
    made = Decision.objects.get()
    page = fay.get("/queue/").content.decode()
    assert f"Undo {case.ref}" in page
    answer = fay.post(f"/decisions/{made.pk}/undo/", headers=PART)
    assert (answer.status_code, answer["HX-Location"]) == (200, f"/cases/{case.ref}/")
    assert "My words" in fay.get(f"/cases/{case.ref}/").content.decode()
    for headers in ({}, PART):
        late = fay.post(f"/decisions/{made.pk}/undo/", headers=headers)
        assert late.status_code == 409
        assert b"no longer be taken back" in late.content
    assert login(cast.finn).post(f"/decisions/{made.pk}/undo/").status_code == 404
