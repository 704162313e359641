"""A published version is what it was, whoever has the tables at hand (R011, R091)."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from escalations.models import PolicyVersion
from escalations.policy.default import default_data
from escalations.policy.edits import with_parts
from escalations.services.policies import publish_policy
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def refused(version: PolicyVersion, **changes: Any) -> bool:
    """Does the database refuse to write this over the version?"""
    try:
        with transaction.atomic():
            PolicyVersion.objects.filter(pk=version.pk).update(**changes)
    except DatabaseError as error:
        return "has been in force" in str(error)
    return False


def test_nothing_of_a_version_in_force_changes_but_that_it_ends_once(cast: Cast) -> None:
    """R011, R091: neither what it says nor who wrote it; and what has ended does not come back without approvals."""
    first = cast.policy
    second = publish_policy(document=with_parts(default_data(), {"title": "Another"}), actor=None)
    changes: list[dict[str, Any]] = [
        {"document": {}}, {"note": "x"}, {"created_by": cast.adam}, {"created_at": Now()}, {"digest": "0" * 64},
        {"live_from": None}, {"restores": first},
    ]  # fmt: skip
    for version in (first, second):
        assert [one for one in changes if not refused(version, **one)] == []
        with pytest.raises(DatabaseError, match="has been in force"), transaction.atomic():
            PolicyVersion.objects.filter(pk=version.pk)._raw_delete("default")
    assert refused(first, superseded_at=None)
    assert refused(first, superseded_at=Now())
    assert not refused(second, superseded_at=Now())
    assert refused(first, superseded_at=None)
