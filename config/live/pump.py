"""One Redis subscription per process; every message goes to the hub."""

import asyncio
import logging
import random
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from accounts.hints import CHANNEL, KICK
from config.live.hub import Hub

HEAR = "live:hear"
"""`<stream> <case> ...`: told to all processes, for only one of them has that stream."""
SILENCE = 15.0
"""Seconds after which a quiet connection is asked whether it lives."""
log = logging.getLogger("handrail.live")


async def pump(hub: Hub, redis: Redis) -> None:
    """Runs for ever. While Redis is away the hub is deaf, and browsers poll."""
    while True:
        try:
            await _listen(hub, redis)
        except (RedisError, OSError, TimeoutError) as error:
            if hub.alive:
                log.warning("live hints: Redis is away (%s); browsers poll", type(error).__name__)
            hub.deaf()
            await asyncio.sleep(0.5 + random.random())  # noqa: S311 - jitter


async def _listen(hub: Hub, redis: Redis) -> None:
    async with redis.pubsub() as heard:
        await heard.psubscribe("live:*")
        hub.listening()
        asked = False
        while True:
            message = await heard.get_message(ignore_subscribe_messages=True, timeout=SILENCE)
            if message is not None:
                asked = False
                if message["type"] != "pmessage":
                    continue
                _dispatch(hub, message["channel"].decode(), message["data"].decode())
            elif asked:  # no answer to the question either: the peer is gone without a word
                raise TimeoutError
            else:
                asked = True
                await heard.ping()


def _dispatch(hub: Hub, channel: str, text: str) -> None:
    words = text.split()
    match channel:
        case _ if channel == CHANNEL:
            hub.moved(words)
        case _ if channel == KICK and words and words[0].isdecimal():
            hub.kick(int(words[0]))
        case _ if channel == HEAR and words:
            hub.hear(words[0], [one for one in words[1:] if _is_id(one)])


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
