"""Decide past cases again and compare."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from escalations.models import Routing
from escalations.policy.replay import departures, replay
from escalations.selectors.policy import document_of

BATCH = 500


class Command(BaseCommand):
    help = "Replay every case that a policy version decided, and name each whose outcome differs (R011)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--number", type=int, help="of one policy version; all otherwise")

    def handle(self, *args: Any, number: int | None = None, **options: Any) -> None:
        routings = Routing.objects.exclude(facts={}).select_related("policy", "triage", "case").order_by("pk")
        if number is not None:
            routings = routings.filter(policy__number=number)
        seen = wrong = 0
        for routing in routings.defer("policy__document").iterator(BATCH):
            seen += 1
            result = routing.triage.result if routing.triage else None
            again = replay(routing.facts, result, document_of(routing.policy))
            if differs := departures(routing.outcome, again):
                wrong += 1
                self.stderr.write(
                    f"{routing.case.ref} under version {routing.policy.number}: {', '.join(differs)}"
                )
        if wrong:
            raise CommandError(f"{wrong} of {seen} decisions are not what their policy makes of their facts.")
        self.stdout.write(f"All {seen} decisions are what their policy makes of their facts.")
