"""AI agents at the API, posting the demo's cases."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from config.demo.cases import scripts
from tests.faults.wire import TROUBLE, Answer, Wire

CASES = "/api/v1/cases/"


@dataclass(frozen=True, slots=True)
class Post:
    """One case to post: by which agent, under which key. `body["external_id"]` begins with the run's name."""

    agent: str
    key: str
    body: dict[str, Any]


def posts(run: str, count: int, seed: int = 1) -> list[Post]:
    """`count` distinct believable cases whose external ids begin with `run`."""
    return list(islice(stream(run, seed), count))


def stream(run: str, seed: int = 1) -> Iterator[Post]:
    """The same without end."""
    for number, script in enumerate(scripts(seed)):
        yield Post(script.agent, uuid.uuid4().hex, {**script.body, "external_id": f"{run}-{number}"})


@dataclass
class Agents:
    """All of the demo's AI agents over one connection."""

    port: int
    tokens: dict[str, str]
    timeout: float = 30
    wire: Wire = field(init=False)

    def __post_init__(self) -> None:
        self.wire = Wire(self.port, timeout=self.timeout)

    def post(self, post: Post) -> Answer:
        """POST the case once; raises what the connection raises."""
        self.wire.token = self.tokens[post.agent]
        headers = {"Idempotency-Key": post.key}
        return self.wire.post_json(CASES, post.body, **headers)

    def try_post(self, post: Post) -> Answer | None:
        """The same; None when there was no answer, as a client sees a server that died."""
        try:
            return self.post(post)
        except TROUBLE:
            self.wire.close()
            return None
