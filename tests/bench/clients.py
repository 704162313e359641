"""Who presses: reviewers that decide case after case, agents that post case after case."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.faults.agent import Agents, Post, stream
from tests.faults.desk import Reviewer
from tests.faults.wire import Wire

PREPARED = 400
"""Cases each poster has ready; more than any of them can post in one measured stretch."""


@dataclass
class Decider:
    """Approves what is shown and is shown the next, already theirs. Logs the refs of what was decided."""

    port: int
    session: str
    log: list[Any] = field(default_factory=list)

    def warm(self) -> None:
        """Take the first case."""
        self.desk = Reviewer(Wire(self.port, session=self.session, cookie_name="sessionid"))
        assert self.desk.take_next() is not None, "nothing waits"

    def step(self) -> bool:
        """Decide, be given the next."""
        case = self.desk.case
        assert case is not None
        answer = self.desk.decide()
        assert answer.status == 200, f"decide: {answer.status} {answer.text[:500]}"
        self.log.append(case.ref)
        return self.desk.case is not None

    def leave(self) -> None:
        """Give the last one back."""
        self.desk.release()


@dataclass
class Poster:
    """Posts distinct cases of the demo. Logs the ids that were acknowledged."""

    port: int
    tokens: dict[str, str]
    run: str
    seed: int
    log: list[Any] = field(default_factory=list)

    def warm(self) -> None:
        """Write the texts beforehand: making them up costs more than posting them."""
        self.agents = Agents(self.port, self.tokens)
        made = stream(self.run, self.seed)
        self.posts: Iterator[Post] = iter([next(made) for _ in range(PREPARED)])

    def step(self) -> bool:
        """Post one; 202 means it is stored."""
        post = next(self.posts, None)
        if post is None:
            return False
        answer = self.agents.post(post)
        assert answer.status == 202, f"post: {answer.status} {answer.text[:500]}"
        self.log.append(answer.json["id"])
        return True

    def leave(self) -> None:
        """Hang up."""
        self.agents.wire.close()
