"""`manage.py verify_ledger`: checks every hash chain, says where each bad one breaks, exits 1 if any does."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.ledger.reading import event_count, ledger_faults


class Command(BaseCommand):
    help = "Checks every chain of the ledger against what the database recorded."

    def handle(self, *args: Any, **options: Any) -> None:
        begun, found = time.monotonic(), 0
        for fault in ledger_faults():
            found += 1
            self.stderr.write(f"stream {fault.stream}, event {fault.seq}: {fault.why}")
        seconds, events = time.monotonic() - begun, event_count()
        speed = f"{events} events in {seconds:.1f} s ({events / max(seconds, 0.001):,.0f} a second)"
        if found:
            raise CommandError(f"The ledger is not intact: {found} faults in {speed}.", returncode=1)
        self.stdout.write(f"Every chain holds: {speed}.")
