"""Give the demo its past, beside a desk that is up: certificates, audits, handoffs, reviews. Safe to run again."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.demo.learned import load_challenger
from config.demo.past import load_past
from config.demo.planted import load_planted


class Command(BaseCommand):
    """Whoever is at the desk goes first: it runs at a low priority."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--note", type=Path, help="a file to write when the past is there")

    def handle(self, *args: Any, **options: Any) -> None:
        os.nice(5)
        count = load_past(settings.HANDRAIL_MODEL_DIR)
        load_challenger()
        load_planted()
        if options["note"]:
            options["note"].write_text("")
        self.stdout.write(f"{count} cases of the past are there" if count else "the past was there already")
