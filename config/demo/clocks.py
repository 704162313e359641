"""The demo's promises: when each client's people work, how soon they answer, what a breach costs.

A network outage of Harbour rises to the next tier after one minute, so that one can watch it.
"""

from datetime import date
from decimal import Decimal

from accounts.models import Client
from escalations.models import BusinessCalendar, CaseType, SlaPolicy
from escalations.services.sla import Hours, Terms, ensure_default_promises, save_calendar, save_policy

WEEKDAYS = range(5)

CALENDARS = {
    "harbour-care": Hours(
        "Harbour care, New York", "America/New_York",
        (*((day, "07:00", "24:00") for day in WEEKDAYS), *((day, "09:00", "21:00") for day in (5, 6))), "US", "NY",
    ),
    "northline-office": Hours(
        "Northline office, London", "Europe/London",
        tuple((day, a, b) for day in WEEKDAYS for a, b in (("08:00", "12:30"), ("13:15", "18:00"))), "GB", "ENG",
        (date(2026, 12, 24), date(2026, 12, 31)),
    ),
    "meridian-clinic": Hours(
        "Meridian clinics, Melbourne", "Australia/Melbourne",
        (*((day, "07:30", "19:30") for day in WEEKDAYS), (5, "08:00", "13:00")), "AU", "VIC",
    ),
}  # fmt: skip
"""By slug. None of these exists, nor do their clients."""

POLICIES: tuple[tuple[str, str, int | None, Terms], ...] = (
    # client, case type or any, severity or any
    ("harbour", "", None, Terms(
        "harbour-care", first_response_minutes=120, next_response_minutes=120, penalty=Decimal(40), currency="USD")),
    ("harbour", "", 1, Terms(
        first_response_minutes=15, next_response_minutes=15, dwell_minutes=15, penalty=Decimal(250), currency="USD",
        penalty_timers=("first_response", "resolution"))),
    ("harbour", "outage", None, Terms(
        first_response_minutes=20, next_response_minutes=20, dwell_minutes=1, resolution_minutes=60, warn_percent=50,
        penalty=Decimal(500), currency="USD")),
    ("northline", "", None, Terms(
        "northline-office", first_response_minutes=240, next_response_minutes=240, penalty=Decimal(30),
        currency="GBP")),
    ("northline", "delayed_shipment", 1, Terms(
        first_response_minutes=30, dwell_minutes=30, penalty=Decimal(180), currency="GBP")),
    ("meridian", "", None, Terms(
        "meridian-clinic", first_response_minutes=180, next_response_minutes=120, penalty=Decimal(55),
        currency="AUD")),
    ("meridian", "regulatory_complaint", None, Terms(
        "meridian-clinic", first_response_minutes=480, next_response_minutes=480, penalty=Decimal(900), currency="AUD",
        pauses=("info",))),
)  # fmt: skip


def load_clocks(clients: dict[str, Client]) -> None:
    """Make what is not there; what somebody has changed since stays as it is."""
    ensure_default_promises()
    for slug, hours in CALENDARS.items():
        if not BusinessCalendar.objects.filter(slug=slug).exists():
            save_calendar(slug=slug, hours=hours, actor=None)
    for client, kind, severity, terms in POLICIES:
        case_type = (
            CaseType.objects.select_related("client").get(client=clients[client], slug=kind) if kind else None
        )
        if not SlaPolicy.objects.filter(
            client=clients[client], case_type=case_type, severity=severity
        ).exists():
            save_policy(
                client=clients[client], case_type=case_type, severity=severity, terms=terms, actor=None
            )
