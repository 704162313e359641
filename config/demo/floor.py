"""The demo's floor: a team for each site, who knows what, who works when, who is there as the day begins."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.choices import Level, PresenceState, TimeOffReason
from accounts.models import Team, User
from accounts.services.floor import add_shift, add_time_off, save_skill, save_team, set_capacity, set_skills
from accounts.services.presence import set_presence
from config.demo import world
from config.demo.people import HYDERABAD, KRAKOW, MANILA, NAIROBI
from escalations.models import Queue

SKILLS = {
    "billing": ("Billing", "Reads statements and ledgers"),
    "collections": ("Collections", "Arrears, plans and what may be promised"),
    "chat": ("Live chat", "Several conversations at once"),
    "coaching": ("Coaching", "Gives feedback that helps"),
    "finance": ("Finance", "Books credits and write-offs"),
    "invoices": ("Invoices", "Matches orders, deliveries and invoices"),
    "logistics": ("Logistics", "Carriers, customs and claims"),
    "networks": ("Networks", "Outages and equipment"),
    "payments": ("Payments", "Cards, chargebacks and fraud"),
    "privacy": ("Privacy", "Personal data and requests about it"),
    "recruitment": ("Recruitment", "Screens fairly"),
    "retention": ("Retention", "Keeps customers who want to leave"),
}

ASKED = {
    "collections": {"collections": Level.ABLE},
    "engineering": {"networks": Level.ABLE},
    "compliance": {"privacy": Level.ABLE},
}
"""What a queue asks of whoever takes its cases; of sensitive ones always experience (R036)."""

MORE = {"imelda@handrail.test": ("collections",), "ewa@handrail.test": ("collections",)}
"""Skills besides those that people.py names."""

SITES = {
    "manila": ("Manila", MANILA, "imelda@handrail.test"),
    "nairobi": ("Nairobi", NAIROBI, "kofi@handrail.test"),
    "hyderabad": ("Hyderabad", HYDERABAD, "priya@handrail.test"),
    "krakow": ("Kraków", KRAKOW, "ewa@handrail.test"),
}

HOURS = {
    "jomar@handrail.test": (range(7), time(6), time(15)),
    "grace@handrail.test": (range(5), time(8), time(17)),
    "arjun@handrail.test": (range(5), time(14), time(23)),
    "kofi@handrail.test": (range(7), time(22), time(8)),
    "ewa@handrail.test": (range(5), time(8), time(16)),
    "beatriz@handrail.test": (range(5), time(9), time(17)),
}
"""Days (0 is Monday), from, to, on the person's clock. Whoever is not named works whenever they are there."""

THERE = {
    "jomar@handrail.test": PresenceState.AVAILABLE,
    "grace@handrail.test": PresenceState.BUSY,
    "arjun@handrail.test": PresenceState.TRAINING,
    "kofi@handrail.test": PresenceState.AVAILABLE,
    "ewa@handrail.test": PresenceState.WRAP_UP,
    "priya@handrail.test": PresenceState.AVAILABLE,
}
"""Nobody shows a page of theirs in the demo until you sign in, so within ten minutes the desk finds them away."""


def load_floor(people: dict[str, User]) -> None:
    """Make it once; a floor that is there stays as it is."""
    if Team.objects.exists():
        return
    for slug, (name, about) in SKILLS.items():
        save_skill(slug=slug, name=name, about=about, actor=None)
    for queue, asked in ASKED.items():
        Queue.objects.filter(slug=queue).update(skills=asked)
    for spec in world.PEOPLE:
        level = Level.EXPERIENCED if spec.experienced else Level.ABLE
        known = (*spec.skills, *MORE.get(spec.email, ()))
        set_skills(person=people[spec.email], levels=dict.fromkeys(known, level), actor=None)
    for slug, (name, zone, lead) in SITES.items():
        members = [people[spec.email] for spec in world.PEOPLE if spec.time_zone == zone and spec.skills]
        save_team(slug=slug, name=name, client=None, lead=people[lead], members=members, actor=None)
    for email, (days, starts, ends) in HOURS.items():
        add_shift(person=people[email], weekdays=days, starts=starts, ends=ends, actor=None)
    for email, state in THERE.items():
        set_presence(person=people[email], state=state, actor=None, because="demo")
    set_capacity(person=people["imelda@handrail.test"], units=2, actor=None)
    _leave(people["beatriz@handrail.test"], people["ewa@handrail.test"])


def _leave(person: User, delegate: User) -> None:
    """A week off, from today on their calendar."""
    zone = ZoneInfo(person.timezone)
    begins = datetime.combine(timezone.now().astimezone(zone).date(), time(), zone)
    add_time_off(
        person=person, begins=begins, ends=begins + timedelta(days=7), reason=TimeOffReason.LEAVE,
        delegate=delegate, actor=None,
    )  # fmt: skip
