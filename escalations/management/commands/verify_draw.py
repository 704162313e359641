"""Draw a client's week of audits again from its revealed seed."""

import re
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from escalations.models import AuditPeriod
from escalations.selectors.draws import redraw


class Command(BaseCommand):
    help = "Draw a client's week again: was exactly that audited which its committed seed says (R087)?"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="the client's slug")
        parser.add_argument("week", help="2026-W47, or any day of it as 2026-11-18")

    def handle(self, *args: Any, client: str, week: str, **options: Any) -> None:
        periods = AuditPeriod.objects.filter(client__slug=client, starts_on=_monday(week)).order_by("number")
        if not periods:
            raise CommandError(f"No draw was committed for {client} in {week}.")
        for period in periods:
            self._tell(period)

    def _tell(self, period: AuditPeriod) -> None:
        self.stdout.write(f"week of {period.starts_on}, committed {period.committed_at:%Y-%m-%d %H:%M} UTC")
        self.stdout.write(f"commitment {period.commitment}")
        if not period.seed:
            raise CommandError("The seed is not revealed yet.")
        found = redraw(period)
        again = found.verified
        self.stdout.write(f"seed       {period.seed}")
        self.stdout.write(
            f"{again.cases} cases took part, {again.drawn} drawn again, {found.early} came too early"
        )
        for ref in again.missing:
            self.stderr.write(f"drawn, yet not audited: {ref}")
        for ref in again.extra:
            self.stderr.write(f"audited, yet not drawn: {ref}")
        for ref in found.left_out:
            self.stderr.write(f"settled, yet in no draw: {ref}")
        if not found.honest:
            raise CommandError("This week was not audited as its committed seed says.")
        self.stdout.write("Audited exactly as the committed seed says.")


def _monday(week: str) -> date:
    try:
        if found := re.fullmatch(r"(\d{4})-?W(\d{1,2})", week):
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
        day = date.fromisoformat(week)
        return date.fromisocalendar(*day.isocalendar()[:2], 1)
    except ValueError:
        raise CommandError(f"{week} is no week: write 2026-W47, or a day.") from None
