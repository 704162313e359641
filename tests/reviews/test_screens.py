"""The reviewers' pages over HTTP: as plain forms, and as the parts that the script asks for."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.http import HttpResponse
from django.test import Client as Browser

from accounts.choices import EventKind
from accounts.models import User
from escalations.models import Case, Decision
from escalations.transitions import move
from reviews.models import Draft
from reviews.services.claim import claim_case
from tests.cast import Cast
from tests.reviews.conftest import MakeCase, statements
from tests.reviews.deciding import decide, final, held
from tests.reviews.makers import SECRET

PART = {"HX-Request": "true"}


@pytest.fixture
def fay(cast: Cast) -> Browser:
    """Fay's browser."""
    browser = Browser(raise_request_exception=True)
    browser.force_login(cast.fay)
    return browser


def sent(case: Case, **more: Any) -> dict[str, Any]:
    """The decision form as the page fills it."""
    return {
        "version": case.version, "claim_token": case.claim_token, "verb": "approve", "disposition": "answered",
    } | more  # fmt: skip


def post(browser: Browser, case: Case, data: dict[str, Any], **headers: str) -> HttpResponse:
    return browser.post(f"/cases/{case.ref}/decide/", data, headers=headers)  # type: ignore[return-value]


def bare(page: Any, ref: str) -> str:
    """A page without what differs between any two: the clock, the form's token, the address asked for."""
    html = re.sub(
        r'name="(server-now|csrfmiddlewaretoken)" (content|value)="[^"]*"', "", page.content.decode()
    )
    return html.replace(ref, "")


def login(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def test_the_review_page_shows_what_the_ai_knew_and_why_it_came(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    """R003, R047, R069: values with their spans, steps, what it told the customer, reasons, guidance."""
    case = held(new_case(), cast.fay)
    page = fay.get(f"/cases/{case.ref}/")
    html = page.content.decode()
    assert page.status_code == 200
    for said in (
        "Charged twice for October", "The customer sees two payments and the ledger one.", "Lookup ledger",
        "I see one payment.", "Customer since 2017.", "Is the second capture a duplicate?", "Low confidence",
        "Issue credit", "Read what the AI tried.", "Another source says", "48.20", "Credited 84.20.",
        'name="f.amount"', f'name="claim_token" value="{case.claim_token}"', 'name="key"',
    ):  # fmt: skip
        assert said in html, said
    assert '<mark data-reason="B">bank sho<sup>B</sup></mark>' in html
    assert page["Cache-Control"] == "private, no-store"
    assert {"HX-Request", "Cookie"} <= {name.strip() for name in page["Vary"].split(",")}


def test_markup_in_a_customers_words_is_shown_not_run(fay: Browser, cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    evil = '<img src=x onerror=alert(1) hx-get="/x">'
    Case.objects.filter(pk=case.pk).update(subject=evil, customer={"name": evil, evil: [evil]})
    html = fay.get(f"/cases/{case.ref}/").content.decode()
    assert evil not in html
    assert "&lt;img src=x" in html


def test_what_one_may_not_see_is_not_there(fay: Browser, cast: Cast, new_case: MakeCase) -> None:
    """R137: 404, not 403, for another client's case."""
    theirs = new_case(client="birch")
    missing = fay.get("/cases/BI-99999999/")
    refused = fay.get(f"/cases/{theirs.ref}/")
    assert (missing.status_code, refused.status_code) == (404, 404)
    assert bare(missing, "BI-99999999") == bare(refused, theirs.ref)
    for action in ("claim", "release", "skip", "take-over", "draft", "decide", "flag"):
        assert fay.post(f"/cases/{theirs.ref}/{action}/", sent(theirs)).status_code == 404


def test_claim_next_opens_the_case_and_says_when_nothing_waits(fay: Browser, new_case: MakeCase) -> None:
    case = new_case()
    first = fay.post("/queue/next/")
    assert (first.status_code, first["Location"]) == (303, f"/cases/{case.ref}/")
    drained = fay.post("/queue/next/")
    assert (drained.status_code, drained["Location"]) == (303, "/queue/")
    part = fay.post("/queue/next/", headers=PART)
    assert part.status_code == 200
    assert b'data-mode="empty"' in part.content


def test_claiming_over_the_limit_is_a_conflict_in_words(
    fay: Browser, new_case: MakeCase, settings: Any
) -> None:
    settings.HANDRAIL_MAX_CLAIMS = 1
    new_case(), new_case()
    fay.post("/queue/next/")
    for headers in ({}, PART):
        answer = fay.post("/queue/next/", headers=headers)
        assert answer.status_code == 409
        assert b"You hold 1 cases already" in answer.content


def test_whoever_loses_the_race_sees_who_has_it(fay: Browser, cast: Cast, new_case: MakeCase) -> None:
    case = new_case()
    claim_case(case=case, actor=cast.finn)
    for headers in ({}, PART):
        answer = fay.post(f"/cases/{case.ref}/claim/", headers=headers)
        assert answer.status_code == 409
        assert b"Finn E. has" in answer.content


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


def test_skip_asks_a_reason(fay: Browser, cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    assert fay.post(f"/cases/{case.ref}/skip/", {"reason": " "}).status_code == 422
    assert fay.post(f"/cases/{case.ref}/skip/", {"reason": "language"}).status_code == 303
    case.refresh_from_db()
    assert case.state == "queued"
    assert fay.post(f"/cases/{case.ref}/release/").status_code == 409


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


def test_similar_cases_and_the_timeline_come_as_parts_and_as_pages(
    fay: Browser, cast: Cast, new_case: MakeCase
) -> None:
    past = held(new_case(), cast.finn)
    made = decide(past, cast.finn, verb="reject", disposition="refused")
    case = new_case()
    before = fay.get(f"/cases/{case.ref}/similar/").content.decode()
    assert past.ref not in before  # it can still be taken back, and then it was no precedent
    final(Decision.objects.get(pk=made.id))
    for headers in ({}, PART):
        similar = fay.get(f"/cases/{case.ref}/similar/", headers=headers).content.decode()
        assert past.ref in similar
        assert "Refused" in similar
        line = fay.get(f"/cases/{past.ref}/timeline/", headers=headers).content.decode()
        assert "Finn E." in line
        assert "Reject: refused" in line
        assert SECRET not in line


def test_preferences_are_kept_and_a_wrong_one_is_refused(fay: Browser, cast: Cast) -> None:
    right = {"theme": "dark", "density": "compact", "keys": "off", "hints": "on", "timezone": "Asia/Manila"}
    assert fay.get("/preferences/").status_code == 200
    assert fay.post("/preferences/", right).status_code == 303
    fay_now = cast.person("fay")
    assert (fay_now.timezone, fay_now.preferences["theme"]) == ("Asia/Manila", "dark")
    assert 'data-theme="dark"' in fay.get("/queue/").content.decode()
    for wrong in ({"theme": "pink"}, {"timezone": "Mars/Olympus"}, {"keys": ""}):
        assert fay.post("/preferences/", right | wrong).status_code == 422


def test_a_snooze_is_read_in_the_persons_own_time_zone(fay: Browser, cast: Cast, new_case: MakeCase) -> None:
    User.objects.filter(pk=cast.fay.pk).update(timezone="Asia/Manila")
    case = held(new_case(), cast.fay)
    answer = post(fay, case, sent(case, verb="snooze", disposition="", until="2026-12-24T09:00"))
    case.refresh_from_db()
    assert answer.status_code == 303, answer.content
    assert case.wake_at is not None
    assert case.wake_at.isoformat() == "2026-12-24T01:00:00+00:00"


def test_posts_without_the_forms_token_are_refused(cast: Cast, new_case: MakeCase) -> None:
    """Cross-site requests change nothing."""
    case = held(new_case(), cast.fay)
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(cast.fay)
    assert strict.post(f"/cases/{case.ref}/decide/", sent(case)).status_code == 403
    assert not Decision.objects.exists()


def test_the_case_page_costs_at_most_six_statements(fay: Browser, cast: Cast, new_case: MakeCase) -> None:
    """Performance A4."""
    case = held(new_case(), cast.fay)
    fay.get(f"/cases/{case.ref}/")
    with statements(4):
        assert fay.get(f"/cases/{case.ref}/").status_code == 200
