"""`manage.py export_examples`: what people taught, as a file."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import DomainError
from accounts.models import Client, User
from escalations.models import CaseType, Dataset
from reviews.services.learning.datasets import make_dataset
from reviews.services.learning.exporting import FORMATS, export_dataset, satisfied_from


class Command(BaseCommand):
    help = "Write corrections and blind labels to a file, personal data masked; what is left out has its reason (R096)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", help="slug; without it everybody's")
        parser.add_argument("--type", help="slug of a case type of that client")
        parser.add_argument("--format", choices=sorted(FORMATS), default="jsonl")
        parser.add_argument(
            "--most", type=int, choices=range(1, 6), help="only where customers gave so many of five"
        )
        parser.add_argument("--least", type=int, choices=range(1, 6), help="or fewer, or at least so many")
        parser.add_argument("--out", type=Path, required=True, help="the file to write")
        parser.add_argument("--dataset", type=int, help="an older dataset, by its number")
        parser.add_argument(
            "--as", dest="who", help="e-mail address of the person who takes it; their rights hold"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """The file appears whole or not at all."""
        actor = self._person(options["who"])
        try:
            dataset = self._dataset(actor, options)
            satisfied = satisfied_from(options["least"], options["most"])
            lines = export_dataset(
                dataset=dataset, format=options["format"], actor=actor, satisfied=satisfied
            )
            self._write(options["out"], lines)
        except DomainError as error:
            raise CommandError(error.message) from error
        left_out = ", ".join(f"{n} {why}" for why, n in sorted(dataset.reasons.items())) or "none"
        self.stdout.write(
            f"dataset {dataset.pk}, {dataset.digest}: {dataset.made} made = {dataset.exported} exported"
            f" + {dataset.excluded} left out ({left_out}); {dataset.corrections} corrected fields"
        )

    def _person(self, address: str | None) -> User | None:
        if address is None:
            return None
        found = User.objects.filter(email=address, is_active=True).first()
        if found is None:
            raise CommandError(f"There is nobody with the address {address}.")
        return found

    def _dataset(self, actor: User | None, options: dict[str, Any]) -> Dataset:
        if options["dataset"] is not None:
            found = Dataset.objects.filter(pk=options["dataset"]).first()
            if found is None:
                raise CommandError(f"There is no dataset {options['dataset']}.")
            return found
        client = Client.objects.filter(slug=options["client"]).first()
        if options["client"] and client is None:
            raise CommandError(f"There is no client {options['client']}.")
        case_type = CaseType.objects.filter(client=client, slug=options["type"]).first()
        if options["type"] and case_type is None:
            raise CommandError(f"There is no case type {options['type']} of this client: name --client too.")
        return make_dataset(actor=actor, client=client, case_type=case_type)

    def _write(self, path: Path, lines: Any) -> None:
        beside = path.with_name(f"{path.name}.part")
        try:
            with beside.open("w", encoding="utf-8", newline="") as file:
                os.fchmod(file.fileno(), 0o600)  # customers' words, masked or not, are not everybody's
                file.writelines(lines)
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise CommandError(f"{path}: {error.strerror}") from error
