"""`python -m tests.bench.live`: what the live process costs while 300 browsers listen.

A Valkey and the live process of our own, browsers as plain sockets, a desk's traffic as hints. Targets (ours): under
10 % of a core at normal traffic; a hint on a quiet stream is with its browser within 300 ms.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from redis import Redis

from config.local.processes import free_port
from tests.bench.setting import machine
from tests.bench.tables import table
from tests.faults.stack import SECRET, Process, Stack, wait_for

TICKS = os.sysconf("SC_CLK_TCK")
QUEUES, EACH, FLOOR = 8, 3, 10
"""Queues of the desk, queues a reviewer hears, and every so-manieth browser is a supervisor's, who hears all."""
CPU, LATENCY = 10.0, 300.0


class Browser:
    """One stream: how many events it got, and how old each was when it came, in milliseconds."""

    def __init__(self, number: int) -> None:
        self.number, self.events = number, 0
        self.quiet: list[float] = []
        mine = random.Random(number).sample(range(QUEUES), EACH)
        queues = range(QUEUES) if number % FLOOR == 0 else mine
        self.topics = [f"me:{number}", f"alerts:{number}", "quiet", *(f"queue:{one}" for one in queues)]
        if number % FLOOR == 0:
            self.topics.append("board")

    async def listen(self, port: int, ticket: str) -> None:
        """Read until cancelled."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /live/stream?t={quote(ticket)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        async for line in reader:
            if line.startswith(b"data:"):
                self.events += 1
                if b'"quiet"' in line and self.events > 1:
                    self.quiet.append(time.time() * 1000)


def main() -> int:
    """Exit status: 0 when both targets are met."""
    options = arguments()
    with live() as (stack, process):
        rows, met = asyncio.run(measured(options, stack, process))
    print(f"{options.browsers} browsers; {machine()}\n")
    print(
        table(
            ("traffic", "CPU % of a core", "events a second", "RSS MB", "hint to browser p50, p99 ms"), rows
        )
    )
    return 0 if met else 1


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.live", description=__doc__)
    parser.add_argument("--browsers", type=int, default=300)
    parser.add_argument("--moves", type=float, default=12.0, help="moves of cases a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    return parser.parse_args()


@contextmanager
def live() -> Iterator[tuple[Stack, Process]]:
    """A Valkey and the live process, and nothing else."""
    stack = Stack(environ={"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"})
    try:
        stack.valkey.start()
        stack.port = free_port()
        command = [sys.executable, "-m", "config.live", str(stack.port)]
        process = Process("live", command, stack.environ, stack.logs / "live.log").start()
        stack.processes.append(process)
        heard = Redis.from_url(stack.valkey.url)
        wait_for(lambda: heard.pubsub_numpat() > 0, seconds=30, what="the live process listens")
        yield stack, process
    finally:
        stack.close()


async def measured(
    options: argparse.Namespace, stack: Stack, process: Process
) -> tuple[list[list[object]], bool]:
    """Rows of the report, and whether the targets are met."""
    empty = memory(process)
    browsers = [Browser(number) for number in range(options.browsers)]
    streams = [asyncio.create_task(one.listen(stack.port, ticket(one))) for one in browsers]
    while sum(one.events > 0 for one in browsers) < len(browsers):
        await asyncio.sleep(0.1)
    rows: list[list[object]] = [["no browser", "", "", f"{empty:.0f}", ""]]
    redis, met = Redis.from_url(stack.valkey.url), True
    for name, rate in (("none", 0.0), ("normal", options.moves), ("five times", options.moves * 5)):
        cpu, before, begun = used(process), sum(one.events for one in browsers), time.monotonic()
        ages = await traffic(redis, browsers, rate, options.seconds)
        took = time.monotonic() - begun
        share = (used(process) - cpu) / took * 100
        events = (sum(one.events for one in browsers) - before) / took
        cuts = statistics.quantiles(ages, n=100)
        shown = f"{cuts[49]:.0f}, {cuts[98]:.0f}"
        rows.append(
            [f"{name}, {rate:g} moves/s", f"{share:.1f}", f"{events:.0f}", f"{memory(process):.0f}", shown]
        )
        met = met and (name == "five times" or share < CPU) and (name != "none" or cuts[98] < LATENCY)
    for one in streams:
        one.cancel()
    return rows, met


async def traffic(redis: "Redis", browsers: list[Browser], rate: float, seconds: float) -> list[float]:
    """Moves at `rate`, and every 2 s one hint that all hear: its age at each browser, milliseconds."""
    dice, end = random.Random(7), time.monotonic() + seconds
    ages: list[float] = []
    probe = time.monotonic() + 1
    while (now := time.monotonic()) < end:
        if now >= probe:
            for one in browsers:
                one.quiet.clear()
            sent = time.time() * 1000
            redis.publish("live:hints", "quiet")
            probe = now + 2
            asyncio.get_running_loop().call_later(1.5, _collect, browsers, sent, ages)
        if rate:
            person, queue = dice.randrange(len(browsers)), dice.randrange(QUEUES)
            redis.publish("live:hints", f"board case:{uuid.uuid4()} me:{person} queue:{queue}")
        await asyncio.sleep(dice.expovariate(rate) if rate else 0.1)
    await asyncio.sleep(1.6)
    return ages


def _collect(browsers: list[Browser], sent: float, ages: list[float]) -> None:
    ages.extend(one.quiet[0] - sent for one in browsers if one.quiet)


def ticket(browser: Browser) -> str:
    """As Django signs it."""
    from django.conf import settings

    from accounts import tickets

    if not settings.configured:
        settings.configure(SECRET_KEY=SECRET)
    who = f"Reviewer {browser.number}"
    return tickets.issue(
        person=browser.number, name=who, session_key=who, origin="http://desk", topics=browser.topics
    )


def used(process: Process) -> float:
    """Seconds of processor time so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(value) for value in fields[11:13]) / TICKS


def memory(process: Process) -> float:
    """Resident megabytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
