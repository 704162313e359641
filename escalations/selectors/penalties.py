"""What missed clocks cost by each client's contract: at stake now, and month by month (R059)."""

from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal

from django.db.models import Count, F, Q, Sum, Value
from django.db.models.functions import Coalesce, NullIf, TruncMonth

from escalations.selectors.breaches import PENAL, RUNS, Asked

MONTHS = 240
"""Lines of the table of months."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What open cases of a client cost in one currency: missed already, warned of, and everything not yet missed."""

    client: str
    slug: str
    currency: str
    breached: Decimal
    warned: Decimal
    open: Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """Missed clocks of one client, one month of UTC and one currency, by when the breach was found."""

    client: str
    slug: str
    month: date
    currency: str
    breaches: int
    amount: Decimal


def exposure(asked: Asked) -> list[Exposure]:
    """Penalties at stake on clocks that run now, whatever the period; in one statement."""
    missed, warned = Q(breached_at__isnull=False), Q(breached_at__isnull=True, warned_at__isnull=False)
    rows = (
        asked.clocks.filter(PENAL & RUNS)
        .values_list("case__client__name", "case__client__slug", "policy__currency")
        .annotate(
            a=Coalesce(Sum("penalty", filter=missed), Decimal(0)),
            b=Coalesce(Sum("policy__penalty", filter=warned), Decimal(0)),
            c=Coalesce(Sum("policy__penalty", filter=~missed), Decimal(0)),
        )
        .order_by("case__client__name", "policy__currency")
    )
    return [Exposure(*row) for row in rows]


def months(asked: Asked) -> list[Month]:
    """Missed clocks of the period and what they cost, the newest month first; in one statement."""
    rows = (
        asked.listed("missed")
        .annotate(
            month=TruncMonth("breached_at", tzinfo=UTC),
            money=Coalesce(NullIf("currency", Value("")), F("policy__currency")),
        )
        .values_list("case__client__name", "case__client__slug", "month", "money")
        .annotate(n=Count("pk"), amount=Coalesce(Sum("penalty"), Decimal(0)))
        .order_by("-month", "case__client__name", "money")[:MONTHS]
    )
    return [Month(name, slug, month.date(), money, n, amount) for name, slug, month, money, n, amount in rows]
