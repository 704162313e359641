"""What production needs beside the schema: the sentence encoder for this machine and the shipped triage model."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.management.commands.setup_demo import ensure_model


class Command(BaseCommand):
    """Build them unless they are there; `train_triage` replaces the shipped model by one of your own texts."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []  # it needs neither database nor broker

    def handle(self, *args: Any, **options: Any) -> None:
        """Takes a second when nothing is to be done, half a minute otherwise."""
        ensure_model(settings.HANDRAIL_MODEL_DIR)
        self.stdout.write(f"models are in {settings.HANDRAIL_MODEL_DIR}")
