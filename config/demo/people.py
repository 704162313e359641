"""The desk: queues, and people for every built-in role in four offshore sites."""

from config.demo.shapes import Person, Queue

DEMO_PASSWORD = "lantern-harbour-42"  # noqa: S105  a made-up password of made-up people
"""Every demo person's password. The demo binds to this machine only and is never loaded in production."""

MANILA, NAIROBI, HYDERABAD, KRAKOW = "Asia/Manila", "Africa/Nairobi", "Asia/Kolkata", "Europe/Warsaw"

QUEUES = (
    Queue("frontline", "Frontline", 1, "imelda@handrail.test"),
    Queue("billing", "Billing and finance", 1, "ewa@handrail.test"),
    Queue("operations", "Operations", 1, "imelda@handrail.test"),
    Queue("collections", "Collections", 1, "imelda@handrail.test"),
    Queue("engineering", "Engineering", 2, "kofi@handrail.test"),
    Queue("quality", "Service quality", 2, "lucas@handrail.test"),
    Queue("supervisors", "Supervisors", 2, "imelda@handrail.test"),
    Queue("hr", "Recruitment", 2, "beatriz@handrail.test"),
    Queue("sme", "Subject experts", 3, "kofi@handrail.test"),
    Queue("compliance", "Compliance", 3, "priya@handrail.test"),
)

FRONTLINE_QUEUES = ("frontline", "billing", "operations", "collections")

PEOPLE = (
    Person(
        "maria@handrail.test",
        "Maria Lagman",
        "frontline",
        1,
        MANILA,
        queues=FRONTLINE_QUEUES,
        skills=("billing", "retention"),
    ),
    Person(
        "jomar@handrail.test",
        "Jomar Dizon",
        "frontline",
        1,
        MANILA,
        clients=("harbour", "meridian"),
        queues=FRONTLINE_QUEUES,
        skills=("billing", "collections"),
    ),
    Person(
        "grace@handrail.test",
        "Grace Wambua",
        "frontline",
        1,
        NAIROBI,
        clients=("northline",),
        queues=FRONTLINE_QUEUES,
        skills=("logistics", "invoices"),
    ),
    Person(
        "arjun@handrail.test",
        "Arjun Pillai",
        "frontline",
        1,
        HYDERABAD,
        clients=("harbour", "northline"),
        queues=FRONTLINE_QUEUES,
        skills=("logistics", "chat"),
    ),
    Person(
        "imelda@handrail.test",
        "Imelda Roque",
        "supervisor",
        2,
        MANILA,
        skills=("retention",),
        experienced=True,
    ),
    Person(
        "kofi@handrail.test",
        "Kofi Amankwah",
        "sme",
        3,
        NAIROBI,
        queues=("engineering", "operations", "sme"),
        skills=("networks", "logistics"),
        experienced=True,
    ),
    Person(
        "ewa@handrail.test",
        "Ewa Nowicka",
        "sme",
        3,
        KRAKOW,
        queues=("billing", "collections", "sme"),
        skills=("finance", "invoices"),
        experienced=True,
    ),
    Person(
        "beatriz@handrail.test",
        "Beatriz Arce",
        "sme",
        3,
        KRAKOW,
        clients=("meridian",),
        queues=("hr", "sme"),
        skills=("recruitment",),
        experienced=True,
    ),
    Person(
        "priya@handrail.test",
        "Priya Raman",
        "compliance",
        3,
        HYDERABAD,
        queues=("compliance", "sme"),
        skills=("payments", "privacy"),
        experienced=True,
    ),
    Person(
        "lucas@handrail.test",
        "Lucas Ferrer",
        "qa",
        3,
        MANILA,
        skills=("coaching",),
        experienced=True,
    ),
    Person("amina@handrail.test", "Amina Wekesa", "qa", 3, NAIROBI, skills=("coaching",), experienced=True),
    Person("noor@handrail.test", "Noor Haddad", "admin", 3, KRAKOW, experienced=True),
    Person(
        "anika@handrail.test", "Anika Bose", "admin", 3, HYDERABAD, experienced=True
    ),  # writes policy, Noor approves
    Person("helen@handrail.test", "Helen Brandt", "auditor", 3, KRAKOW, clients=("harbour",)),
)
