"""Two people at once, each on a connection of their own: one policy goes in force (R091)."""

from collections.abc import Callable
from typing import Any

import pytest

from escalations.errors import Conflict
from escalations.models import PolicyDraft, PolicyVersion
from escalations.services.releases import publish_draft, roll_back
from tests.cast import Cast
from tests.escalations.releases import approved, released, stricter
from tests.reviews.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def live() -> int:
    return PolicyVersion.objects.filter(live_from__isnull=False, superseded_at=None).count()


def press(draft: PolicyDraft, name: str) -> Callable[[], Any]:
    """Whoever that is publishes the draft."""
    return lambda: publish_draft(draft=draft, digest=draft.digest, actor=Cast().person(name))


def test_two_presses_publish_one_draft_once(cast: Cast) -> None:
    draft = approved(cast)
    found = at_once([press(draft, name) for name in ("adam", "sunny")])
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "PolicyVersion"]
    assert (PolicyVersion.objects.count(), live()) == (2, 1)


def test_of_two_drafts_published_at_once_the_second_is_overtaken(cast: Cast) -> None:
    drafts = [approved(cast), approved(cast, stricter(0.8))]
    found = at_once([press(draft, "adam") for draft in drafts])
    assert sum(isinstance(one, Conflict) for one in found) == 1, found
    assert (PolicyVersion.objects.count(), live()) == (2, 1)
    assert PolicyDraft.objects.filter(version=None).count() == 1


def test_going_back_twice_at_once_goes_back_once(cast: Cast) -> None:
    first = PolicyVersion.objects.get()
    released(cast)
    found = at_once(
        [lambda: roll_back(version=first, actor=cast.person("sunny"), reason="Too strict") for _ in range(4)]
    )
    assert sum(isinstance(one, PolicyVersion) for one in found) == 1, found
    assert (PolicyVersion.objects.count(), live()) == (3, 1)
