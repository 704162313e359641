"""My queue: tabs, counts, filters, pages, and who sees what."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client as Browser

from accounts.models import User
from escalations.models import Case
from reviews.choices import Tab
from reviews.selectors.queue_filters import Cursor, Filters
from reviews.selectors.queue_screen import queue_screen
from reviews.selectors.shapes import QueueScreen
from reviews.services.claim import claim_case
from reviews.services.sweep import wake_cases
from tests.cast import Cast
from tests.reviews.conftest import MakeCase, statements
from tests.reviews.deciding import decide, held

SignedIn = Callable[[User], Browser]


def listed(actor: User, tab: str = Tab.TEAM, **filters: Any) -> list[str]:
    """The references on the first page."""
    return [row.ref for row in screen(actor, tab, **filters).rows]


def screen(actor: User, tab: str = Tab.TEAM, **filters: Any) -> QueueScreen:
    return queue_screen(actor, tab, Filters(**filters), {})


def test_the_team_list_is_in_working_order_across_queues_and_clients(cast: Cast, new_case: MakeCase) -> None:
    """R053: what claim next would take first stands first."""
    last = new_case(severity=4)
    grave = new_case("order_status", client="birch", severity=1)
    middle = new_case(severity=2, risk="high", tier=2)
    assert listed(cast.sunny) == [grave.ref, middle.ref, last.ref]


def test_each_person_lists_only_their_clients_queues_and_tiers(cast: Cast, new_case: MakeCase) -> None:
    """R137, R046: the auditor of one client, a supervisor of all up to tier 2, an expert of all."""
    acme, birch = new_case(), new_case(client="birch")
    high, kept = new_case(tier=3), new_case(senior_only=True)
    every = {acme.ref, birch.ref, high.ref, kept.ref}
    assert set(listed(cast.ella)) == every
    assert set(listed(cast.sunny)) == every - {high.ref}
    assert set(listed(cast.audrey)) == every - {birch.ref}
    assert listed(cast.fay) == []  # works guided: no list


def test_a_guided_reviewer_has_no_team_tab_and_still_a_count(cast: Cast, new_case: MakeCase) -> None:
    new_case(), new_case()
    mine = screen(cast.fay, Tab.MINE)
    assert [tab for tab, _, _ in mine.tabs] == ["mine", "snoozed", "waiting", "done"]
    assert (mine.waiting, mine.may_browse, mine.may_claim) == (2, False, True)


def test_counts_are_of_the_persons_own_reach(cast: Cast, new_case: MakeCase) -> None:
    """R103: a count equals what the list holds."""
    new_case(), new_case("order_status"), new_case(client="birch")
    assert screen(cast.fay, Tab.MINE).waiting == 1
    assert screen(cast.frida, Tab.MINE).waiting == 1
    assert screen(cast.ella).waiting == len(listed(cast.ella)) == 3


def test_held_cases_show_who_has_them(cast: Cast, new_case: MakeCase) -> None:
    case = new_case()
    claim_case(case=case, actor=cast.fay)
    assert [row.held for row in screen(cast.fay, Tab.MINE).rows] == ["you"]
    assert [row.held for row in screen(cast.sunny).rows] == ["Fay E."]


def test_a_row_marks_low_confidence_with_score_and_limit(cast: Cast, new_case: MakeCase) -> None:
    """R028."""
    low, sure = new_case(confidence=0.64), new_case(confidence=0.97)
    marks = {row.ref: row.low_confidence for row in screen(cast.ella).rows}
    assert marks == {low.ref: "64 %, limit 95 %", sure.ref: ""}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"confidence_below": 0.7}, {"unsure", "grave"}),
        ({"severity": 1}, {"grave"}),
        ({"client": "birch"}, {"birch"}),
        ({"reason": "ANOMALY"}, {"birch"}),
        ({"severity": 1, "client": "birch"}, set()),
    ],
    ids=["confidence", "severity", "client", "reason", "two at once"],
)
def test_filters_narrow_the_list(
    filters: dict[str, Any], names: set[str], cast: Cast, new_case: MakeCase
) -> None:
    """R028: filter `confidence < x`; severity, client and reason likewise."""
    odd = [{"code": "ANOMALY", "text": "", "spans": [], "values": []}]
    cases = {
        "unsure": new_case(confidence=0.5),
        "grave": new_case(confidence=0.6, severity=1),
        "birch": new_case(client="birch", confidence=0.9, reasons=odd),
    }
    assert set(listed(cast.ella, **filters)) == {cases[name].ref for name in names}


def test_pages_follow_each_other_without_a_gap_or_a_repeat(
    cast: Cast, new_case: MakeCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviews.selectors.queue_rows.PAGE", 3)
    made = {new_case(severity=1 + n % 4, due_in=timedelta(hours=n % 3)).ref for n in range(8)}
    seen: list[str] = []
    cursor: Cursor | None = None
    for _ in range(3):
        page = screen(cast.ella, after=cursor)
        seen += [row.ref for row in page.rows]
        cursor = Cursor.parse(page.next_cursor)
    assert cursor is None
    assert len(seen) == 8
    assert set(seen) == made


@pytest.mark.parametrize(
    "text", ["", "x", "2026-01-01~x", "2026-01-01T00:00:00~" + "0" * 32, "~", "\x00~\x00"]
)
def test_a_cursor_that_is_not_ours_is_the_first_page(text: str) -> None:
    assert Cursor.parse(text) is None


def test_snoozed_and_waiting_cases_are_found_again_by_whoever_put_them_aside(
    cast: Cast, new_case: MakeCase
) -> None:
    snoozed, asked = held(new_case(), cast.fay), held(new_case(), cast.fay)
    decide(snoozed, cast.fay, verb="snooze")
    decide(asked, cast.fay, verb="request_info", reply="Which card?")
    for person, both in ((cast.fay, True), (cast.sunny, True), (cast.finn, False)):
        assert listed(person, Tab.SNOOZED) == ([snoozed.ref] if both else [])
        assert listed(person, Tab.WAITING) == ([asked.ref] if both else [])
    Case.objects.update(wake_at=Now())
    wake_cases()
    assert listed(cast.fay, Tab.SNOOZED) == []


def test_what_was_decided_today_is_listed_and_can_be_undone(cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    done = decide(case, cast.fay)
    page = screen(cast.fay, Tab.DONE)
    assert [row.ref for row in page.rows] == [case.ref]
    assert page.done_today == 1
    assert page.undo == (case.ref, f"/decisions/{done.id}/undo/")
    assert screen(cast.finn, Tab.DONE).undo is None


def test_a_case_of_mine_that_is_due_soon_is_at_risk(cast: Cast, new_case: MakeCase) -> None:
    for minutes in (-10, 10, 300):
        claim_case(case=new_case(due_in=timedelta(minutes=minutes)), actor=cast.fay)
    page = screen(cast.fay, Tab.MINE)
    assert (page.mine, page.at_risk) == (3, 2)


def test_the_queue_page_costs_at_most_eight_statements(
    cast: Cast, new_case: MakeCase, signed_in: SignedIn
) -> None:
    """Performance A3."""
    for _ in range(3):
        claim_case(case=new_case(), actor=cast.ella)
    new_case(client="birch"), new_case(tier=3)
    decide(Case.objects.select_related("case_type").filter(holder=cast.ella)[0], cast.ella)
    for person in (cast.fay, cast.sunny, cast.ella, cast.audrey):
        browser = signed_in(person)
        for tab in Tab.values:
            with statements(8):
                assert browser.get(f"/queue/?tab={tab}").status_code == 200


def test_filters_stand_in_the_address_and_nonsense_in_it_is_harmless(
    cast: Cast, new_case: MakeCase, signed_in: SignedIn
) -> None:
    unsure, sure = new_case(confidence=0.5), new_case(confidence=0.99)
    browser = signed_in(cast.ella)
    part = browser.get("/queue/?tab=team&confidence_below=70", headers={"HX-Request": "true"})
    html = part.content.decode()
    assert unsure.ref in html
    assert sure.ref not in html
    assert html.lstrip().startswith('<div id="rows"')
    whole = browser.get("/queue/?tab=team&confidence_below=70").content.decode()
    assert re.search(r'name="confidence_below"[^>]*value="70"', whole)
    for nonsense in (
        "tab=x",
        "severity=9",
        "severity=%00",
        "client=%27--",
        "reason=NO",
        "after=x",
        "confidence_below=x",
    ):
        assert browser.get(f"/queue/?{nonsense}").status_code == 200
