"""Whoever may approve a draft of policy is told that it waits, once, and no longer than it does (R091)."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from escalations.models import Alert, Notice
from escalations.services.drafting import change_draft
from escalations.services.releases import approve_draft, publish_draft, refuse_draft
from escalations.services.telling import tell_people
from tests.alerts.telling import told
from tests.cast import Cast
from tests.escalations.releases import drafted, rehearsed, second_admin, stricter

pytestmark = pytest.mark.django_db


def waits() -> Alert | None:
    return Alert.objects.filter(kind="policy_waits", ended_at=None).first()


def test_both_sides_are_told_once_it_is_rehearsed_and_never_its_author(cast: Cast) -> None:
    """R091: a draft by itself tells nobody; rehearsed twice it is still one alert and one notice a person."""
    ada, draft = second_admin(), drafted(cast)
    assert waits() is None
    rehearsed(cast, draft)
    tell_people()
    alert = waits()
    assert alert is not None
    assert {"ada", "sunny"} <= told(alert)
    assert "adam" not in told(alert)
    before = Notice.objects.count()
    rehearsed(cast, draft, days=10)
    tell_people()
    assert (Alert.objects.filter(kind="policy_waits").count(), Notice.objects.count()) == (1, before)
    browser = Browser()
    browser.force_login(ada)
    page = browser.get(reverse("desk:alert", args=[alert.pk])).content.decode()
    assert f'href="{reverse("desk:draft", args=[draft.pk])}">Open the draft' in page


def test_it_waits_until_both_have_spoken(cast: Cast) -> None:
    ada, draft = second_admin(), drafted(cast)
    rehearsed(cast, draft)
    approve_draft(draft=draft, digest=draft.digest, side="ai", actor=ada)
    assert waits() is not None
    approve_draft(draft=draft, digest=draft.digest, side="ops", actor=cast.sunny)
    assert waits() is None
    assert Alert.objects.get(kind="policy_waits").end_reason == "approved"


def test_a_refusal_or_a_change_ends_the_waiting(cast: Cast) -> None:
    draft = drafted(cast)
    rehearsed(cast, draft)
    refuse_draft(draft=draft, digest=draft.digest, actor=cast.sunny, note="Too strict.")
    assert waits() is None
    draft.refresh_from_db()
    draft = change_draft(draft=draft, document=stricter(0.97), edits=draft.edits, actor=cast.adam)
    rehearsed(cast, draft)
    assert waits() is not None
    change_draft(draft=draft, document=stricter(0.96), edits=draft.edits, actor=cast.adam)
    assert waits() is None


def test_what_another_version_overtook_waits_no_more(cast: Cast) -> None:
    """It could not be approved as it is."""
    ada, first, second = second_admin(), drafted(cast), drafted(cast, stricter(0.98))
    for draft in (first, second):
        rehearsed(cast, draft)
    for side, who in (("ai", ada), ("ops", cast.sunny)):
        approve_draft(draft=first, digest=first.digest, side=side, actor=who)
    assert waits() is not None
    publish_draft(draft=first, digest=first.digest, actor=cast.adam)
    assert waits() is None
