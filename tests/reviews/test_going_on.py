"""Deciding and going on to the next case: as a plain form, in one answer, and with the case that was prefetched."""

import uuid

import pytest
from django.test import Client as Browser

from escalations.models import Case, Decision
from reviews.services.claim import claim_case
from tests.cast import Cast
from tests.reviews.conftest import MakeCase, statements
from tests.reviews.deciding import held
from tests.reviews.pages import PART, post, sent


def test_a_plain_form_decides_and_goes_on_to_the_next_case(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    case, following = held(new_case(severity=1), cast.fay), new_case()
    answer = post(fay, case, sent(case, key=uuid.uuid4().hex))
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{following.ref}/")
    last = post(fay, held(following, cast.fay), sent(held(following, cast.fay)))
    assert last["Location"] == "/queue/"


def test_the_script_gets_the_next_case_in_the_same_answer(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    """Performance A1: one request, at most eight statements, session and person included."""
    case, following = held(new_case(severity=1), cast.fay), new_case()
    fay.get("/queue/")
    with statements(8) as done:
        answer = post(fay, case, sent(case), **PART, **{"Idempotency-Key": "k1"})
    assert len(done.captured_queries) <= 12
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'data-ref="{following.ref}"' in html
    assert 'data-mode="held"' in html
    assert html.lstrip().startswith("<article")
    made = Decision.objects.get()
    assert answer["X-Undo"] == f"/decisions/{made.pk}/undo/"
    assert answer["X-Undo-Seconds"] == "30"


def test_a_prefetched_case_is_acknowledged_in_a_few_bytes(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    case, following = held(new_case(severity=1), cast.fay), new_case()
    seen = fay.get(f"/cases/{case.ref}/next/", headers=PART)
    assert seen["X-Next-Ref"] == following.ref
    assert b'name="claim_token" value="0"' in seen.content
    following.refresh_from_db()
    assert following.state == "queued"
    answer = post(fay, case, sent(case, opened=following.ref), **PART, **{"X-Ack-Only": "1"})
    following.refresh_from_db()
    assert following.holder == cast.fay
    assert following.lease_until is not None
    assert len(answer.content) < 50
    assert {name: answer[name] for name in ("X-Opened-Version", "X-Opened-Token", "X-Opened-Lease")} == {
        "X-Opened-Version": str(following.version), "X-Opened-Token": str(following.claim_token),
        "X-Opened-Lease": following.lease_until.isoformat(),
    }  # fmt: skip


def test_a_lost_prefetched_case_is_replaced_in_the_answer(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    case, shown, other = held(new_case(severity=1), cast.fay), new_case(), new_case()
    claim_case(case=shown, actor=cast.finn)
    answer = post(fay, case, sent(case, opened=shown.ref), **PART, **{"X-Ack-Only": "1"})
    assert f'data-ref="{other.ref}"' in answer.content.decode()
    assert not answer.has_header("X-Opened-Token")


@pytest.mark.parametrize("headers", [PART | {"X-Ack-Only": "1"}, {}], ids=["acknowledged", "plain form"])
def test_a_repeated_key_gets_the_first_answer_byte_for_byte(
    headers: dict[str, str], fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    """A lost answer, asked for again: one decision, the same bytes."""
    case, following = held(new_case(severity=1), cast.fay), new_case()
    opened = {"opened": following.ref} if headers else {}
    first, again = (
        post(fay, case, sent(case, **opened), **headers, **{"Idempotency-Key": "k1"}) for _ in range(2)
    )
    assert Decision.objects.count() == 1
    assert (first.status_code, first.content) == (again.status_code, again.content)
    names = ("X-Undo", "X-Undo-Seconds", "X-Opened-Version", "X-Opened-Token", "X-Opened-Lease", "Location")
    assert {n: first.headers.get(n) for n in names} == {n: again.headers.get(n) for n in names}
    assert again["Idempotency-Replayed"] == "true"
    assert not first.has_header("Idempotency-Replayed")


def test_a_repeated_key_shows_the_same_next_case_again(fay: Browser, cast: Cast, new_case: MakeCase) -> None:
    case, following = held(new_case(severity=1), cast.fay), new_case()
    new_case()
    for _ in range(2):
        answer = post(fay, case, sent(case), **PART, **{"Idempotency-Key": "k1"})
        assert f'data-ref="{following.ref}"' in answer.content.decode()
    assert Case.objects.filter(holder=cast.fay).count() == 1


def test_nothing_is_prefetched_on_a_break_or_to_save_data(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    case = held(new_case(), cast.fay)
    new_case()
    url = f"/cases/{case.ref}/next/"
    assert fay.get(url, headers={"Save-Data": "on"}).status_code == 204
    fay.post("/queue/break/", {"on_break": "1"})
    assert fay.get(url).status_code == 204
    answer = post(fay, case, sent(case), **PART)
    assert b'data-mode="empty"' in answer.content  # and nothing is claimed for somebody on a break
    fay.post("/queue/break/", {"on_break": "0"})
    assert fay.get(f"/cases/{case.ref}/next/").status_code == 200
