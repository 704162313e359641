"""Run the simulated AI agents against a running Handrail, over HTTP, until stopped."""

import os
import signal
import threading
import time
from argparse import ArgumentParser
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo.agents import Desk, Pace
from config.demo.cases import scripts
from config.demo.wire import Wire, read_tokens


class Command(BaseCommand):
    help = "Simulated AI agents: a burst of cases, then one every few seconds, until Ctrl-C or SIGTERM."
    requires_system_checks: list[str] = []  # it speaks HTTP only and needs neither database nor broker

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", default=os.environ.get("HANDRAIL_URL", "http://127.0.0.1:8000"))
        parser.add_argument(
            "--rate", type=float, default=Pace().rate, help="seconds between cases after the burst"
        )
        parser.add_argument("--burst", type=int, default=Pace().burst, help="cases in the first 30 seconds")
        parser.add_argument("--limit", type=int, default=0, help="stop writing after so many cases; 0: never")
        parser.add_argument(
            "--seed", type=int, default=0, help="same seed, same cases; 0: taken from the clock"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seed = options["seed"] or int(time.time())
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        wire = Wire(options["base_url"], _tokens())
        pace = Pace(burst=options["burst"], rate=options["rate"], limit=options["limit"])
        desk = Desk(wire, iter(()), pace, Random(seed), stop.wait)  # noqa: S311  dice of a demo
        desk.scripts = scripts(seed, policy_version=lambda: desk.policy_version)
        try:
            counts = desk.run()
        finally:
            wire.close()
        self.stdout.write(f"agents stopped: {counts}")


def _tokens() -> dict[str, str]:
    try:
        return read_tokens()
    except (OSError, ValueError) as error:
        raise CommandError(
            f"No tokens of the demo agents: {error}. Run manage.py setup_demo first."
        ) from error
