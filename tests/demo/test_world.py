"""The demo world holds together: every name that points somewhere points at something."""

import pytest

from config.demo import world
from config.demo.shapes import CaseType
from escalations.choices import Autonomy, CaseMode, Channel, RiskLevel, Tier

CLIENTS = {client.slug for client in world.CLIENTS}
QUEUES = {queue.slug for queue in world.QUEUES}
PEOPLE = {person.email: person for person in world.PEOPLE}
CATEGORIES = {category.slug for category in world.CATEGORIES}


def test_every_built_in_role_has_somebody() -> None:
    """R046; the eighth role is the AI agent, which is no person."""
    roles = {person.role for person in world.PEOPLE}
    assert roles == {"frontline", "supervisor", "sme", "compliance", "qa", "admin", "auditor"}
    assert world.AGENTS


def test_every_queue_has_a_person_who_answers_for_it() -> None:
    """R012"""
    for queue in world.QUEUES:
        assert queue.tier in Tier.values
        owner = PEOPLE[queue.owner]
        assert owner.role not in {"auditor", "frontline"}
        assert owner.tier >= queue.tier


def test_every_ai_agent_has_a_human_owner_and_posts_types_its_client_has() -> None:
    """R078"""
    for agent in world.AGENTS:
        assert agent.owner in PEOPLE
        for slug in agent.case_types:
            assert world.case_type(agent.client, slug)


def test_every_case_type_is_posted_by_exactly_one_agent() -> None:
    for kind in world.CASE_TYPES:
        posting = [a.name for a in world.AGENTS if a.client == kind.client and kind.slug in a.case_types]
        assert len(posting) == 1, (kind.client, kind.slug, posting)
        assert world.agent_for(kind.client, kind.slug).name == posting[0]


@pytest.mark.parametrize("kind", world.CASE_TYPES, ids=lambda kind: f"{kind.client}-{kind.slug}")
def test_a_case_type_names_only_what_exists(kind: CaseType) -> None:
    """R047 for the checklist; the rest is what the loader and policy rely on."""
    assert kind.client in CLIENTS
    assert kind.default_queue in QUEUES
    assert set(kind.tool_teams.values()) <= QUEUES
    assert set(kind.channels) <= set(Channel.values)
    assert kind.mode in CaseMode.values
    assert kind.autonomy in Autonomy.values
    assert kind.risk in RiskLevel.values
    assert 0 < kind.threshold <= 1
    assert all(0 < value <= 1 for value in kind.field_thresholds.values())
    assert set(kind.required_fields) <= set(kind.field_thresholds) | {"action"}
    assert set(kind.irreversible) <= set(kind.tool_teams)
    assert set(kind.process) <= set(world.agent_for(kind.client, kind.slug).grants)
    assert len(kind.dispositions) >= 2
    assert len({d.code for d in kind.dispositions}) == len(kind.dispositions)
    assert kind.guidance
    assert kind.sla_minutes > 0
    assert kind.undo_seconds > 0


def test_no_high_risk_type_lets_the_ai_settle() -> None:
    """R006, R017"""
    for kind in world.CASE_TYPES:
        if kind.risk == "high" or kind.human_final_decision:
            assert kind.autonomy in {"off", "suggest"}


def test_slugs_prefixes_addresses_and_agent_names_are_unique() -> None:
    types = [(kind.client, kind.slug) for kind in world.CASE_TYPES]
    for values in (
        types,
        [client.prefix for client in world.CLIENTS],
        [person.email for person in world.PEOPLE],
        [agent.name for agent in world.AGENTS],
        [queue.slug for queue in world.QUEUES],
    ):
        assert len(values) == len(set(values))


def test_every_category_has_a_queue_and_may_turn_up_under_every_type() -> None:
    assert {category.queue for category in world.CATEGORIES} <= QUEUES
    assert {category.risk for category in world.CATEGORIES} <= set(RiskLevel.values)
    for kind in world.CASE_TYPES:
        assert set(kind.labels) == CATEGORIES
