"""The reviewers' pages over HTTP: what they show, to whom, and at what cost."""

from typing import Any

from django.test import Client as Browser

from accounts.models import User
from escalations.models import Case, Decision
from reviews.services.claim import claim_case
from tests.cast import Cast
from tests.reviews.conftest import MakeCase, statements
from tests.reviews.deciding import decide, final, held
from tests.reviews.makers import SECRET
from tests.reviews.pages import PART, bare, post, sent


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


def test_the_case_page_costs_at_most_six_statements(fay: Browser, cast: Cast, new_case: MakeCase) -> None:
    """Performance A4."""
    case = held(new_case(), cast.fay)
    fay.get(f"/cases/{case.ref}/")
    with statements(4):
        assert fay.get(f"/cases/{case.ref}/").status_code == 200
