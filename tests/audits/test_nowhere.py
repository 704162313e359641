"""R087: while somebody audits a case blind it is nowhere for them: no page, no list, no other sign-in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from escalations.models import AuditItem
from escalations.permissions import may_see
from escalations.selectors.cases import visible_cases
from reviews.services.audits import answer_item, skip_item, take_next
from tests.audits.readers import RIGHT, all_drawn, decided_item, reader, settled_item
from tests.audits.test_pages import SECRETS, posted
from tests.cast import Cast
from tests.reviews.makers import waiting
from tests.test_doors import ALL, address

pytestmark = pytest.mark.django_db
Door = Callable[[User], Browser]


@pytest.fixture
def item(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> AuditItem:
    all_drawn(cast, monkeypatch)
    return settled_item(cast, **posted())


def there(cast: Cast, item: AuditItem) -> bool:
    """Is the case there for Quinn, to open and in lists alike?"""
    quinn = cast.person("quinn")
    found = visible_cases(quinn).filter(pk=item.case_id).exists()
    assert found == bool(may_see(quinn, item.case))
    return found


def test_no_address_shows_the_reader_anything_of_the_case(
    cast: Cast, item: AuditItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R087: every page that Quinn may get, in a second browser, searched for what the AI made of the case."""
    quinn = Browser()
    quinn.force_login(cast.quinn)
    looks = [
        f"{reverse('reviews:find')}?q={words}" for words in ("faq", item.case.ref, item.case.external_id)
    ]
    looks += [f"{reverse('reviews:board_cases')}?state=closed", f"{reverse('reviews:queue')}?tab=done"]
    looks += [address(name, item.case) for name in sorted(ALL) if not name.startswith("api:")]
    assert there(cast, item)
    assert item.case.ref in quinn.get(looks[0])["Location"]
    assert take_next(cast.quinn) == item
    pages = 0
    for url in looks:
        if "logout" in url or "live/stream" in url:
            continue
        answer = quinn.get(url)
        shown = b"" if getattr(answer, "streaming", False) else answer.content
        shown += answer.get("Location", "").encode()
        asked = item.case.ref in url
        for secret in (*SECRETS, "" if asked else item.case.ref, "" if asked else str(item.case_id)):
            assert not secret or secret not in shown.decode(errors="replace"), (url, secret)
        pages += answer.status_code == 200
    assert pages > 30, "most pages were really looked at"
    answer_item(item_id=item.pk, actor=cast.quinn, given=RIGHT)
    assert item.case.ref in quinn.get(looks[0])["Location"]


def test_an_audit_left_open_keeps_its_case_shut_and_is_the_readers_next(cast: Cast, item: AuditItem) -> None:
    """R087: nobody lets the time run out, looks at the case, and reads it blind afterwards."""
    decided_item(cast, cast.sunny)
    assert take_next(cast.quinn) == item
    AuditItem.objects.filter(pk=item.pk).update(lease_until=Now() - timedelta(seconds=1))
    assert not there(cast, item)
    assert take_next(cast.quinn) == item
    AuditItem.objects.filter(pk=item.pk).update(lease_until=Now() - timedelta(seconds=1))
    robin = reader("robin")
    assert take_next(robin) == item
    assert there(cast, item), "it is somebody else's now"
    skip_item(item_id=item.pk, actor=robin, reason="language")
    other = take_next(cast.quinn)
    assert other is not None
    assert other != item, "and never Quinn's again"


def test_what_was_given_back_is_there_again_and_never_read_by_them(
    cast: Cast, item: AuditItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R087: else it would be given back, looked at, and taken again the next day."""
    take_next(cast.quinn)
    assert not there(cast, item)
    skip_item(item_id=item.pk, actor=cast.quinn, reason="wellbeing")
    assert there(cast, item)
    assert take_next(cast.quinn) is None
    monkeypatch.setattr("reviews.services.audits.Now", lambda: Now() + timedelta(days=365))
    assert take_next(cast.quinn) is None


def test_a_case_that_waits_again_is_not_in_the_readers_list(cast: Cast) -> None:
    """R087: a case may come back to people while its audit is open; its row says why, and that is the AI's answer."""
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    page = f"{reverse('reviews:queue')}?tab=team"
    browser = Browser()
    browser.force_login(cast.sunny)
    assert case.ref in browser.get(page).content.decode()
    User.objects.filter(pk=cast.sunny.pk).update(auditing=case.pk)
    assert case.ref not in browser.get(page).content.decode()
