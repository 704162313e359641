"""Hints leave after the commit, without the caller waiting; moves hint whoever shows the case."""

import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from redis import ConnectionError as RedisIsAway
from redis import Redis

from accounts import hints
from accounts.hints import CHANNEL, hint
from reviews.services.claim import claim_case
from reviews.services.lease import release_case
from tests.cast import Cast
from tests.live.server import until
from tests.reviews.makers import waiting


class Heard:
    """Everything that was published since, as topics."""

    def __init__(self) -> None:
        self.pubsub = Redis.from_url(settings.REDIS_URL).pubsub()  # type: ignore[no-untyped-call]
        self.pubsub.psubscribe("live:*")
        self.messages: list[set[str]] = []
        until(lambda: self.pubsub.get_message(timeout=1))  # the subscription itself

    def has(self, *topics: str) -> bool:
        """Have all of them been said by now?"""
        while (message := self.pubsub.get_message(timeout=0.01)) is not None:
            self.messages.append(set(message["data"].decode().split()))
        return set(topics) <= set().union(*self.messages)


@pytest.fixture
def heard() -> Iterator[Heard]:
    """A listener."""
    listener = Heard()
    yield listener
    listener.pubsub.close()


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, in a database that commits."""
    return Cast()


def test_a_claim_is_hinted_to_the_case_its_queue_its_holder_and_the_board(cast: Cast, heard: Heard) -> None:
    """R061, R103."""
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    heard.messages.clear()
    claim_case(case=case, actor=cast.sunny)
    until(lambda: heard.has(f"case:{case.pk}", f"queue:{case.queue_id}", f"me:{cast.sunny.pk}", "board"))
    case.refresh_from_db()
    release_case(case=case, actor=cast.sunny)
    heard.messages.clear()
    until(lambda: heard.has(f"case:{case.pk}", f"me:{cast.sunny.pk}"))


def test_nothing_is_said_when_nothing_was_committed(transactional_db: None, heard: Heard) -> None:
    with transaction.atomic():
        hint("never:1")
        transaction.set_rollback(True)
    hint("after:1")
    until(lambda: heard.has("after:1"))
    assert not heard.has("never:1")


def test_many_hints_at_once_are_one_message(transactional_db: None, heard: Heard) -> None:
    for _ in range(50):
        hint("many:1", "many:2")
    until(lambda: heard.has("many:1", "many:2"))
    assert sum("many:1" in message for message in heard.messages) < 10


def test_a_hint_costs_no_statement_and_no_wait_even_while_redis_is_away(transactional_db: None) -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        post = hints.Post()
        with CaptureQueriesContext(transaction.get_connection()) as queries:
            begun, worked = time.monotonic(), time.thread_time()
            for number in range(3000):
                post.put((f"case:{number}", "board"))
            spent, waited = time.thread_time() - worked, time.monotonic() - begun
    assert len(queries) == 0
    assert spent < 1.5, "0.5 ms of work each would be far too much; microseconds are usual"
    assert waited < 30, "10 ms each, however busy the machine"
    assert len(post.topics) <= hints.MOST + 1


def test_a_hint_that_no_redis_took_is_dropped_and_the_next_one_arrives(
    transactional_db: None, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints, "PAUSE", 0.05)
    refused: list[str] = []
    post, said = hints.Post(), hints.say

    def away(connection: object, channel: str, text: str) -> None:
        if "lost:1" in text.split():  # not what an earlier test's thread still has to say
            refused.append(text)
            raise RedisIsAway
        said(connection, channel, text)

    monkeypatch.setattr(hints, "say", away)
    post.put(("lost:1",))
    until(lambda: refused)
    post.put(("kept:1",))
    until(lambda: heard.has("kept:1"))
    assert not heard.has("lost:1")
    assert CHANNEL == "live:hints"
