"""The bodies are what the intake API asks for, by its own serializers."""

import itertools
import json
from pathlib import Path

import pytest
from django.urls import reverse

from config.demo import world
from config.demo.agents import CASES
from config.demo.cases import scripts
from config.demo.load import load_world
from escalations.api.serializers import CaseIn, MessageMore
from escalations.handoff import completeness, missing_parts
from escalations.selectors.policy import live_policy


def test_the_intake_accepts_every_body_of_the_stream() -> None:
    for script in itertools.islice(scripts(21), 600):
        checked = CaseIn(data=script.body)
        assert checked.is_valid(), (script.scenario, checked.errors)


def test_the_intake_accepts_every_follow_up() -> None:
    for script in itertools.islice(scripts(22), 400):
        for follow in script.follow_ups:
            checked = MessageMore(data={"author": follow.author, "text": follow.text})
            assert checked.is_valid(), checked.errors


def test_most_packages_are_complete_and_some_name_what_is_missing() -> None:
    """R069, R070"""
    packages = [script.body["handoff"] for script in itertools.islice(scripts(23), 600)]
    whole = [package for package in packages if completeness(package) == 1.0]
    assert 0.9 <= len(whole) / len(packages) < 1
    assert {"summary", "open_question", "known_facts"} <= {
        part for p in packages for part in missing_parts(p)
    }


def test_the_agents_post_to_the_address_that_the_api_has() -> None:
    assert reverse("api:cases") == CASES


@pytest.mark.django_db
def test_the_agents_of_a_fresh_world_have_tokens_and_know_the_policy_in_force(tmp_path: Path) -> None:
    """Otherwise every case of the first burst would count as made under an older policy (R090)."""
    tokens = tmp_path / "tokens.json"
    load_world(tokens)
    assert str(live_policy().number) == world.POLICY_VERSION
    assert set(json.loads(tokens.read_text())) == {agent.name for agent in world.AGENTS}
    assert tokens.stat().st_mode & 0o777 == 0o600
