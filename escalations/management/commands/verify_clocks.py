"""Recompute every clock from the ledger and compare."""

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from escalations.models import Clock
from escalations.selectors.recounting import differences

BATCH = 500


class Command(BaseCommand):
    help = "Count every case's clocks again from its events and name each stored value that differs (R061)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--case", help="reference of one case; all otherwise")

    def handle(self, *args: Any, case: str | None = None, **options: Any) -> None:
        clocks = Clock.objects.order_by("case_id").distinct()
        if case:
            clocks = clocks.filter(case__ref=case.upper())
        ids = clocks.values_list("case_id", flat=True).iterator(BATCH)
        seen = wrong = 0
        while batch := list(islice(ids, BATCH)):
            seen += len(batch)
            for one in differences(batch):
                wrong += 1
                self.stderr.write(
                    f"{one.ref} {one.timer} {one.round} {one.field}: stored {one.stored}, told {one.told}"
                )
        if wrong:
            raise CommandError(f"{wrong} values in {seen} cases are not what the events say.")
        self.stdout.write(f"The clocks of {seen} cases are what their events say.")
