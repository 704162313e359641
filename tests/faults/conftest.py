"""The hurt stack: one private installation for all fault tests, which each start the workers they need.

HANDRAIL_FAULTS=long makes every test larger and longer; without it all of them together take about a minute.
"""

import json
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.database import THROWN_AWAY, migrated_once
from tests.faults.agent import Agents, Post, posts
from tests.faults.books import Books
from tests.faults.desk import Reviewer
from tests.faults.provider import Provider
from tests.faults.stack import Process, Stack, wait_for
from tests.faults.wire import Wire

LONG = os.environ.get("HANDRAIL_FAULTS") == "long"
REVIEWERS = 16
WORKER = "config" if LONG else "tests.faults.scripted"
POSTPONE = """
UPDATE escalations_job j SET next_at = j.next_at + interval '1 hour'
FROM escalations_case c WHERE c.id = j.case_id AND j.kind = 'triage_deadline' AND c.external_id LIKE %s
RETURNING j.id
"""
DEADLINE = 8
"""Seconds after which a case that no engine has judged goes to a person."""
ENVIRON = {
    # short clocks: what takes a minute in production takes seconds here, by the same code
    "HANDRAIL_JOB_LEASE_SECONDS": "2",
    "HANDRAIL_TRIAGE_DEADLINE_SECONDS": str(DEADLINE),
    "HANDRAIL_TRIAGE_ENGINE": "llm",
    "HANDRAIL_TRUSTED_TARGETS": "127.0.0.1",
    "HANDRAIL_SEND_SECONDS": "3",
    "EMAIL_URL": "dummymail://",
    "LLM_MODEL": "fault-test",
    "LLM_API_KEY": "not-a-secret",
}


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "faults: real processes are killed; HANDRAIL_FAULTS=long for the long version"
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Everything in this folder is a fault test, and all of them share one stack: see tests.spreading."""
    if "tests/faults/" in item.nodeid:
        item.add_marker(pytest.mark.faults)


@dataclass
class Hurt:
    """A running installation with a language model provider that does as it is told."""

    stack: Stack
    web: Process
    provider: Provider
    books: Books
    sessions: list[str]
    tokens: dict[str, str]
    started: list[Process] = field(default_factory=list)

    def agents(self, timeout: float = 30) -> Agents:
        """AI agents over a connection of their own."""
        return Agents(self.stack.port, self.tokens, timeout)

    def reviewer(self, number: int) -> Reviewer:
        """Person `number` at a tab of their own."""
        return Reviewer(Wire(self.stack.port, session=self.sessions[number]))

    def post_all(self, run: str, count: int) -> list[Post]:
        """Post `count` cases; every one must be acknowledged."""
        agents, made = self.agents(), posts(run, count)
        for post in made:
            answer = agents.post(post)
            assert answer.status == 202, f"{answer.status} {answer.text[:500]}"
        return made

    def workers(self, *names: str, **how: Any) -> list[Process]:
        """Workers that are ready, ended with the test; `how` as for Stack.worker."""
        started = [self.keep(self.stack.worker(name, **{"application": WORKER, **how})) for name in names]
        for worker in started:
            self.stack.wait_for_worker(worker)
        return started

    def beat(self, name: str = "beat") -> Process:
        """A beat, ended with the test."""
        return self.keep(self.stack.beat(name))

    def keep(self, process: Process) -> Process:
        """Have a process ended with the test."""
        self.started.append(process)
        return process

    def without_deadline(self, run: str) -> None:
        """Move the deadline of the run's triage out of sight."""
        self.books.rows(POSTPONE, f"{run}-%")

    def settled(self, run: str, *, seconds: float) -> float:
        """Wait until every case of the run is settled or before a person; seconds that took."""
        return wait_for(
            lambda: self.books.unsettled(run) == 0,
            seconds=seconds,
            what=f"every case of {run} settled or waiting",
        )

    def verify(self) -> None:
        """Every chain of the ledger is as it was written, and every case stands where its state says."""
        self.stack.manage("verify_ledger")
        assert self.books.misplaced() == []


@pytest.fixture(scope="session")
def migrated(django_db_blocker: DjangoDbBlocker) -> str:
    """Address of a migrated database without a row of anybody's, if this run has one."""
    if base := os.environ.get(THROWN_AWAY):
        with django_db_blocker.unblock():
            migrated_once(Path(base))
        return os.environ["DATABASE_URL"]
    return ""


@pytest.fixture(scope="session")
def installation(request: pytest.FixtureRequest, migrated: str) -> Iterator[Hurt]:
    """The stack with its web server, the demo's world and reviewers; no worker runs yet."""
    with Provider() as provider, Stack(environ=ENVIRON | {"LLM_BASE_URL": provider.url}) as stack:
        request.session.stash[STACK] = stack
        if migrated:
            stack.copy(migrated)
        else:
            stack.manage("migrate", "--verbosity", "0")
        seeded = json.loads(stack.python("-m", "tests.faults.seed", str(REVIEWERS), str(stack.base)))
        with Books(stack.postgres.url) as books:
            yield Hurt(stack, stack.web(), provider, books, seeded["sessions"], seeded["tokens"])


@pytest.fixture
def hurt(installation: Hurt) -> Iterator[Hurt]:
    """The stack, whole at the start of every test and without workers."""
    installation.provider.behave()
    yield installation
    for process in installation.started:
        process.kill()
    installation.started.clear()
    if not installation.web.running:
        installation.web = installation.stack.web()


STACK = pytest.StashKey[Stack]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the processes' last words beside a failure."""
    report = yield
    if report.failed and (stack := item.session.stash.get(STACK, None)):
        report.sections.append(("last words of the processes", stack.last_words()))
    return report
