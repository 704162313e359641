"""The measured installation: durable engines, a desk of people, AI agents, real source cases."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.faults.agent import Agents, posts
from tests.faults.books import Books
from tests.faults.stack import Process, Stack, wait_for

PEOPLE = 64
SOURCES = 160
QUEUES = (
    "frontline",
    "billing",
    "operations",
    "collections",
    "engineering",
    "supervisors",
    "sme",
    "compliance",
)

ENVIRON = {"DJANGO_SETTINGS_MODULE": "config.settings.local", "HANDRAIL_HIDDEN_RATE": "0"}
POSTGRES = {
    "shared_preload_libraries": "pg_stat_statements",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "shared_buffers": "1GB",
}
"""As README asks of a server that people work on; the default of 128 MB holds a twentieth of 100,000 cases."""


@dataclass
class Bench:
    """A running installation to measure."""

    stack: Stack
    web: Process
    port: int
    sessions: list[str]
    tokens: dict[str, str]
    books: Books

    def fill(self, cases: int) -> tuple[int, float]:
        """Bring the waiting cases up to `cases`, and the settled ones to half as many; (made, seconds)."""
        command = ("-m", "tests.bench.world", str(cases), str(cases // 2), *QUEUES)
        made, seconds = self.stack.python(*command, seconds=7200).split()
        return int(made), float(seconds)


@contextmanager
def installation() -> Iterator[Bench]:
    """Engines that sync every commit, real cases that people must decide; all gone afterwards."""
    with (
        Stack(durable=True, environ=ENVIRON, postgres_options=POSTGRES) as stack,
        Books(stack.postgres.url) as books,
    ):
        books.connection.execute("CREATE DATABASE floor")
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("collectstatic", "--noinput", "--verbosity", "0")
        seeded = json.loads(stack.python("-m", "tests.faults.seed", str(PEOPLE), str(stack.base)))
        web = stack.web()
        bench = Bench(stack, web, stack.port, seeded["sessions"], seeded["tokens"], books)
        post_sources(bench)
        yield bench


def post_sources(bench: Bench) -> None:
    """Post cases through the API and let a worker triage and route them: what `fill` multiplies."""
    agents = Agents(bench.port, bench.tokens)
    for post in posts("source", SOURCES):
        answer = agents.post(post)
        assert answer.status == 202, f"post: {answer.status} {answer.text[:500]}"
    worker, beat = bench.stack.worker(), bench.stack.beat()
    bench.stack.wait_for_worker(worker)
    wait_for(lambda: bench.books.unsettled("source") == 0, seconds=120, what="triage of the source cases")
    settled = "state = 'auto_resolved'"  # until their undo window ends
    wait_for(
        lambda: not bench.books.cases("source", settled), seconds=120, what="closing of what the AI settled"
    )
    beat.stop()
    worker.stop()


def machine() -> str:
    """Cores, load and engines of this run, for the head of the report."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} processors, load averages {load}"
