"""Who listens to what, in one process; and the newest version of each topic that this process has heard of."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable

HEARD_SECONDS = 150
"""How long a stream listens to a case without being told again that a page still shows it."""
MOST_CASES = 40
MOST_VERSIONS = 50_000


class Stream:
    """One open stream. What it has to send is a set of topics: a slow reader never makes it grow past what it hears."""

    def __init__(self, key: str, person: int, topics: Iterable[str]) -> None:
        self.key, self.person = key, person
        self.topics = frozenset(topics)
        self.cases: dict[str, float] = {}
        self.pending: set[str] = set()
        self.wake = asyncio.Event()
        self.over = False

    def end(self) -> None:
        """Let it finish."""
        self.over = True
        self.wake.set()


class Hub:
    """Topics to streams. Versions are microseconds: newer is greater, also across processes and restarts.

    What was said while this process was not listening is unknown, so every topic counts as moved at `since`.
    """

    def __init__(self) -> None:
        self.alive = False
        self.since = _now()
        self.versions: dict[str, int] = {}
        self.listeners: dict[str, set[Stream]] = defaultdict(set)
        self.streams: dict[str, Stream] = {}

    def listening(self) -> None:
        """Hints arrive from now on."""
        self.alive, self.since = True, _now()
        self.versions.clear()

    def deaf(self) -> None:
        """No hint arrives any more: end the streams, so that browsers poll instead of believing that all is quiet."""
        self.alive = False
        for stream in self.streams.values():
            stream.end()

    def open(self, stream: Stream) -> None:
        """Let it hear its topics."""
        self.streams[stream.key] = stream
        for topic in stream.topics:
            self.listeners[topic].add(stream)

    def close(self, stream: Stream) -> None:
        """Forget it."""
        if self.streams.get(stream.key) is stream:
            del self.streams[stream.key]
        for topic in (*stream.topics, *stream.cases):
            self._leave(stream, topic)

    def hear(self, key: str, cases: Iterable[str]) -> None:
        """A page of that stream's browser shows these cases; those that no page showed for long are left."""
        stream = self.streams.get(key)
        if stream is None:
            return
        now = time.monotonic()
        for topic in [topic for topic, until in stream.cases.items() if until < now]:
            del stream.cases[topic]
            self._leave(stream, topic)
        for case in cases:
            for topic in (f"case:{case}", f"look:{case}"):
                if topic in stream.cases or len(stream.cases) < 2 * MOST_CASES:
                    stream.cases[topic] = now + HEARD_SECONDS
                    self.listeners[topic].add(stream)

    def moved(self, topics: Iterable[str]) -> None:
        """Tell whoever hears them."""
        version = _now()
        if len(self.versions) > MOST_VERSIONS:
            self.versions.clear()
            self.since = version
        for topic in self._spelled_out(topics):
            self.versions[topic] = version
            for stream in self.listeners.get(topic, ()):
                stream.pending.add(topic)
                stream.wake.set()

    def kick(self, person: int) -> None:
        """End every stream of a person."""
        for stream in self.streams.values():
            if stream.person == person:
                stream.end()

    def state(self, topics: Iterable[str]) -> dict[str, int]:
        """The version of each topic."""
        return {topic: max(self.versions.get(topic, 0), self.since) for topic in topics}

    def _spelled_out(self, topics: Iterable[str]) -> Iterable[str]:
        for topic in topics:
            if topic.endswith(":*"):
                yield from [one for one in self.listeners if one.startswith(topic[:-1])]
            else:
                yield topic

    def _leave(self, stream: Stream, topic: str) -> None:
        if found := self.listeners.get(topic):
            found.discard(stream)
            if not found:
                del self.listeners[topic]


def _now() -> int:
    return time.time_ns() // 1000
