"""Who else has a case on the screen: a set per case in Redis, each entry gone by itself when its page falls silent."""

import time

from redis.asyncio import Redis

from accounts.hints import CHANNEL
from accounts.tickets import Ticket

SECONDS = 50.0
"""A page that shows a case says so every 20 s."""
LOOKS, LEFT = "1", "0"


async def look(redis: Redis, case: str, who: Ticket, *, how: str) -> list[str]:
    """The names of the others who look at the case. `how`: LOOKS and LEFT enter and remove the asker; all else asks.

    Whoever comes or goes is hinted to the others as `look:<case>`.
    """
    key, member, now = f"live:look:{case}", f"{who.person}|{who.name}", time.time()
    async with redis.pipeline(transaction=False) as pipe:
        pipe.zremrangebyscore(key, "-inf", now)
        if how == LOOKS:
            pipe.zadd(key, {member: now + SECONDS})
        elif how == LEFT:
            pipe.zrem(key, member)
        pipe.expire(key, int(2 * SECONDS))
        pipe.zrange(key, 0, 19)
        answers = await pipe.execute()
    if how in (LOOKS, LEFT) and answers[1]:
        await redis.publish(CHANNEL, f"look:{case}")
    entries = (one.decode().partition("|") for one in answers[-1])
    return [name for person, _, name in entries if person != str(who.person)]
