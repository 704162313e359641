"""The cast itself is made by the services, so that no test stands on rows nobody could have made."""

import pytest

from accounts.choices import RoleSlug
from accounts.models import Event, Role
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_built_in_eight_roles_exist():
    """R046."""
    assert set(Role.objects.filter(built_in=True).values_list("slug", flat=True)) == set(RoleSlug)


def test_every_grant_and_agent_of_the_cast_stands_in_the_ledger(cast: Cast):
    kinds = list(Event.objects.values_list("kind", flat=True))
    assert kinds.count("agent.created") == 3
    assert kinds.count("grant.given") == 9
    assert cast.policy.number == 1
