"""The ASGI application: /live/stream, /live/versions, /live/hear. All else goes to `inner`, if there is one."""

import asyncio
import contextlib
import json
import os
import random
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qs
from zlib import crc32

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from accounts import tickets
from accounts.tickets import Ticket
from config.live.hub import MOST_CASES, Hub, Stream
from config.live.looking import look
from config.live.pump import HEAR, pump

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Inner = Callable[[Message, Receive, Send], Awaitable[None]]

LIFE, JITTER = 300.0, 60.0
"""Seconds a stream lives, and up to so many more: then the browser comes with a new ticket."""
GAP = 0.5
"""Least seconds between two messages on one stream; what moves in between goes together."""
KEEP_ALIVE = 20.0


class Live:
    """Call `start` from a running event loop (the ASGI lifespan does) before requests come."""

    def __init__(self, redis_url: str, inner: Inner | None = None) -> None:
        self.inner = inner
        self.hub = Hub()
        self.name = f"live-{os.getpid()}-{id(self):x}"
        self.redis = _client(redis_url, self.name) if redis_url else None
        self.pump: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen to Redis; once."""
        if self.pump is None and self.redis is not None:
            self.pump = asyncio.create_task(pump(self.hub, self.redis))

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._lifespan(scope, receive, send)
        if scope["type"] == "http" and (answer := _DOORS.get(scope["path"])):
            self.start()
            return await answer(self, scope, receive, send)
        if self.inner is not None:
            return await self.inner(scope, receive, send)
        return await _answer(send, 404)

    async def _lifespan(self, scope: Message, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.pump is not None:
                    self.pump.cancel()
                self.hub.deaf()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def stream(self, scope: Message, receive: Receive, send: Send) -> None:
        """Server-sent events: what stands now, then what moves. 403: get a ticket; 204: poll."""
        asked = _query(scope)
        ticket = tickets.read(asked.get("t", ""), tickets.STREAM_SECONDS)
        if ticket is None:
            return await _answer(send, 403, origin=b"*")
        origin = ticket.origin.encode()
        if not self.hub.alive:  # 204 also tells EventSource not to try again by itself
            return await _answer(send, 204, origin=origin)
        stream = Stream(asked.get("s", "")[:40] or str(id(scope)), ticket.person, ticket.topics)
        watch = asyncio.create_task(_gone(receive, stream))
        self.hub.open(stream)
        try:
            await _begin(send, origin)
            await _event(send, self.hub.state(stream.topics))
            await _flow(send, stream, self.hub)
            await send({"type": "http.response.body", "body": b""})
        finally:
            watch.cancel()
            self.hub.close(stream)
        return None

    async def versions(self, scope: Message, receive: Receive, send: Send) -> None:
        """The same for whoever polls: {topic: version}, 304 when nothing moved, 503 when this process hears nothing."""
        asked = _query(scope)
        ticket = tickets.read(asked.get("t", ""), tickets.POLL_SECONDS)
        if ticket is None:
            return await _answer(send, 403, origin=b"*")
        origin = ticket.origin.encode()
        if not self.hub.alive:
            return await _answer(send, 503, origin=origin)
        topics = (*ticket.topics, *(f"case:{case}" for case in _cases(ticket, asked)))
        body = json.dumps(self.hub.state(topics), separators=(",", ":")).encode()
        tag = b'"%x"' % crc32(body)
        if (b"if-none-match", tag) in scope["headers"]:
            return await _answer(send, 304, origin=origin, headers=[(b"etag", tag)])
        return await _answer(send, 200, body, origin=origin, headers=[(b"etag", tag)])

    async def hear(self, scope: Message, receive: Receive, send: Send) -> None:
        """A page shows cases: its stream `s` shall hear them, and who else looks at the first is answered."""
        asked = _query(scope)
        ticket = tickets.read(asked.get("t", ""), tickets.POLL_SECONDS)
        if ticket is None:
            return await _answer(send, 403, origin=b"*")
        cases, others, redis = _cases(ticket, asked), [], self.redis
        if cases and redis is not None and self.hub.alive:
            with contextlib.suppress(RedisError, OSError):
                if asked.get("s"):
                    await redis.publish(HEAR, " ".join((asked["s"][:40], *cases)))
                others = await look(redis, cases[0], ticket, how=asked.get("look", ""))
        state = self.hub.state(f"case:{case}" for case in cases)
        body = json.dumps({"others": others, "v": state}).encode()
        return await _answer(send, 200, body, origin=ticket.origin.encode())


_DOORS = {"/live/stream": Live.stream, "/live/versions": Live.versions, "/live/hear": Live.hear}


def _client(url: str, name: str) -> Redis:
    """Fails at once: a connection that came back by itself would hide what was said meanwhile."""
    never = Retry(NoBackoff(), 0)
    return Redis.from_url(url, client_name=name, socket_connect_timeout=2, socket_timeout=None, retry=never)


async def _flow(send: Send, stream: Stream, hub: Hub) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + LIFE + random.random() * JITTER  # noqa: S311 - jitter
    while not stream.over and (left := end - loop.time()) > 0:
        try:
            async with asyncio.timeout(min(KEEP_ALIVE, left)):
                await stream.wake.wait()
        except TimeoutError:
            await send({"type": "http.response.body", "body": b": here\n\n", "more_body": True})
            continue
        stream.wake.clear()
        if stream.pending and not stream.over:
            moved, stream.pending = stream.pending, set()
            await _event(send, hub.state(moved))
            await asyncio.sleep(GAP)


async def _gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _begin(send: Send, origin: bytes) -> None:
    headers = [(b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no"), *_shared(origin)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _event(send: Send, moved: dict[str, int]) -> None:
    body = b"event: v\ndata: " + json.dumps(moved, separators=(",", ":")).encode() + b"\n\n"
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _answer(
    send: Send,
    status: int,
    body: bytes = b"",
    *,
    origin: bytes = b"",
    headers: Iterable[tuple[bytes, bytes]] = (),
) -> None:
    kind = [(b"content-type", b"application/json")] if body else []
    size = [] if status in (204, 304) else [(b"content-length", str(len(body)).encode())]
    whole = [*kind, *size, *_shared(origin), *headers]
    await send({"type": "http.response.start", "status": status, "headers": whole})
    await send({"type": "http.response.body", "body": body})


def _shared(origin: bytes) -> list[tuple[bytes, bytes]]:
    """Only the page whose origin the ticket names may read the answer, and no cache keeps it unasked."""
    headers = [(b"cache-control", b"private, no-cache"), (b"x-content-type-options", b"nosniff")]
    return headers + ([(b"access-control-allow-origin", origin), (b"vary", b"Origin")] if origin else [])


def _query(scope: Message) -> dict[str, str]:
    """The first value of each parameter; `c` may stand several times, then joined by spaces."""
    found = parse_qs(scope["query_string"].decode("latin-1"))
    return {name: " ".join(values) if name == "c" else values[0] for name, values in found.items()}


def _cases(ticket: Ticket, asked: dict[str, str]) -> list[str]:
    """Ids of the cases whose passes were shown."""
    passes = asked.get("c", "").split()[:MOST_CASES]
    return [case for one in passes if (case := tickets.case_in(ticket.session, one))]
