"""The live process inside a test, and a client that reads its stream."""

import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from django.conf import settings
from redis import Redis

from accounts import hints, tickets
from config.live.app import Live
from config.live.serve import LiveServer

ORIGIN = "http://desk.test"


def hushed() -> None:
    """Wait until what earlier tests wished to say is said: a browser that comes now hears only what is said now."""
    listener: Any = Redis.from_url(settings.REDIS_URL).pubsub()  # type: ignore[no-untyped-call]
    listener.subscribe(hints.CHANNEL)
    until(lambda: listener.get_message(timeout=1))  # the subscription itself
    last = f"hush:{uuid.uuid4()}"
    hints._post.put((last,))
    until(lambda: last in str(listener.get_message(timeout=1)))
    listener.close()


class Process:
    """`Live` behind uvicorn in a thread of its own, on a free port."""

    def __init__(self, redis_url: str = "") -> None:
        self.live = Live(redis_url or settings.REDIS_URL)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.server = LiveServer(self.live, log_level="error")
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],), daemon=True)

    def __enter__(self) -> "Process":
        self.thread.start()
        until(lambda: self.server.started and self.live.hub.alive)
        return self

    def __exit__(self, *error: object) -> None:
        self.server.should_exit = True
        self.thread.join(5)
        self.socket.close()

    @property
    def streams(self) -> int:
        """How many browsers listen."""
        return len(self.live.hub.streams)


def ticket(*topics: str, person: int = 7, name: str = "Maria L.", session: str = "s") -> str:
    """A ticket as Django would issue it."""
    return tickets.issue(person=person, name=name, session_key=session, origin=ORIGIN, topics=topics)


@contextmanager
def stream(url: str, text: str, key: str = "") -> Iterator[Iterator[dict[str, int]]]:
    """The moved topics of each event, as a browser gets them."""
    with httpx.stream("GET", f"{url}/live/stream", params={"t": text, "s": key}, timeout=30) as answer:
        assert answer.status_code == 200, answer.status_code
        lines = answer.iter_lines()
        yield (json.loads(line[6:]) for line in lines if line.startswith("data: "))


def until(true: object, seconds: float = 30.0) -> None:
    """Wait until a callable answers something true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():  # type: ignore[operator]
            return
        time.sleep(0.02)
    raise AssertionError("never true")
