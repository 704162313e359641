"""Editing what roles allow (R046): cells with scopes, versions, the last admin, nobody beyond their own reach."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.choices import Capability as Can
from accounts.choices import RoleSlug
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import Client, Event, Grant, Role, RoleVersion, User
from accounts.permissions import can, reach, scopes_of
from accounts.selectors.rights import explain, held_at
from accounts.services.role_edit import RoleChange, change_role, create_role, delete_role, difference
from accounts.services.roles import end_grant, ensure_roles, give_grant
from tests.accounts.test_roles import Thing
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def change_of(role: Role, **other: Any) -> RoleChange:
    """The role as it is, with some of it otherwise."""
    now = {
        "name": role.name,
        "max_tier": role.max_tier,
        "capabilities": tuple(role.capabilities),
        "cells": role.cells,
    }
    return RoleChange(**(now | other))


def frontline() -> Role:
    return Role.objects.get(slug=RoleSlug.FRONTLINE)


def test_a_cell_narrows_one_capability_and_holds_with_the_next_request(cast: Cast) -> None:
    """R046: a cell holds a scope, here one client and one queue."""
    billing = Thing(cast.acme.pk, "billing", 1)
    assert can(cast.finn, Can.CASE_DECIDE, billing)
    cells = {Can.CASE_DECIDE: {"clients": [cast.acme.pk], "queues": ["frontline"]}}
    change_role(role=frontline(), change=change_of(frontline(), cells=cells), version=1, actor=cast.adam)
    finn = cast.person("finn")
    assert not can(finn, Can.CASE_DECIDE, billing)
    assert can(finn, Can.CASE_DECIDE, Thing(cast.acme.pk, "frontline", 1))
    assert can(finn, Can.CASE_CLAIM, billing), "the other capabilities reach as before"


def test_a_cell_never_reaches_beyond_the_grant(cast: Cast) -> None:
    cells = {Can.CASE_VIEW: {"clients": [cast.birch.pk], "queues": ["sme"], "max_tier": 3}}
    change_role(role=frontline(), change=change_of(frontline(), cells=cells), version=1, actor=cast.adam)
    assert scopes_of(cast.person("fay"), Can.CASE_VIEW) == ()  # of Acme, in two queues


@settings(max_examples=80, deadline=None)
@given(
    clients=st.lists(st.sampled_from(["acme", "birch"]), max_size=2, unique=True),
    queues=st.lists(st.sampled_from(["frontline", "billing", "sme"]), max_size=2, unique=True),
    cell_tier=st.sampled_from([None, 1, 2]),
    at=st.sampled_from(["acme", "birch"]),
    queue=st.sampled_from(["frontline", "billing", "sme"]),
    tier=st.integers(1, 3),
    name=st.sampled_from(["fay", "finn", "frida", "sunny", "ella"]),
)
def test_with_cells_the_question_and_its_queryset_twin_still_agree(
    clients: list[str], queues: list[str], cell_tier: int | None, at: str, queue: str, tier: int, name: str
) -> None:
    """R137, R079: for every cell a page and a list give the same answer."""
    from django.db.models import IntegerField, SlugField, Value

    cast = Cast()
    pks = {"acme": cast.acme.pk, "birch": cast.birch.pk}
    cell = {"clients": [pks[one] for one in clients], "queues": queues, "max_tier": cell_tier}
    Role.objects.update(cells={Can.CASE_VIEW: {k: v for k, v in cell.items() if v}})
    who = cast.person(name)
    rows = Client.objects.annotate(
        q=Value(queue, output_field=SlugField()), t=Value(tier, output_field=IntegerField())
    )
    reached = reach(who, Can.CASE_VIEW, client="pk", queue="q", tier="t")
    assert rows.filter(reached, pk=pks[at]).exists() == bool(
        can(who, Can.CASE_VIEW, Thing(pks[at], queue, tier))
    )


def test_every_change_is_a_version_and_an_event_with_its_difference(cast: Cast) -> None:
    """R046: changes are versioned and audited."""
    without = tuple(one for one in frontline().capabilities if one != Can.CASE_FLAG)
    change_role(
        role=frontline(),
        change=change_of(frontline(), capabilities=(*without, Can.CASE_BROWSE)),
        version=1,
        actor=cast.adam,
    )
    line = Event.objects.get(kind="role.changed")
    assert (line.data["added"], line.data["removed"], line.actor_id) == (
        [Can.CASE_BROWSE], [Can.CASE_FLAG], str(cast.adam.pk),
    )  # fmt: skip
    assert [(v.number, v.valid_to is None) for v in frontline().versions.all()] == [(2, True), (1, False)]


def test_a_change_of_a_role_that_somebody_changed_meanwhile_is_refused(cast: Cast) -> None:
    change_role(role=frontline(), change=change_of(frontline(), max_tier=2), version=1, actor=cast.adam)
    with pytest.raises(Conflict):
        change_role(role=frontline(), change=change_of(frontline(), max_tier=3), version=1, actor=cast.adam)


def test_saving_what_is_there_already_writes_nothing(cast: Cast) -> None:
    role = frontline()
    change = change_of(role, description=role.description)
    assert change_role(role=role, change=change, version=1, actor=cast.adam).version == 1
    assert not Event.objects.filter(kind="role.changed").exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"capabilities": ("case.fly",)}, "capabilities"),
        ({"capabilities": (Can.CASE_POST,)}, "capabilities"),
        ({"max_tier": 9}, "max_tier"),
        ({"cells": {Can.CASE_VIEW: {"clients": [-4]}}}, "cell.case.view"),
        ({"cells": {Can.CASE_VIEW: {"clients": ["a"]}}}, "cell.case.view"),
        ({"cells": {Can.CASE_VIEW: {"max_tier": 7}}}, "cell.case.view"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused_in_words(
    cast: Cast, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        change_role(role=frontline(), change=change_of(frontline(), **change), version=1, actor=cast.adam)
    assert field in refused.value.errors
    assert frontline().version == 1


def test_an_ai_agents_role_can_be_given_nothing_that_is_a_persons(cast: Cast) -> None:
    """R078."""
    role = Role.objects.get(slug=RoleSlug.AI_AGENT)
    with pytest.raises(Invalid):
        change_role(
            role=role,
            change=change_of(role, capabilities=(Can.CASE_POST, Can.CASE_DECIDE)),
            version=1,
            actor=cast.adam,
        )


@pytest.mark.parametrize("name", ["finn", "sunny", "cora", "quinn", "audrey", "stan"])
def test_only_who_may_edit_roles_edits_them(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        change_role(
            role=frontline(), change=change_of(frontline(), max_tier=2), version=1, actor=cast.person(name)
        )


def test_an_admin_of_one_client_edits_no_role_since_roles_reach_everywhere(cast: Cast) -> None:
    give_grant(to=cast.stan, role=RoleSlug.ADMIN, client=cast.acme, actor=None)
    with pytest.raises(NotAllowed):
        change_role(
            role=frontline(), change=change_of(frontline(), max_tier=2), version=1, actor=cast.person("stan")
        )


def test_nobody_widens_a_role_that_they_hold(cast: Cast) -> None:
    """Safety T5: another admin has to."""
    role = Role.objects.get(slug=RoleSlug.ADMIN)
    wider = change_of(role, capabilities=(*role.capabilities, Can.LEDGER_READ))
    with pytest.raises(NotAllowed):
        change_role(role=role, change=wider, version=1, actor=cast.adam)
    give_grant(to=cast.stan, role=powers("keeper", Can.ROLES_EDIT), actor=None)
    change_role(role=role, change=wider, version=1, actor=cast.person("stan"))
    assert can(cast.person("adam"), Can.LEDGER_READ)


def test_nobody_gives_a_power_over_the_desk_that_they_do_not_hold(cast: Cast) -> None:
    give_grant(to=cast.stan, role=powers("keeper", Can.ROLES_EDIT), actor=None)
    stan = cast.person("stan")
    give_grant(to=cast.frida, role=RoleSlug.SME, actor=stan)  # work on cases: his reach is enough
    with pytest.raises(NotAllowed):
        give_grant(to=cast.frida, role=RoleSlug.ADMIN, actor=stan)
    with pytest.raises(NotAllowed):
        create_role(slug="pol", change=RoleChange("Pol", capabilities=(Can.POLICY_EDIT,)), actor=stan)


def test_the_last_admin_cannot_be_removed_by_a_grant_that_ends_or_a_role_that_changes(cast: Cast) -> None:
    """R046."""
    give_grant(to=cast.stan, role=RoleSlug.ADMIN, actor=None)
    end_grant(grant=Grant.objects.get(user=cast.stan), actor=cast.adam)
    give_grant(to=cast.stan, role=powers("keeper", Can.ROLES_EDIT), client=cast.acme, actor=None)
    grant = Grant.objects.get(user=cast.adam)
    with pytest.raises(Conflict):
        end_grant(grant=grant, actor=None)
    grant.refresh_from_db()
    assert grant.valid_to is None
    admin = Role.objects.get(slug=RoleSlug.ADMIN)
    rest = tuple(one for one in admin.capabilities if one != Can.ROLES_EDIT)
    with pytest.raises(Conflict):
        change_role(role=admin, change=change_of(admin, capabilities=rest), version=1, actor=cast.adam)
    with pytest.raises(Conflict):
        change_role(
            role=admin,
            change=change_of(admin, cells={Can.ROLES_EDIT: {"clients": [cast.acme.pk]}}),
            version=1,
            actor=cast.adam,
        )


def test_a_role_that_somebody_held_is_never_deleted(cast: Cast) -> None:
    role = create_role(
        slug="night", change=RoleChange("Night", capabilities=(Can.CASE_VIEW,)), actor=cast.adam
    )
    delete_role(role=role, actor=cast.adam)
    with pytest.raises(Conflict):
        delete_role(role=frontline(), actor=cast.adam)
    with pytest.raises(Conflict):
        create_role(slug="frontline", change=RoleChange("Again"), actor=cast.adam)


def test_the_difference_counts_who_gains_and_warns_of_duties_that_should_be_apart(cast: Cast) -> None:
    role = Role.objects.get(slug=RoleSlug.QA)
    made = difference(role, change_of(role, capabilities=(*role.capabilities, Can.CASE_DECIDE)))
    assert (made.added, made.holders, len(made.warnings)) == ((Can.CASE_DECIDE,), 1, 1)


def test_the_answer_to_can_they_says_each_grants_part(cast: Cast) -> None:
    said = explain(cast.fay, Can.CASE_DECIDE, Thing(cast.acme.pk, "collections", 1))
    assert not said.verdict
    assert [line.why for line in said.lines] == ["not its queue (collections)"]
    assert explain(cast.fay, Can.POLICY_EDIT, None).lines[0].why.startswith("the role does not allow")
    assert explain(cast.acme_bot, Can.CASE_DECIDE, None).lines[0].carries is False


def test_who_held_what_on_a_past_day_is_known_after_every_change(cast: Cast) -> None:
    """R046: grants and roles as they were, not as they are."""
    yesterday, today = timezone.now() - timedelta(days=1), timezone.now()
    Grant.objects.update(valid_from=yesterday - timedelta(days=1))
    RoleVersion.objects.update(valid_from=yesterday - timedelta(days=1))
    change_role(
        role=frontline(),
        change=change_of(frontline(), capabilities=(Can.CASE_VIEW,)),
        version=1,
        actor=cast.adam,
    )
    end_grant(grant=Grant.objects.get(user=cast.quinn), actor=cast.adam)
    then = {held.who: held for held in held_at(yesterday)}
    now = {held.who: held for held in held_at(timezone.now())}
    assert Can.CASE_DECIDE in then[cast.finn.name].capabilities
    assert now[cast.finn.name].capabilities == (Can.CASE_VIEW,)
    assert cast.quinn.name in then
    assert cast.quinn.name not in now
    assert {held.who for held in held_at(today, Can.ROLES_EDIT)} == {cast.adam.name}


def test_a_grant_has_its_dates(cast: Cast) -> None:
    soon = timezone.now() + timedelta(days=1)
    give_grant(
        to=cast.stan,
        role=RoleSlug.FRONTLINE,
        valid_from=soon,
        valid_to=soon + timedelta(days=1),
        actor=cast.adam,
    )
    assert not can(cast.person("stan"), Can.CASE_VIEW)
    with pytest.raises(Invalid):
        give_grant(to=cast.stan, role=RoleSlug.FRONTLINE, valid_from=soon, valid_to=soon, actor=cast.adam)
    with pytest.raises(Invalid):
        give_grant(to=cast.stan, role=RoleSlug.FRONTLINE, max_tier=3, actor=cast.adam)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_at_once_do_not_both_succeed() -> None:
    ensure_roles()
    Grant.objects.filter(role__slug=RoleSlug.ADMIN).update(valid_to=Now())
    people = [User.objects.create_user(f"{n}@example.test", PASSWORD, name=n) for n in ("one", "two")]
    grants = [give_grant(to=person, role=RoleSlug.ADMIN, actor=None) for person in people]
    refused: list[Exception] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except (Conflict, NotAllowed) as error:
            refused.append(error)
        finally:
            connection.close()

    def work_of(grant: Grant, by: int) -> Callable[[], None]:
        return lambda: end_grant(grant=grant, actor=User.objects.get(pk=by))

    threads = [
        threading.Thread(target=run, args=[work_of(grants[0], people[1].pk)]),
        threading.Thread(target=run, args=[work_of(grants[1], people[0].pk)]),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Grant.objects.filter(role__slug=RoleSlug.ADMIN, valid_to__isnull=True).count() == 1


def powers(slug: str, *capabilities: Can) -> Role:
    """A role made by the system."""
    return create_role(
        slug=slug, change=RoleChange(slug.title(), max_tier=3, capabilities=tuple(capabilities)), actor=None
    )
