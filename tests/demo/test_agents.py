"""The simulated agents over HTTP: patient, repeatable, and gone when told to."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from config.demo import agents, world
from config.demo.agents import Desk, Pace
from config.demo.cases import scripts
from config.demo.wire import Wire, read_tokens

NOW = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
TOKENS = {agent.name: f"token-of-{agent.name}" for agent in world.AGENTS}


@dataclass
class Clock:
    """A clock that `wait` moves; waiting past `end` means stop."""

    end: float
    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        return self.now > self.end


@dataclass
class Handrail:
    """The other side: keeps what it was sent, like the intake API does; `down` answers 503 to everything."""

    clock: Clock
    down: Callable[[float], bool] = lambda at: False
    requests: list[tuple[float, httpx.Request]] = field(default_factory=list)
    cases: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    state: str = "queued"
    decision: dict[str, Any] | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append((self.clock(), request))
        if self.down(self.clock()):
            return httpx.Response(503)
        if request.method == "GET":
            return httpx.Response(
                200, json={"state": self.state, "policy_version": 7, "decision": self.decision}
            )
        if request.url.path.endswith("/messages/"):
            return httpx.Response(202, json={})
        key = request.headers["Idempotency-Key"]
        status = 200 if key in self.cases else 202
        number, body = self.cases.setdefault(key, (str(len(self.cases) + 1), request.content))
        assert body == request.content, "the same key came with another body"
        return httpx.Response(status, json={"id": number, "ref": f"HT-{number}", "state": "received"})

    def posts(self) -> list[tuple[float, httpx.Request]]:
        return [(at, r) for at, r in self.requests if r.method == "POST" and r.url.path == agents.CASES]


def desk(seconds: float, pace: Pace, **handrail: Any) -> tuple[Desk, Handrail]:
    clock = Clock(seconds)
    other = Handrail(clock, **handrail)
    wire = Wire("http://handrail.test", TOKENS, httpx.MockTransport(other))
    made = Desk(wire, scripts(3, NOW), pace, Random(3), clock.wait, clock)
    return made, other


def test_a_burst_of_sixty_in_half_a_minute_and_then_one_every_few_seconds() -> None:
    made, other = desk(150, Pace())
    made.run()
    first = {r.headers["Idempotency-Key"] for at, r in other.posts() if at <= 30}
    later = {r.headers["Idempotency-Key"] for at, r in other.posts() if at > 31} - first
    assert len(first) == pytest.approx(61, abs=2)
    assert 120 / 6 - 1 <= len(later) <= 120 / 3 + 1


def test_each_agent_uses_its_own_token_and_every_post_has_a_key() -> None:
    made, other = desk(60, Pace())
    made.run()
    for _, request in other.posts():
        body = json.loads(request.content)
        assert request.headers["Idempotency-Key"]
        name = request.headers["Authorization"].removeprefix("Bearer token-of-")
        assert body["case_type"] in next(a for a in world.AGENTS if a.name == name).case_types
    assert len({request.headers["Authorization"] for _, request in other.posts()}) > 8


def test_while_the_desk_is_down_the_same_keys_come_again_and_nothing_is_lost() -> None:
    made, other = desk(260, Pace(limit=70), down=lambda at: 10 < at < 75)
    counts = made.run()
    sent = [r.headers["Idempotency-Key"] for _, r in other.posts()]
    assert len(other.cases) == 70 == counts.posted
    assert set(sent) == set(other.cases)
    assert counts.retried > 20
    before = {r.headers["Idempotency-Key"] for at, r in other.posts() if at <= 10}
    waiting = {r.headers["Idempotency-Key"] for at, r in other.posts() if 10 < at < 75} - before
    assert len(waiting) == agents.MOST_WAITING


def test_some_posts_come_twice_and_make_no_second_case() -> None:
    made, other = desk(400, Pace(limit=120))
    counts = made.run()
    sent = [r.headers["Idempotency-Key"] for _, r in other.posts()]
    assert counts.repeated > 0
    assert len(sent) == 120 + counts.repeated
    assert len(other.cases) == 120


def test_customers_write_again_and_the_policy_version_is_learned() -> None:
    made, other = desk(300, Pace())
    counts = made.run()
    messages = [json.loads(r.content) for _, r in other.requests if r.url.path.endswith("/messages/")]
    assert counts.messages == len(messages) > 2
    assert all(set(message) == {"author", "text", "at"} for message in messages)
    assert made.policy_version == "7"


def test_an_agent_stops_asking_once_its_case_is_decided() -> None:
    made, other = desk(4000, Pace(limit=5), state="closed")
    counts = made.run()
    assert counts.decided == 5
    assert sum(r.method == "GET" for _, r in other.requests) == 5


def test_a_returned_case_is_handed_over_once_more_with_what_the_person_said() -> None:
    returned = {"id": "d1", "verb": "return_to_ai", "instructions": "Ask for the second photo."}
    made, other = desk(500, Pace(limit=1), state="with_ai", decision=returned)
    counts = made.run()
    again = [json.loads(r.content) for _, r in other.requests if r.url.path.endswith("/messages/")]
    again = [message for message in again if message["author"] == "ai"]
    assert len(again) == 1 == counts.again
    assert "Told: Ask for the second photo." in again[0]["handoff"]["known_facts"]
    assert again[0]["handoff"]["policy_version"] == "7"


def test_while_the_return_can_still_be_undone_the_agent_waits() -> None:
    """The API keeps instructions back until the decision is final."""
    pending = {"id": "d1", "verb": "return_to_ai", "instructions": None}
    made, _ = desk(500, Pace(limit=1), state="with_ai", decision=pending)
    assert made.run().again == 0


@pytest.mark.parametrize(
    ("body", "clause"),
    [
        ({"state": "closed", "decision": {"verb": "auto_resolve", "standing": "final"}}, "would carry out"),
        ({"state": "closed", "decision": {"verb": "reject", "standing": "final"}}, "would stop"),
        ({"state": "resolved", "decision": {"verb": "approve", "standing": "pending"}}, "waits until"),
        ({"state": "auto_resolved", "decision": {"verb": "auto_resolve", "standing": "pending"}}, "waits"),
        ({"state": "with_ai", "decision": {"verb": "return_to_ai"}}, "try again"),
        ({"state": "queued", "decision": None}, "waits"),
    ],
)
def test_what_an_agent_would_do_follows_the_decision(body: dict[str, Any], clause: str) -> None:
    """R010: while a person has not decided, or the decision can still be undone, nothing."""
    assert clause in agents.would_do(next(scripts(1, NOW)), body)


class _Intake(BaseHTTPRequestHandler):
    seen: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(self.headers["Authorization"])
        self._json(202, {"id": str(len(self.seen)), "ref": f"HT-{len(self.seen)}"})

    def do_GET(self) -> None:
        self._json(200, {"state": "queued"})

    def _json(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def intake() -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    handler = type("Intake", (_Intake,), {"seen": seen})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()


def test_the_command_posts_over_real_http_and_ends_cleanly_on_sigterm(
    intake: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, seen = intake
    tokens = tmp_path / "tokens.json"
    tokens.write_text(json.dumps(TOKENS))
    environ = {
        **os.environ,
        "HANDRAIL_DEMO_TOKENS": str(tokens),
        "HANDRAIL_URL": url,
        "NO_PROXY": "127.0.0.1",
    }
    command = [sys.executable, "manage.py", "run_demo_agents", "--burst", "300"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 120
        while len(seen) < 10 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "agents stopped" in out
    assert len(seen) >= 10
    assert set(seen) <= {f"Bearer {token}" for token in TOKENS.values()}


def test_without_a_token_file_the_command_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HANDRAIL_DEMO_TOKENS", str(tmp_path / "none.json"))
    with pytest.raises(FileNotFoundError):
        read_tokens()
    (tmp_path / "none.json").write_text("[]")
    with pytest.raises(ValueError, match="holds no names"):
        read_tokens()
