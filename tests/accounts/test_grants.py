"""Giving and ending roles (R046; nobody widens their own reach)."""

import pytest
from django.db.models.functions import Now

from accounts.choices import Capability, RoleSlug
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import Event, Grant
from accounts.permissions import can
from accounts.services.roles import end_grant, give_grant
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_an_admin_gives_a_role_and_it_holds_at_once(cast: Cast) -> None:
    give_grant(to=cast.stan, role=RoleSlug.FRONTLINE, client=cast.acme, queues=["billing"], actor=cast.adam)
    assert can(cast.stan, Capability.CASE_CLAIM)
    line = Event.objects.filter(kind="grant.given").latest("at")
    assert (line.actor_id, line.data["role"], line.data["queues"]) == (
        str(cast.adam.pk),
        "frontline",
        ["billing"],
    )


def test_an_ended_grant_is_gone_with_the_next_look(cast: Cast) -> None:
    grant = Grant.objects.get(user=cast.finn)
    assert can(cast.finn, Capability.CASE_VIEW)
    end_grant(grant=grant, actor=cast.adam)
    assert not can(cast.person("finn"), Capability.CASE_VIEW)
    with pytest.raises(Conflict):
        end_grant(grant=grant, actor=cast.adam)


def test_a_grant_that_has_not_begun_or_is_over_gives_nothing(cast: Cast) -> None:
    grant = Grant.objects.filter(user=cast.finn)
    for times in ({"valid_to": Now()}, {"valid_to": None, "valid_from": "2999-01-01T00:00:00Z"}):
        grant.update(**times)
        assert not can(cast.person("finn"), Capability.CASE_VIEW)


def test_nobody_gives_a_role_to_themselves(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        give_grant(to=cast.adam, role=RoleSlug.COMPLIANCE, actor=cast.adam)


@pytest.mark.parametrize("name", ["finn", "sunny", "cora", "quinn", "audrey", "stan"])
def test_only_who_may_edit_roles_gives_them(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        give_grant(to=cast.frida, role=RoleSlug.SUPERVISOR, client=cast.acme, actor=cast.person(name))


def test_an_admin_of_one_client_reaches_no_other_and_not_all(cast: Cast) -> None:
    give_grant(to=cast.stan, role=RoleSlug.ADMIN, client=cast.acme, actor=None)
    give_grant(to=cast.frida, role=RoleSlug.FRONTLINE, client=cast.acme, actor=cast.stan)
    for client in (cast.birch, None):
        with pytest.raises(NotAllowed):
            give_grant(to=cast.frida, role=RoleSlug.FRONTLINE, client=client, actor=cast.person("stan"))


def test_machines_and_people_do_not_swap_roles(cast: Cast) -> None:
    """R078."""
    with pytest.raises(Invalid):
        give_grant(to=cast.acme_bot, role=RoleSlug.SUPERVISOR, actor=None)
    with pytest.raises(Invalid):
        give_grant(to=cast.stan, role=RoleSlug.AI_AGENT, actor=None)
