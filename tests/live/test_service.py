"""The live process: who hears what, who does not, and what happens when Redis goes."""

import uuid
from urllib.parse import quote

import httpx
import pytest
from django.conf import settings
from redis import Redis

from accounts import tickets
from accounts.hints import CHANNEL, KICK
from tests.live.server import ORIGIN, Process, stream, ticket, until


@pytest.fixture
def redis() -> Redis:
    """Whoever publishes."""
    return Redis.from_url(settings.REDIS_URL)


def test_a_stream_says_what_stands_and_then_what_moves(process: Process, redis: Redis) -> None:
    """R061: boards hear at once that something moved, and fetch it: a hint says nothing but topic and version."""
    with stream(process.url, ticket("board", "me:7")) as events:
        first = next(events)
        assert set(first) == {"board", "me:7"}
        redis.publish(CHANNEL, "board me:8 case:none")
        moved = next(events)
        assert set(moved) == {"board"}
        assert moved["board"] > first["board"]


def test_what_moves_within_half_a_second_goes_together(process: Process, redis: Redis) -> None:
    with stream(process.url, ticket("board", "me:7", "queue:3")) as events:
        next(events)
        redis.publish(CHANNEL, "board")
        next(events)
        for _ in range(20):
            redis.publish(CHANNEL, "me:7 queue:3")
        assert set(next(events)) == {"me:7", "queue:3"}


def test_a_move_between_queues_tells_every_queue(process: Process, redis: Redis) -> None:
    with stream(process.url, ticket("queue:3", "queue:4", "board")) as events:
        next(events)
        redis.publish(CHANNEL, "queue:*")
        assert set(next(events)) == {"queue:3", "queue:4"}


def test_nobody_hears_without_a_fresh_ticket(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    old = ticket("board")
    assert httpx.get(f"{process.url}/live/stream?t=forged").status_code == 403
    assert httpx.get(f"{process.url}/live/versions?t={old[:-2]}xx").status_code == 403
    monkeypatch.setattr(tickets, "STREAM_SECONDS", -1)
    assert httpx.get(f"{process.url}/live/stream?t={quote(old)}").status_code == 403
    assert httpx.get(f"{process.url}/live/versions?t={quote(old)}").status_code == 200


def test_only_the_page_that_asked_for_the_ticket_may_read_the_answer(process: Process) -> None:
    answer = httpx.get(f"{process.url}/live/versions", params={"t": ticket("board")})
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["cache-control"] == "private, no-cache"


def test_polling_carries_the_same_versions_and_costs_nothing_when_nothing_moved(
    process: Process, redis: Redis
) -> None:
    asked = {"t": ticket("board")}
    first = httpx.get(f"{process.url}/live/versions", params=asked)
    tag = {"If-None-Match": first.headers["etag"]}
    assert httpx.get(f"{process.url}/live/versions", params=asked, headers=tag).status_code == 304
    redis.publish(CHANNEL, "board")
    until(lambda: httpx.get(f"{process.url}/live/versions", params=asked, headers=tag).status_code == 200)


def test_a_page_hears_its_case_by_the_pass_it_carries_and_no_other(process: Process, redis: Redis) -> None:
    """A pass of another sign-in opens nothing."""
    mine, other = str(uuid.uuid4()), str(uuid.uuid4())
    text, session = ticket("me:7"), tickets.mark_of("s")
    with stream(process.url, text, key="browser") as events:
        next(events)
        passes = [tickets.case_pass(session, mine), tickets.case_pass(tickets.mark_of("t"), other)]
        httpx.get(f"{process.url}/live/hear", params={"t": text, "s": "browser", "c": passes})
        until(lambda: f"case:{mine}" in process.live.hub.listeners)
        assert f"case:{other}" not in process.live.hub.listeners
        redis.publish(CHANNEL, f"case:{other} case:{mine}")
        assert set(next(events)) == {f"case:{mine}"}


def test_two_who_look_at_a_case_see_each_other_and_not_themselves(process: Process) -> None:
    """And no longer once they leave."""
    case = str(uuid.uuid4())

    def look(person: int, name: str, how: str) -> list[str]:
        asked = {
            "t": ticket(f"me:{person}", person=person, name=name),
            "c": tickets.case_pass(tickets.mark_of("s"), case),
            "look": how,
        }
        found: list[str] = httpx.get(f"{process.url}/live/hear", params=asked).json()["others"]
        return found

    assert look(1, "Rey D.", "1") == []
    assert look(2, "Maria L.", "1") == ["Rey D."]
    assert look(1, "Rey D.", "1") == ["Maria L."]
    look(2, "Maria L.", "0")
    assert look(1, "Rey D.", "1") == []


def test_whoever_is_signed_out_loses_the_stream_at_once(process: Process, redis: Redis) -> None:
    with stream(process.url, ticket("me:7", person=7)) as events:
        next(events)
        redis.publish(KICK, "7")
        assert list(events) == []
    until(lambda: process.streams == 0)


def test_without_redis_streams_end_and_browsers_are_told_to_poll(process: Process, redis: Redis) -> None:
    """A page must not believe that all is quiet while nothing can reach it."""
    with stream(process.url, ticket("board")) as events:
        next(events)
        for client in [one for one in redis.client_list(_type="pubsub") if one["name"] == process.live.name]:
            redis.client_kill_filter(_id=client["id"])
        assert list(events) == []
    until(lambda: process.live.hub.alive)
    with stream(process.url, ticket("board")) as events:
        assert set(next(events)) == {"board"}


def test_a_process_that_never_reached_redis_offers_polling_only() -> None:
    deaf = Process("redis://127.0.0.1:1/0")
    deaf.thread.start()
    until(lambda: deaf.server.started)
    try:
        asked = {"t": ticket("board")}
        assert httpx.get(f"{deaf.url}/live/stream", params=asked).status_code == 204
        assert httpx.get(f"{deaf.url}/live/versions", params=asked).status_code == 503
    finally:
        deaf.__exit__()


def test_other_addresses_are_not_its_business(process: Process) -> None:
    assert httpx.get(f"{process.url}/cases/HT-1/").status_code == 404
