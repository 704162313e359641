"""The simulated AI agents at work: they post cases, follow up, and ask what was decided.

One thread, one heap of things to do, each with its time. A request that fails is put back with the same key.
"""

import heapq
import itertools
import logging
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from config.demo import world
from config.demo.cases import FollowUp, Script
from config.demo.wire import Wire

log = logging.getLogger("handrail.demo.agents")

CASES = "/api/v1/cases/"
DONE = "closed"
"""The state after the undo window: only then does a settlement hold, the AI's own included."""

PATIENCE_SECONDS = 1800.0
"""How long an agent asks for the decision of one case."""

MOST_WAITING = 20
"""While so many posts wait to be sent, no new case is written: the desk is down, not slow."""

SENT_TWICE = 0.04
"""Share of cases that an agent posts a second time, as a client does that never saw the first answer."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`burst` cases over the first `burst_seconds`, then one every `rate` seconds, give or take a third."""

    burst: int = 60
    burst_seconds: float = 30.0
    rate: float = 4.5
    limit: int = 0


@dataclass(slots=True)
class Posted:
    """A case that Handrail has acknowledged, as its agent remembers it."""

    script: Script
    id: str
    ref: str
    since: float
    state: str = ""
    told: str = ""  # the id of the last instruction that was followed


@dataclass(slots=True)
class Counts:
    posted: int = 0
    repeated: int = 0
    retried: int = 0
    refused: int = 0
    messages: int = 0
    decided: int = 0
    again: int = 0


@dataclass(slots=True)
class Desk:
    """All demo agents. `wait(seconds)` sleeps and answers True when it is time to stop."""

    wire: Wire
    scripts: Iterator[Script]
    pace: Pace
    dice: Random
    wait: Callable[[float], bool]
    clock: Callable[[], float] = time.monotonic
    counts: Counts = field(default_factory=Counts)
    policy_version: str = world.POLICY_VERSION
    _heap: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)
    _written: int = 0
    _waiting: int = 0

    def run(self) -> Counts:
        """Until `wait` says stop, or until `pace.limit` cases are written and nothing more is to do."""
        self._later(0.0, self._next)
        while self._heap:
            due = self._heap[0][0] - self.clock()
            if self.wait(max(due, 0.0)):
                break
            if self._heap[0][0] <= self.clock():
                heapq.heappop(self._heap)[2]()
        return self.counts

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._heap, (self.clock() + seconds, next(self._order), action))

    def _next(self) -> None:
        """Write one case, and put the next one down for later."""
        if self._waiting < MOST_WAITING:
            self._written += 1
            self._waiting += 1
            self._post(next(self.scripts), str(uuid.UUID(int=self.dice.getrandbits(128), version=4)))
        if not self.pace.limit or self._written < self.pace.limit:
            self._later(self._gap(), self._next)

    def _gap(self) -> float:
        if self._written < self.pace.burst:
            return self.pace.burst_seconds / self.pace.burst
        return self.pace.rate * self.dice.uniform(2 / 3, 4 / 3)

    def _post(self, script: Script, key: str, attempt: int = 0) -> None:
        answer = self.wire.post(script.agent, CASES, script.body, key)
        if answer.try_again:
            self.counts.retried += 1
            log.info("%s cannot post (%s), tries again with the same key", script.agent, answer.status)
            self._later(self._backoff(attempt), lambda: self._post(script, key, attempt + 1))
            return
        self._waiting -= 1
        if answer.status not in (200, 202):
            self.counts.refused += 1
            log.warning("%s was refused: %s %s", script.agent, answer.status, answer.body.get("title", ""))
            return
        self.counts.posted += 1
        case = Posted(script, str(answer.body.get("id", "")), str(answer.body.get("ref", "")), self.clock())
        log.info("%s posted %s (%s)", script.agent, case.ref, script.body["case_type"])
        self._after(case, key)

    def _after(self, case: Posted, key: str) -> None:
        if self.dice.random() < SENT_TWICE:
            self._later(self.dice.uniform(1, 6), lambda: self._repeat(case, key))
        for follow in case.script.follow_ups:
            message_key = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
            self._later(follow.after, lambda f=follow, k=message_key: self._write(case, f, k))  # type: ignore[misc]
        self._later(self.dice.uniform(5, 9), lambda: self._ask(case, 10.0))

    def _repeat(self, case: Posted, key: str) -> None:
        """The same body under the same key: Handrail must answer with the first case."""
        answer = self.wire.post(case.script.agent, CASES, case.script.body, key)
        if answer.status == 200 and answer.body.get("id") == case.id:
            self.counts.repeated += 1
            log.info("%s sent %s again and got the same case", case.script.agent, case.ref)
        elif not answer.try_again:
            log.error("%s sent %s again and got %s", case.script.agent, case.ref, answer.status)

    def _write(self, case: Posted, follow: FollowUp, key: str, attempt: int = 0, at: str = "") -> None:
        at = at or datetime.now(UTC).isoformat(timespec="seconds")
        body = {"author": follow.author, "text": follow.text, "at": at}
        answer = self.wire.post(case.script.agent, f"{CASES}{case.id}/messages/", body, key)
        if answer.try_again:
            self.counts.retried += 1
            self._later(self._backoff(attempt), lambda: self._write(case, follow, key, attempt + 1, at))
        elif answer.status in (200, 201, 202):
            self.counts.messages += 1
            log.info("%s passed on a new message for %s", case.script.agent, case.ref)
        else:
            log.warning("%s could not add to %s: %s", case.script.agent, case.ref, answer.status)

    def _ask(self, case: Posted, pause: float) -> None:
        """Look at the case; say what would be done now; ask again later while nothing is decided."""
        answer = self.wire.get(case.script.agent, f"{CASES}{case.id}/")
        if answer.status == 200:
            self._learn(case, answer.body)
        elif not answer.try_again:
            log.warning("%s may not see %s any more: %s", case.script.agent, case.ref, answer.status)
            return
        if case.state != DONE and self.clock() - case.since < PATIENCE_SECONDS:
            self._later(pause * self.dice.uniform(0.8, 1.2), lambda: self._ask(case, min(pause * 1.6, 300.0)))

    def _learn(self, case: Posted, body: Any) -> None:
        self.policy_version = str(body.get("policy_version") or self.policy_version)
        state = str(body.get("state", ""))
        if state == "with_ai":
            self._follow(case, body.get("decision"))
        if state == case.state:
            return
        case.state = state
        self.counts.decided += state == DONE
        log.info("%s sees %s %s: %s", case.script.agent, case.ref, state, would_do(case.script, body))

    def _follow(self, case: Posted, decision: Any) -> None:
        """A person returned the case with instructions: once they are final, hand it over anew."""
        told = (
            str(decision.get("id", "")) if isinstance(decision, dict) and decision.get("instructions") else ""
        )
        if told and told != case.told:
            case.told = told
            key = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
            self._later(self.dice.uniform(3, 8), lambda: self._try_again(case, decision["instructions"], key))

    def _try_again(self, case: Posted, instructions: str, key: str) -> None:
        handoff = dict(case.script.body["handoff"])
        handoff["summary"] = f"Tried again as instructed. {handoff.get('summary', '')}".strip()
        handoff["known_facts"] = [
            *case.script.body["handoff"].get("known_facts", []),
            f"Told: {instructions}",
        ]
        handoff["policy_version"] = self.policy_version
        body = {"author": "ai", "text": "I have gone through this again as instructed.", "handoff": handoff}
        answer = self.wire.post(case.script.agent, f"{CASES}{case.id}/messages/", body, key)
        self.counts.again += answer.status == 202
        log.info("%s handed %s over again: %s", case.script.agent, case.ref, answer.status)

    def _backoff(self, attempt: int) -> float:
        """1 s, doubled each time up to 30 s, with full jitter above the half."""
        return float(min(2.0**attempt, 30.0) * self.dice.uniform(0.5, 1.0))


def would_do(script: Script, body: Any) -> str:
    """What the agent would now do in the world outside, in one plain clause. It does nothing of it."""
    action = script.body["handoff"].get("proposed", {}).get("action") or "nothing more"
    decision = body.get("decision")
    verb = str(decision.get("verb", "")) if isinstance(decision, dict) else ""
    if body.get("state") == "with_ai":
        return "would try again as instructed"
    if verb and decision.get("standing") == "pending":
        return "waits until the decision can no longer be undone"
    return {
        "auto_resolve": f"would carry out {action}",
        "approve": f"would carry out {action} as approved",
        "correct": f"would carry out {action} with the corrected values",
        "override": "would drop its proposal and follow the person's outcome",
        "reject": "would stop and carry out nothing",
    }.get(verb, "waits, and does nothing on its own")
