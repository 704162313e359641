"""Everything the demo needs before its first page: schema, triage model, fictitious world. Safe to run again."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS

from config.demo import world
from config.demo.load import load_world
from config.demo.texts import training_set
from escalations.triage.classifier.fit import train
from escalations.triage.classifier.store import data_hash, read_info
from escalations.triage.classifier.texts import has_texts, keep_texts
from escalations.triage.encoder.build import build_encoder
from escalations.triage.types import TriageError

TOKENS = ".local/demo-tokens.json"
MODEL = "default"


class Command(BaseCommand):
    """Migrate, train the shipped model when its texts changed, load the demo world, print the sign-ins."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """The model is fitted beside the migrations: it is the slow half and needs no database."""
        self.check(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS])
        with ThreadPoolExecutor(1) as beside:
            model = beside.submit(ensure_model, settings.HANDRAIL_MODEL_DIR)
            call_command("migrate", verbosity=0)
            load_world(Path(os.environ.get("HANDRAIL_DEMO_TOKENS") or settings.BASE_DIR / TOKENS))
            model.result()
        self.stdout.write(f"sign in with the password {world.DEMO_PASSWORD} as")
        for person in world.PEOPLE:
            self.stdout.write(f"  {person.email:<24} {person.name}, {person.role}")


def ensure_model(directory: Path) -> None:
    """Train the shipped triage model on the demo's own texts, unless the stored one was made from just these."""
    directory.mkdir(parents=True, exist_ok=True)
    build_encoder(directory)
    texts, labels = zip(*training_set(), strict=True)
    try:
        if read_info(directory / f"{MODEL}.json").data_sha256 == data_hash(texts, labels):
            if not has_texts(directory, MODEL):
                keep_texts(directory, MODEL, texts, labels, world.OUT_OF_SCOPE)
            return
    except TriageError:
        pass  # none there, or damaged: make it
    threads = os.cpu_count() or 1  # nothing else runs yet, and somebody is waiting
    train(texts, labels, oos_label=world.OUT_OF_SCOPE, name=MODEL, out=directory, folds=3, threads=threads)
    keep_texts(directory, MODEL, texts, labels, world.OUT_OF_SCOPE)  # a challenger learns from them again
