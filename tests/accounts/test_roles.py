"""Who may do what: one table for people and AI agents (R046, R079)."""

from dataclasses import dataclass

import pytest
from django.db.models import IntegerField, SlugField, Value
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.choices import HUMAN_ONLY_CAPABILITIES, RoleSlug
from accounts.choices import Capability as Can
from accounts.models import AIAgent, Client, Event, Role, User
from accounts.permissions import can, reach, scopes_of
from accounts.services.roles import ensure_roles
from tests.cast import Cast

pytestmark = pytest.mark.django_db

WORKS = {Can.CASE_VIEW, Can.CASE_CLAIM, Can.CASE_DECIDE, Can.CASE_FLAG}
LEADS = WORKS | {
    Can.CASE_BROWSE, Can.CASE_SENIOR, Can.CASE_TAKE_OVER, Can.CASE_REOPEN, Can.LEDGER_READ, Can.FLOOR_VIEW,
}  # fmt: skip
ALLOWED: dict[str, set[Can]] = {
    "finn": WORKS,
    "sunny": LEADS
    | {
        Can.CASE_ASSIGN,
        Can.PEOPLE_MANAGE,
        Can.INSIGHT_VIEW,
        Can.POLICY_APPROVE_OPS,
        Can.AUTONOMY_STOP,
        Can.LESSON_PUBLISH,
    },
    "ella": WORKS | {Can.CASE_BROWSE, Can.CASE_SENIOR, Can.AUDIT_ADJUDICATE, Can.LESSON_PUBLISH},
    "cora": LEADS | {Can.INSIGHT_VIEW, Can.AUDIT_ADJUDICATE, Can.AUTONOMY_STOP, Can.LESSON_PUBLISH},
    "quinn": {
        Can.CASE_VIEW,
        Can.CASE_BROWSE,
        Can.CASE_FLAG,
        Can.QUALITY_REVIEW,
        Can.PLANTED_VIEW,
        Can.INSIGHT_VIEW,
        Can.LESSON_PUBLISH,
        Can.LEDGER_READ,
        Can.FLOOR_VIEW,
    },
    "adam": {
        Can.POLICY_EDIT,
        Can.POLICY_APPROVE_AI,
        Can.AUTONOMY_EDIT,
        Can.PLANTED_VIEW,
        Can.AUTONOMY_STOP,
        Can.MODEL_MANAGE,
        Can.INSIGHT_VIEW,
        Can.SLA_EDIT,
        Can.PEOPLE_MANAGE,
        Can.ALERTS_MANAGE,
        Can.ROLES_EDIT,
        Can.AGENTS_MANAGE,
    },
    "audrey": {Can.CASE_VIEW, Can.CASE_BROWSE, Can.INSIGHT_VIEW, Can.PLANTED_VIEW, Can.LEDGER_READ},
    "stan": set(),
    "acme-bot": {Can.CASE_POST, Can.CASE_APPEND, Can.CASE_STATUS},
}
TIER = {"finn": 1, "sunny": 2, "ella": 3, "cora": 3, "quinn": 3, "adam": 3, "audrey": 3, "acme-bot": 3}
ACME_ONLY = {"finn", "audrey", "acme-bot"}


@dataclass(frozen=True)
class Thing:
    """Something that lies in a client, a queue and a tier."""

    client_id: int
    queue_slug: str
    tier: int


def actor(cast: Cast, name: str) -> User | AIAgent:
    return cast.agent(name) if name.endswith("bot") else cast.person(name)


@pytest.mark.parametrize("capability", Can)
@pytest.mark.parametrize("name", ALLOWED)
def test_the_matrix_of_roles_and_capabilities_holds_for_people_and_machines(
    cast: Cast, name: str, capability: Can
) -> None:
    """R079: each cell is asked with no object, with one in reach, in a higher tier, and in another client."""
    who, allowed = actor(cast, name), capability in ALLOWED[name]
    tier = TIER.get(name, 1)
    assert bool(can(who, capability)) == allowed
    assert bool(can(who, capability, Thing(cast.acme.pk, "billing", 1))) == allowed
    assert bool(can(who, capability, Thing(cast.acme.pk, "billing", tier + 1))) is False
    assert bool(can(who, capability, Thing(cast.birch.pk, "billing", 1))) == (
        allowed and name not in ACME_ONLY
    )


@pytest.mark.parametrize("capability", sorted(HUMAN_ONLY_CAPABILITIES))
def test_an_ai_agent_holds_no_human_capability_even_when_its_role_says_so(
    cast: Cast, capability: Can
) -> None:
    """R078, R079: a mistake in a role's row gives a machine nothing that is a person's."""
    Role.objects.filter(slug=RoleSlug.AI_AGENT).update(capabilities=[str(c) for c in Can])
    assert not can(cast.acme_bot, capability)
    assert scopes_of(cast.acme_bot, capability) == ()


def test_a_suspended_ai_agent_may_do_nothing(cast: Cast) -> None:
    bot = cast.acme_bot
    bot.suspended_at = cast.acme.created_at
    assert not can(bot, Can.CASE_POST)


@settings(max_examples=60, deadline=None)
@given(
    client=st.sampled_from(["acme", "birch"]),
    queue=st.sampled_from(["frontline", "billing", "sme"]),
    tier=st.integers(1, 4),
    name=st.sampled_from([*ALLOWED, "fay", "frida"]),
    capability=st.sampled_from([Can.CASE_VIEW, Can.CASE_CLAIM, Can.CASE_SENIOR, Can.CASE_STATUS]),
)
def test_the_question_and_its_queryset_twin_agree(
    client: str, queue: str, tier: int, name: str, capability: Can
) -> None:
    """R137: `reach` finds a row exactly when `can` allows it. Clients stand in for rows: any model would do."""
    cast = Cast()
    place = cast.acme if client == "acme" else cast.birch
    who = actor(cast, name)
    rows = Client.objects.annotate(
        queue_here=Value(queue, output_field=SlugField()), tier_here=Value(tier, output_field=IntegerField())
    )
    reached = reach(who, capability, client="pk", queue="queue_here", tier="tier_here")
    assert rows.filter(reached, pk=place.pk).exists() == bool(
        can(who, capability, Thing(place.pk, queue, tier))
    )


def test_the_shipped_roles_are_made_once_and_an_admins_change_stays(cast: Cast) -> None:
    """R046."""
    assert set(Role.objects.filter(built_in=True).values_list("slug", flat=True)) == set(RoleSlug)
    Role.objects.filter(slug=RoleSlug.FRONTLINE).update(max_tier=2)
    ensure_roles()
    assert Role.objects.get(slug=RoleSlug.FRONTLINE).max_tier == 2
    assert Role.objects.count() == len(RoleSlug)


def test_every_grant_and_agent_of_the_cast_stands_in_the_ledger(cast: Cast) -> None:
    kinds = list(Event.objects.values_list("kind", flat=True))
    assert kinds.count("agent.created") == 3
    assert kinds.count("agent.token_issued") == 3
    assert kinds.count("grant.given") == 9
