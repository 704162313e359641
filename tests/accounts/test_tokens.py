"""Tokens of AI agents (R077, R078; safety T6)."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db.models.functions import Now
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import AgentToken, AIAgent, Event, User
from accounts.services.agents import create_agent, suspend_agent
from accounts.services.tokens import agent_of_token, digest_of, issue_token, revoke_token
from tests.cast import Cast
from tests.escalations.bodies import faq
from tests.robot import CASES, Robot

pytestmark = pytest.mark.django_db


def test_a_token_is_random_shown_once_and_kept_only_as_a_hash(cast: Cast) -> None:
    issued = issue_token(agent=cast.acme_bot, actor=cast.adam)
    key_id, _, secret = issued.plain.removeprefix("hr_").partition("_")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret)
    assert bytes(issued.token.digest) == digest_of(secret)
    kept = " ".join(str(row) for row in AgentToken.objects.values_list())
    told = " ".join(str(row) for row in Event.objects.values_list("data", "body"))
    assert secret not in kept + told
    assert key_id in told


def test_a_live_token_says_whose_it_is_in_one_statement(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    agent_of_token(cast.token())  # notes the use
    with django_assert_num_queries(1):
        agent = agent_of_token(cast.token())
    assert agent == cast.acme_bot


def test_the_use_of_a_token_is_noted_once_a_minute(cast: Cast) -> None:
    token = AgentToken.objects.filter(agent=cast.acme_bot)
    agent_of_token(cast.token())
    first = token.get().last_used_at
    agent_of_token(cast.token())
    assert token.get().last_used_at == first
    token.update(last_used_at=Now() - timedelta(seconds=61))
    agent_of_token(cast.token())
    assert token.filter(last_used_at__gt=first).exists()


def spoil(cast: Cast, how: str) -> str:
    """Make the token of Acme's bot worthless in one way; the token to show."""
    plain, bot = cast.token(), AIAgent.objects.filter(name="acme-bot")
    match how:
        case "unknown":
            return "hr_000000000000_" + "A" * 43
        case "wrong secret":
            return plain[:-4] + "AAAA"
        case "no prefix":
            return plain.removeprefix("hr_")
        case "not a token":
            return "letmein"
        case "huge":
            return plain + "A" * 5000
        case "expired":
            AgentToken.objects.filter(agent__in=bot).update(expires_at=Now())
        case "revoked":
            revoke_token(token=AgentToken.objects.get(agent__in=bot), actor=cast.adam)
        case "suspended":
            suspend_agent(agent=bot.get(), actor=cast.adam)
        case "owner gone":
            User.objects.filter(owned_agents__in=bot).update(is_active=False)
        case "client closed":
            type(cast.acme).objects.filter(pk=cast.acme.pk).update(is_active=False)
    return plain


SPOILED = (
    "unknown", "wrong secret", "no prefix", "not a token", "huge", "expired", "revoked", "suspended",
    "owner gone", "client closed",
)  # fmt: skip


@pytest.mark.parametrize("how", SPOILED)
def test_a_token_that_is_not_good_gets_the_same_answer_whatever_is_wrong_with_it(
    cast: Cast, how: str
) -> None:
    """R077, R078: with the next request, and nothing is kept."""
    assert Robot(cast.token()).get("00000000-0000-0000-0000-000000000000").status_code == 404
    answer = Robot(spoil(cast, how)).post(faq())
    without = Browser().post(CASES, faq(), content_type="application/json")
    assert answer.status_code == without.status_code == 401
    assert answer.content == without.content
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "Token hr_x_y", "Bearer a b", "Bearer é"]
)
def test_a_malformed_authorization_header_is_401_not_500(cast: Cast, header: str) -> None:
    assert Browser(headers={"authorization": header}).get(CASES).status_code == 401


def test_two_tokens_are_enough_to_change_over_a_third_is_refused(cast: Cast) -> None:
    second = issue_token(agent=cast.acme_bot, actor=cast.adam)
    with pytest.raises(Conflict):
        issue_token(agent=cast.acme_bot, actor=cast.adam)
    revoke_token(token=second.token, actor=cast.adam)
    issue_token(agent=cast.acme_bot, actor=cast.adam)


@pytest.mark.parametrize("days", [0, -1, 91])
def test_no_token_lives_forever(cast: Cast, days: int) -> None:
    """R077."""
    with pytest.raises(Invalid):
        issue_token(agent=cast.birch_bot, actor=None, days=days)


@pytest.mark.parametrize("name", ["finn", "sunny", "cora", "quinn", "audrey", "stan"])
def test_only_who_manages_agents_makes_or_stops_them(cast: Cast, name: str) -> None:
    person = cast.person(name)
    with pytest.raises(NotAllowed):
        issue_token(agent=cast.acme_bot, actor=person)
    with pytest.raises(NotAllowed):
        suspend_agent(agent=cast.acme_bot, actor=person)
    with pytest.raises(NotAllowed):
        create_agent(name="mine", client=cast.acme, owner=person, actor=person)


def test_an_ai_agent_cannot_sign_in(cast: Cast) -> None:
    """R078: it is no user, has no password, and its token opens no page."""
    assert authenticate(email="acme-bot", password=cast.token()) is None
    page = Browser(headers={"authorization": f"Bearer {cast.token()}"}).get("/")
    assert page.status_code == 302
    assert "/accounts/login/" in page["Location"]


def test_an_agent_has_an_owner_who_works_here_and_a_name_of_its_own(cast: Cast) -> None:
    cast.stan.is_active = False
    with pytest.raises(Invalid):
        create_agent(name="late", client=cast.acme, owner=cast.stan, actor=None)
    with pytest.raises(Invalid):
        create_agent(name="no spaces please", client=cast.acme, owner=cast.sunny, actor=None)
    with pytest.raises(Conflict):
        create_agent(name="acme-bot", client=cast.acme, owner=cast.sunny, actor=None)


def test_create_agent_prints_a_token_that_works(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command(
        "create_agent",
        "night-bot",
        client="acme",
        owner="Sunny@example.test",
        tools="a, b",
        case_types="faq_chat",
    )
    plain = capsys.readouterr().out.strip()
    agent = agent_of_token(plain)
    assert agent is not None
    assert (agent.name, agent.tools, agent.case_types) == ("night-bot", ["a", "b"], ["faq_chat"])
    assert Robot(plain).post(faq()).status_code == 202


def test_issue_and_revoke_from_the_command_line(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("issue_token", "birch-bot", client="birch")
    plain = capsys.readouterr().out.strip()
    assert agent_of_token(plain) == cast.birch_bot
    call_command("revoke_token", plain.split("_")[1])
    assert agent_of_token(plain) is None
