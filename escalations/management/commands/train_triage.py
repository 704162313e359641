"""`manage.py train_triage`: learn a triage model from a CSV file of labelled texts."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from escalations.triage.types import TriageError


class Command(BaseCommand):
    help = "Train a triage model on labelled texts and store it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="CSV file with a header, may be .gz")
        parser.add_argument("--text", required=True, help="name of the column with the text")
        parser.add_argument("--label", required=True, help="name of the column with the label")
        parser.add_argument("--oos", default=None, help="label of rows that are out of scope")
        parser.add_argument("--name", default="default", help="name of the model")
        parser.add_argument("--out", type=Path, default=settings.HANDRAIL_MODEL_DIR, help="model folder")

    def handle(self, *args: Any, **options: Any) -> None:
        from escalations.triage.classifier.data import read_labelled  # numpy loads only when used
        from escalations.triage.classifier.fit import train
        from escalations.triage.classifier.texts import keep_texts
        from escalations.triage.encoder.session import open_encoder

        try:
            rows = read_labelled(options["data"], options["text"], options["label"])
            encoder = open_encoder(settings.HANDRAIL_MODEL_DIR)
            info = train(
                rows.texts,
                rows.labels,
                oos_label=options["oos"],
                name=options["name"],
                out=options["out"],
                encoder=encoder,
            )
            keep_texts(options["out"], info.name, rows.texts, rows.labels, options["oos"])
        except TriageError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{info.version}: {info.texts} texts, {len(info.labels)} labels, {info.path}")
