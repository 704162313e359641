"""The demo's cases: many, distinct, complete, pointing at what they claim to have read."""

import itertools
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from config.demo import world
from config.demo.cases import MIX, Script, scripts, stream
from escalations.choices import Author, Channel, ReasonCode

NOW = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
SCRIPTS = list(itertools.islice(scripts(5, NOW), 1200))
KEYS = {"external_id", "case_type", "channel", "subject", "messages", "customer", "fields", "handoff"}
HANDOFF = {
    "schema",
    "summary",
    "intent",
    "confidence",
    "proposed",
    "steps",
    "told_customer",
    "known_facts",
    "open_question",
    "reasons",
    "agent_version",
    "policy_version",
}


def ids(script: Script) -> str:
    return f"{script.scenario}-{script.body['external_id']}"


def test_several_hundred_cases_have_several_hundred_texts() -> None:
    texts = ["\n".join(m["text"] for m in script.body["messages"]) for script in SCRIPTS]
    assert len(set(texts)) > 0.97 * len(texts)  # only clients may share a plain question
    assert len({script.body["external_id"] for script in SCRIPTS}) == len(SCRIPTS)
    assert len({json.dumps(script.body, sort_keys=True) for script in SCRIPTS}) == len(SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS[:300], ids=ids)
def test_every_span_points_at_its_value(script: Script) -> None:
    """R003"""
    messages = script.body["messages"]
    for field in script.body["fields"]:
        if "source" in field:
            place = field["source"]
            text = messages[place["message"]]["text"]
            assert text[place["start"] : place["end"]] == field["value"]
        assert 0 <= field["confidence"] <= 1


def test_every_body_has_the_shape_of_the_intake_api() -> None:
    for script in SCRIPTS:
        body = script.body
        assert set(body) == KEYS
        assert json.loads(json.dumps(body)) == body
        assert body["channel"] in Channel.values
        assert body["messages"]
        assert {m["author"] for m in body["messages"]} <= set(Author.values)
        assert set(body["handoff"]) <= HANDOFF
        assert body["handoff"]["schema"] == "handoff/1"
        assert 0 <= body["handoff"]["confidence"] <= 1
        assert set(body["handoff"]["reasons"]) <= set(ReasonCode.values)
        assert len(body["subject"]) <= 300


def test_messages_and_steps_stand_in_order_shortly_before_now() -> None:
    for script in SCRIPTS:
        times = [datetime.fromisoformat(m["at"]) for m in script.body["messages"]]
        times += [datetime.fromisoformat(step["at"]) for step in script.body["handoff"].get("steps", [])]
        assert all(at.tzinfo is not None for at in times)
        assert times == sorted(times)
        assert NOW - timedelta(days=2) < times[0] <= times[-1] <= NOW


def test_every_agent_posts_only_what_it_may() -> None:
    """R077, and every case type of the world is used."""
    agents = {agent.name: agent for agent in world.AGENTS}
    used = set()
    for script in SCRIPTS:
        agent = agents[script.agent]
        kind = world.case_type(script.client, script.body["case_type"])
        assert agent.client == script.client
        assert kind.slug in agent.case_types
        assert script.body["channel"] in kind.channels
        assert {step["tool"] for step in script.body["handoff"]["steps"]} <= set(agent.grants)
        used.add((kind.client, kind.slug))
    assert used == {(kind.client, kind.slug) for kind in world.CASE_TYPES}


def test_harmless_cases_are_two_fifths_to_a_half_and_within_grants_and_limits() -> None:
    """They are what the AI may settle: required fields found, the declared steps done, the tool granted."""
    agents = {agent.name: agent for agent in world.AGENTS}
    harmless = [script for script in SCRIPTS if script.band == "ai"]
    assert 0.40 <= len(harmless) / len(SCRIPTS) <= 0.55
    for script in harmless:
        kind = world.case_type(script.client, script.body["case_type"])
        found = {field["name"]: field["confidence"] for field in script.body["fields"]}
        assert kind.autonomy == "autonomous"
        assert kind.risk == "low"
        for name in kind.required_fields:
            assert found[name] >= kind.field_thresholds[name]
        assert script.body["handoff"]["proposed"]["action"] in agents[script.agent].grants
        taken = [step["tool"] for step in script.body["handoff"]["steps"]]
        assert [tool for tool in taken if tool in kind.process] == list(kind.process)


def test_every_reason_that_a_case_can_carry_in_is_represented() -> None:
    """The other three come from elsewhere: the clock, the random draw, a person's flag."""
    aims = {aim for script in SCRIPTS for aim in script.aims}
    elsewhere = {"SLA_AT_RISK", "RANDOM_AUDIT", "MANUAL_FLAG"}
    assert aims == set(ReasonCode.values) - elsewhere


def test_all_four_bands_and_all_scenarios_come_up() -> None:
    bands = Counter(script.band for script in SCRIPTS)
    assert set(bands) == {"ai", "hybrid", "human", "distress"}
    assert min(bands.values()) >= 20
    assert {script.scenario for script in SCRIPTS} == {scenario.__name__ for _, scenario, _ in MIX}


def test_a_disputed_charge_shows_both_statuses_and_an_action_beyond_the_grant() -> None:
    """R027"""
    agents = {agent.name: agent for agent in world.AGENTS}
    disputed = [script for script in SCRIPTS if script.scenario == "ledger_says_completed"]
    assert disputed
    for script in disputed:
        statuses = [f for f in script.body["fields"] if f["name"] == "charge_status"]
        assert len({f["value"] for f in statuses}) == 2
        assert sum("source" in f for f in statuses) == 1
        assert script.body["handoff"]["proposed"]["action"] not in agents[script.agent].grants


def test_an_invoice_mismatch_brings_a_table_and_an_unsent_mail_that_names_the_lines() -> None:
    """R074"""
    faults = set()
    for script in SCRIPTS:
        if script.scenario != "mismatched_invoice":
            continue
        handoff = script.body["handoff"]
        matched = next(step for step in handoff["steps"] if step["tool"] == "match_lines")["result"]
        bad = [row for row in matched["lines"] if row["verdict"] == "mismatch"]
        mail = handoff["proposed"]["arguments"]["text"]
        for row in bad:
            assert f"line {row['line']} ({row['item']})" in mail
            faults.update(row["differs"])
        assert bad or "tax" in mail or "vendor" in mail
        read = {f["name"]: f["value"] for f in script.body["fields"]}
        assert any(read[name] != value for name, value in matched["record"].items())
        assert handoff["proposed"]["action"] == "send_vendor_email"
    assert faults == {"price", "quantity"}


def test_some_packages_are_incomplete_and_some_customers_write_again() -> None:
    """R069, R004; one follow-up at least shows distress (R033)."""
    incomplete = [s for s in SCRIPTS if set(s.body["handoff"]) != HANDOFF]
    assert 5 < len(incomplete) < len(SCRIPTS) / 10
    later = [follow.text for s in SCRIPTS for follow in s.follow_ups]
    assert any("desperate" in text or "in tears" in text or "terrified" in text for text in later)


def test_payments_on_hold_lie_far_outside_the_history_that_comes_with_them() -> None:
    """R029"""
    for script in SCRIPTS:
        if script.scenario == "outlying_payment":
            amount = float(next(f["value"] for f in script.body["fields"] if f["name"] == "amount"))
            assert amount > 10 * max(float(past) for past in script.body["customer"]["past_amounts"])


def test_hostile_texts_are_among_them_and_reach_the_body_as_written() -> None:
    longer = itertools.islice(stream(5, NOW), 4000)
    texts = [m["text"] for body in longer for m in body["messages"]]
    for needle in ("<script>", "hx-post=", "Ignore all previous instructions", "{{ 7*7 }}"):
        assert any(needle in text for text in texts), needle


def test_the_stream_is_the_same_for_the_same_seed() -> None:
    again = list(itertools.islice(stream(5, NOW), 50))
    assert again == [script.body for script in SCRIPTS[:50]]
    other = list(itertools.islice(stream(6, NOW), 50))
    assert other != again


def test_addresses_and_phone_numbers_are_reserved_for_fiction() -> None:
    for script in SCRIPTS:
        customer = script.body["customer"]
        assert customer["email"].rsplit("@", 1)[1].startswith("example.")
        assert customer["phone"].startswith(("+1 212 555 01", "020 7946 0", "03 5550 "))
