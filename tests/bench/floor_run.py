"""Running the floor beside Handrail: its own database on the same server, the same gunicorn."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.bench.load import Client
from tests.faults.stack import Process, Stack
from tests.faults.wire import Answer, Wire

ITEM = re.compile(rb'name="item" value="(\d+)"')


@dataclass
class FloorClient:
    """One person at the floor's page."""

    port: int
    session: str
    log: list[Any] = field(default_factory=list)
    item: int = 0

    def warm(self) -> None:
        """Take the first item."""
        self.wire = Wire(self.port, session=self.session)
        self.step()

    def step(self) -> bool:
        """Decide what is held, be given the next."""
        self.cycle()
        return self.item > 0

    def leave(self) -> None:
        """Hang up."""
        self.wire.close()

    def cycle(self) -> Answer:
        """The same, with the answer."""
        answer = self.wire.post("/cycle", {"item": self.item, "decision": "approve", "note": ""})
        assert answer.status in (200, 204), f"{answer.status}: {answer.text[:300]}"
        found = ITEM.search(answer.body)
        self.item = int(found[1]) if found else 0
        return answer


def start(stack: Stack, items: int, people: int) -> tuple[Process, list[str]]:
    """Prepare and serve the floor with `items` open items; returns the web process and session cookies.

    `stack.port` is then the floor's.
    """
    stack.extra["DATABASE_URL"] = stack.postgres.url.rsplit("/", 1)[0] + "/floor"
    cookies = stack.python("-m", "tests.bench.floor", str(items), str(people)).split()
    stack.extra["FLOOR_SERVES"] = "1"
    try:
        return stack.web("tests.bench.floor"), cookies
    finally:
        del stack.extra["DATABASE_URL"], stack.extra["FLOOR_SERVES"]


def client(port: int, cookies: list[str], number: int) -> Client:
    """The client of person `number`."""
    return FloorClient(port, cookies[number])
