"""`manage.py evaluate_triage`: train on one file, measure on another, write the figures as JSON."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from escalations.triage.types import TriageError


class Command(BaseCommand):
    help = "Train a triage model on one CSV file, test it on another, write the figures as JSON."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--train", type=Path, required=True, help="CSV file to learn from, may be .gz")
        parser.add_argument("--test", type=Path, required=True, help="CSV file to measure on, may be .gz")
        parser.add_argument("--text", required=True, help="name of the column with the text")
        parser.add_argument("--label", required=True, help="name of the column with the label")
        parser.add_argument("--json", type=Path, required=True, help="file to write the figures to")
        parser.add_argument("--oos", default=None, help="label of rows that are out of scope")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            figures = figures_of(options)
        except TriageError as error:
            raise CommandError(str(error)) from error
        content = json.dumps(figures, indent=1)
        try:
            options["json"].write_text(content + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['json']}: {error.strerror}") from error
        self.stdout.write(content)


def figures_of(options: dict[str, Any]) -> dict[str, float]:
    """Learn, store, load and measure, so that what is measured is what would serve."""
    from escalations.triage.classifier.data import read_labelled  # numpy loads only when used
    from escalations.triage.classifier.evaluate import evaluate
    from escalations.triage.classifier.fit import train
    from escalations.triage.classifier.store import load
    from escalations.triage.encoder.session import open_encoder

    columns = options["text"], options["label"]
    learned, tested = read_labelled(options["train"], *columns), read_labelled(options["test"], *columns)
    encoder = open_encoder(settings.HANDRAIL_MODEL_DIR)
    with TemporaryDirectory(prefix="handrail-evaluate-") as folder:
        info = train(
            learned.texts,
            learned.labels,
            oos_label=options["oos"],
            name="evaluated",
            out=Path(folder),
            encoder=encoder,
        )
        classifier = load(info.path, encoder)
        return evaluate(classifier, tested.texts, tested.labels, options["oos"])
