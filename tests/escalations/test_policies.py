"""Putting a policy in force (R011)."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Event
from escalations.errors import Invalid
from escalations.models import PolicyVersion
from escalations.policy.default import default_data
from escalations.selectors.policy import document_of, live_policy
from escalations.services.policies import publish_policy
from tests.cast import Cast
from tests.engine import Scripted, work
from tests.escalations.cases import received
from tests.escalations.releases import stricter

pytestmark = pytest.mark.django_db


def test_a_new_version_is_in_force_at_once_and_the_old_one_stays_readable(cast: Cast) -> None:
    old = cast.policy
    new = publish_policy(document=stricter(), actor=None, note="more careful")
    assert live_policy() == new
    assert new.number == old.number + 1
    assert PolicyVersion.objects.get(pk=old.pk).superseded_at is not None
    line = Event.objects.filter(kind="policy.published").latest("at")
    assert (line.actor_kind, line.data["supersedes"]) == ("system", old.number)


def test_the_next_case_is_judged_by_the_new_version_and_says_so(cast: Cast) -> None:
    publish_policy(document=stricter(), actor=None)
    case = received(cast)
    work(Scripted(confidence=0.98))
    case.refresh_from_db()
    assert (case.state, case.threshold) == ("queued", 0.99)
    assert case.policy == live_policy()


def test_publishing_the_same_document_again_changes_nothing(cast: Cast) -> None:
    again = publish_policy(document=dict(reversed(default_data().items())), actor=None)
    assert again == cast.policy
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize("document", [{}, {"schema": "nonsense"}, {**default_data(), "tables": {}}])
def test_what_is_not_a_policy_is_refused(cast: Cast, document: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        publish_policy(document=document, actor=None)
    assert live_policy() == cast.policy


@pytest.mark.parametrize("change", [{"document": {}}, {"digest": "0"}, {"number": 99}, {"live_from": None}])
def test_a_version_that_was_in_force_never_changes(cast: Cast, change: dict[str, Any]) -> None:
    """R011."""
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=cast.policy.pk).update(**change)


def test_only_one_version_is_in_force(cast: Cast) -> None:
    live = cast.policy
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.create(number=9, document={}, digest="", live_from=live.live_from)


def test_the_document_is_compiled_once_a_process(cast: Cast) -> None:
    assert document_of(live_policy()) is document_of(live_policy())
