"""R087, R093, R117: the audits' pages, and what is not on them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from escalations.models import AuditAnswer, AuditGrade, AuditItem, AuditPlan, AuditSkip, Case
from escalations.services.auditing import commit_period
from reviews.services.audits import take_next
from tests.audits.readers import WRONG, all_drawn, decided_item, read, reader, settled_item
from tests.cast import Cast
from tests.escalations.bodies import handoff

SECRETS = ("Quokka-77", "Wombat-88", "Numbat-99", "Bilby-11")
"""Stand in the AI's summary, its proposal, its message to the customer and its extracted value, and nowhere else."""

TELLING = ("97 %", "97%", "0.97", "acme-bot", "scripted-1", "settled", "Confidence", "auto_resolve")


def posted() -> dict[str, Any]:
    """A question whose every machine-made part carries a word of its own."""
    summary, wants, said, value = SECRETS
    return {
        "messages": [
            {"author": "customer", "text": "When are you open on Sunday?", "at": "2026-03-01T09:30:00Z"},
            {"author": "ai", "text": f"We open at nine. {said}", "at": "2026-03-01T09:30:20Z"},
        ],
        "customer": {"id": "C-7", "name": "Dana Quill", "guess": summary},
        "subject": f"faq {summary}",
        "fields": [{"name": "opening", "value": value, "confidence": 0.99}],
        "handoff": handoff(
            summary=summary, proposed={"action": "answer_customer", "arguments": {"page": wants}},
            told_customer=[said], known_facts=[summary],
        ),
    }  # fmt: skip


@pytest.fixture
def item(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> AuditItem:
    all_drawn(cast, monkeypatch)
    return settled_item(cast, **posted())


@pytest.fixture
def quinn(cast: Cast, signed_in: Callable[[User], Browser]) -> Browser:
    return signed_in(cast.quinn)


def opened(browser: Browser) -> str:
    """The address of the audit that the browser was given."""
    answer = browser.post(reverse("reviews:audit_next"))
    assert answer.status_code == 303
    return str(answer["Location"])


def sent(**changes: str) -> dict[str, str]:
    return {
        "category": "faq_general",
        "action": "answer_customer",
        "disposition": "answered",
        "key": "k1",
        **changes,
    }


def test_the_blind_page_holds_nothing_of_the_answer_until_it_is_given(
    cast: Cast, item: AuditItem, quinn: Browser
) -> None:
    """R087: neither on the page nor in anything it links to before the answer."""
    url = opened(quinn)
    page = quinn.get(url).content.decode()
    assert "When are you open on Sunday?" in page
    assert "Dana Quill" in page
    for word in (*SECRETS, *TELLING, item.case.ref, str(item.case_id)):
        assert word not in page, word
    assert "second read" not in page.lower()
    for part in (
        "",
        "timeline/",
        "similar/",
        "clocks/",
    ):  # the case itself is shut meanwhile, in this sign-in
        assert quinn.get(reverse("reviews:case", args=[item.case.ref]) + part).status_code == 404
    refused = quinn.post(f"{url}answer/", sent(category=""))
    assert refused.status_code == 422
    for word in (*SECRETS, *TELLING, item.case.ref):
        assert word not in refused.content.decode(), word
    assert quinn.post(f"{url}answer/", sent()).status_code == 303
    after = quinn.get(url).content.decode()
    assert item.case.ref in after
    assert "Confidence 97 %" in after
    assert "The AI was right" in after
    assert quinn.get(reverse("reviews:case", args=[item.case.ref])).status_code == 200


def test_the_two_arms_look_alike_before_the_answer(
    cast: Cast, quinn: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R087: whether the AI settled it or a person decided it is told by nothing."""
    all_drawn(cast, monkeypatch)
    pages = []
    for arm in ("settled", "candidate"):
        made = settled_item(cast) if arm == "settled" else decided_item(cast, cast.sunny)
        assert made.draw.arm == arm
        url = opened(quinn)
        page = quinn.get(url).content.decode()
        pages.append(_bare(page, url))
        quinn.post(f"{url}answer/", sent(key=url))
    assert pages[0] == pages[1]


def _bare(page: str, url: str) -> str:
    """A page without what differs from one audit to the next: tokens, keys, times, its address."""
    import re

    page = page.replace(url.rstrip("/").rsplit("/", 1)[1], "")
    page = re.sub(
        r'(csrfmiddlewaretoken|name="key")[^>]*value="[^"]*"|<meta name="server-now"[^>]*>', "", page
    )
    return re.sub(r"<time[^>]*>[^<]*</time>", "", page)


def test_an_audit_opens_to_nobody_before_its_time(
    cast: Cast, item: AuditItem, signed_in: Callable[[User], Browser]
) -> None:
    url = reverse("reviews:audit", args=[item.pk])
    robin = reader("robin")
    for person in (cast.quinn, robin, cast.ella, cast.sunny, cast.audrey):  # nobody has taken it
        assert signed_in(person).get(url).status_code == 404, person
    assert signed_in(cast.fay).get(url).status_code == 403
    assert take_next(cast.quinn) is not None
    assert signed_in(robin).get(url).status_code == 404  # it is Quinn's now
    assert (
        signed_in(robin).post(f"{url}answer/", sent()).status_code == 303
    )  # refused in words on the first page
    assert not AuditAnswer.objects.exists()


def test_a_first_reader_does_not_see_the_second_ones_answer_before_the_end(
    cast: Cast, item: AuditItem, quinn: Browser, signed_in: Callable[[User], Browser]
) -> None:
    url = opened(quinn)
    quinn.post(f"{url}answer/", sent(category="order_status", note="Mine alone"))
    robin = signed_in(reader("robin"))
    assert opened(robin) == url
    assert "Mine alone" not in robin.get(url).content.decode()
    robin.post(f"{url}answer/", sent(category="complaint_service", action="person", key="k2"))
    assert "Second reader" not in quinn.get(url).content.decode()
    ella = signed_in(cast.ella)
    page = ella.get(url).content.decode()
    assert "whose answer stands" in page
    assert "Mine alone" in page
    assert ella.post(f"{url}settle/", {"stands": "first", "note": ""}).status_code == 422
    assert ella.post(f"{url}settle/", {"stands": "first", "note": "It is an order."}).status_code == 303
    assert "Second reader" in quinn.get(url).content.decode()
    assert Case.objects.get(pk=item.case_id).state == "queued"


def test_sent_twice_it_is_one_answer(item: AuditItem, quinn: Browser) -> None:
    url = opened(quinn)
    for _ in range(2):
        assert quinn.post(f"{url}answer/", sent(note="a\x00b", key="k\x001")).status_code == 303
    assert AuditAnswer.objects.count() == 1
    for gravity in ("minor", "critical"):
        assert (
            quinn.post(f"{url}grade/", {"gravity": gravity, "cause": "ai", "r.tone": "no"}).status_code == 303
        )
    assert AuditGrade.objects.get().gravity == "minor"
    assert quinn.post(f"{url}grade/", {"gravity": ""}).status_code == 303  # the first one stays


def test_giving_back_asks_for_a_reason_beside_the_field(item: AuditItem, quinn: Browser) -> None:
    url = opened(quinn)
    assert quinn.post(f"{url}skip/", {"reason": ""}).status_code == 422
    assert quinn.post(f"{url}skip/", {"reason": "language"}).status_code == 303
    assert AuditSkip.objects.count() == 1
    assert quinn.get(url).status_code == 404


def test_the_first_page_tells_coverage_and_accuracy_or_what_is_missing(
    cast: Cast, item: AuditItem, quinn: Browser
) -> None:
    """R117"""
    read(cast.quinn, WRONG)
    read(reader("robin"), WRONG)
    page = quinn.get(reverse("reviews:audits"))
    line = page.context["lines"][0]
    assert (line.figures.settled, line.figures.drawn, line.figures.concluded, line.waiting) == (1, 1, 1, 0)
    assert "Needs 30 cases, has 1" in page.content.decode()
    assert item.case.ref in page.content.decode()
    assert item.case.ref not in quinn.get(reverse("reviews:audits") + "?verdict=right").content.decode()


def test_weeks_and_rates_have_pages_for_who_may(cast: Cast, signed_in: Callable[[User], Browser]) -> None:
    past = commit_period(cast.acme, datetime.now(UTC) - timedelta(days=14))
    running = commit_period(cast.acme, datetime.now(UTC))
    birch = commit_period(cast.birch, datetime.now(UTC))
    audrey = signed_in(cast.audrey)
    page = audrey.get(reverse("reviews:audit_draws")).content.decode()
    assert past.commitment[:16] in page
    assert birch.commitment[:16] not in page
    assert audrey.get(reverse("reviews:audit_draw", args=[birch.pk])).status_code == 404
    assert audrey.post(reverse("reviews:audit_reveal", args=[running.pk])).status_code == 409
    assert audrey.post(reverse("reviews:audit_reveal", args=[past.pk])).status_code == 303
    assert (
        "exactly as the committed seed says"
        in audrey.get(reverse("reviews:audit_draw", args=[past.pk])).content.decode()
    )
    table = audrey.get(reverse("reviews:audit_frame", args=[past.pk]))
    assert table.content.startswith(b"case,drawn from,rate")
    assert audrey.get(reverse("reviews:audit_frame", args=[running.pk])).status_code == 404
    adam, url = signed_in(cast.adam), reverse("reviews:audit_plan", args=[cast.case_type("faq_chat").pk])
    low = {"rate": "4", "learning_rate": "25", "risk_rate": "0", "because": ""}
    refused = adam.post(url, low)
    assert refused.status_code == 422
    assert "Below 5 % only with a reason" in refused.content.decode()
    assert adam.post(url, {**low, "rate": "10"}).status_code == 303
    assert AuditPlan.objects.get().rate == pytest.approx(0.1)
    assert signed_in(cast.sunny).get(url).status_code == 403
