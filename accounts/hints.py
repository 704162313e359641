"""Hints: "topic X moved". They carry no data, may be lost, and nobody waits for them.

A browser that hears one fetches what it shows anew, through the view that checks its rights as always. Topics:
`case:<id>`, `queue:<id>` (`queue:*` for all), `me:<user>`, `alerts:<user>`, `plants:<user>`, `board`. See
config/live for who listens.
"""

import os
import threading
import time
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from redis import Redis, RedisError

CHANNEL, KICK = "live:hints", "live:kick"
GATHER = 0.1
"""Seconds in which hints are gathered: one message for all, each topic once."""
MOST = 2000
"""Topics kept while Redis is slow; more are dropped, as all are while it is away."""
PAUSE = 1.0


class Post:
    """Sends from a thread of its own, which the first hint starts; a forked process starts its own."""

    def __init__(self) -> None:
        self.topics: set[str] = set()
        self.kicked: set[str] = set()
        self.some = threading.Event()
        self.starting = threading.Lock()
        self.pid = 0

    def put(self, topics: tuple[str, ...]) -> None:
        """Take topics along with the next message; never waits, never raises."""
        if len(self.topics) < MOST:
            self.topics.update(topics)
        self.wake()

    def kick(self, person: int) -> None:
        """End that person's streams with the next message."""
        self.kicked.add(str(person))
        self.wake()

    def wake(self) -> None:
        """Let the thread run, and see that there is one."""
        self.some.set()
        if self.pid != os.getpid():
            self._start()

    def _start(self) -> None:
        with self.starting:
            if self.pid == os.getpid():
                return
            self.pid = os.getpid()
            threading.Thread(target=self._run, name="hints", daemon=True).start()

    def _run(self) -> None:
        # the bare connection: the client on top of it costs twice the processor time of a message
        line = Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).connection_pool
        connection: Any = line.make_connection()
        while True:
            self.some.wait()
            time.sleep(GATHER)
            self.some.clear()
            topics, self.topics = self.topics, set()
            kicked, self.kicked = self.kicked, set()
            try:
                if topics:
                    say(connection, CHANNEL, " ".join(sorted(topics)))
                for person in kicked:
                    say(connection, KICK, person)
            except (RedisError, OSError):  # browsers poll meanwhile
                connection.disconnect()
                time.sleep(PAUSE)


def say(connection: Any, channel: str, text: str) -> None:
    """Publish."""
    connection.send_command("PUBLISH", channel, text)
    connection.read_response()


_post = Post()
os.register_at_fork(after_in_child=lambda: globals().__setitem__("_post", Post()))


def hint(*topics: str) -> None:
    """Say on commit that these topics moved. Costs the caller microseconds, no statement and no wait."""
    transaction.on_commit(partial(_send, topics))


def kick(person: int) -> None:
    """End the live streams of a person on commit: they signed out, or lost a right."""
    transaction.on_commit(partial(_kick, person))


def _send(topics: tuple[str, ...]) -> None:
    _post.put(topics)


def _kick(person: int) -> None:
    _post.kick(person)
