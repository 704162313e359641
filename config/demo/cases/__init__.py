"""The demo's cases: an endless, seeded stream of distinct, invented bodies in the shape of the intake API."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from config.demo import world
from config.demo.cases import chats, decisions, disputes, documents, murky, questions, service
from config.demo.cases.customers import customers
from config.demo.cases.scene import Scene
from config.demo.cases.shapes import CaseBody, FollowUp, Script

__all__ = ["MIX", "CaseBody", "FollowUp", "Script", "scripts", "stream"]

ALL = ("harbour", "northline", "meridian")
PREFIX = {client.slug: client.prefix for client in world.CLIENTS}

MIX: tuple[tuple[int, Callable[[Scene], Script], tuple[str, ...]], ...] = (
    # the AI settles these: a little under half
    (145, questions.general_question, ALL),
    (95, questions.opening_hours, ALL),
    (145, questions.order_status, ("harbour", "northline")),
    (85, questions.account_access, ("harbour", "meridian")),
    (58, questions.contact_change, ("meridian",)),
    (85, documents.payment_reminder, ("harbour", "meridian")),
    (28, chats.question_then_more, ALL),
    # hard to tell: some of these the AI gets wrong
    (48, murky.murky_question, ALL),
    (26, murky.murky_order, ("harbour", "northline")),
    (16, murky.murky_access, ("harbour", "meridian")),
    (12, murky.murky_details, ("meridian",)),
    (14, murky.murky_reminder, ("harbour", "meridian")),
    # an AI with a person
    (30, documents.matching_invoice, ("northline",)),
    (40, documents.mismatched_invoice, ("northline",)),
    (36, service.delayed, ("northline",)),
    (16, service.carrier_down, ("northline",)),
    (30, service.fault, ("harbour",)),
    (14, service.outage, ("harbour",)),
    (22, disputes.refund, ("harbour",)),
    (10, disputes.ungrounded_refund, ("harbour",)),
    (20, disputes.payment_plan, ("harbour", "meridian")),
    (18, service.damaged, ("northline",)),
    (16, service.ending, ("harbour",)),
    (14, service.change_of_plan, ("harbour",)),
    (26, decisions.credit_above_limit, ("harbour",)),
    (18, decisions.move_consignment, ("northline",)),
    (8, decisions.harmless_booking, ("northline",)),
    (8, decisions.outdated_agent, ("harbour",)),
    (10, documents.reminder_without_balance, ("harbour", "meridian")),
    (10, documents.unknown_layout, ("northline",)),
    (12, service.many_matters, ("northline",)),
    (12, chats.missing_number, ("harbour",)),
    (10, chats.mistaken_agent, ("harbour",)),
    (20, chats.riddle, ALL),
    (12, chats.stray, ALL),
    (14, chats.markup, ALL),
    # a person
    (34, disputes.ledger_says_completed, ("harbour", "meridian")),
    (26, disputes.charged_twice, ("harbour", "meridian")),
    (20, disputes.outlying_payment, ("harbour", "northline")),
    (22, disputes.ordinary_payment, ("harbour", "northline")),
    (12, disputes.reported_payment, ("harbour",)),
    (8, disputes.large_refund, ("harbour",)),
    (8, service.large_damage, ("northline",)),
    (32, decisions.application, ("meridian",)),
    (24, service.complaint, ALL),
    (18, service.regulatory, ("harbour", "meridian")),
    (20, chats.wants_a_person, ALL),
    (10, chats.injection, ALL),
    # distress
    (12, service.bereavement, ("harbour",)),
    (14, chats.hardship, ("harbour", "meridian")),
    (8, chats.dark_words, ("harbour", "meridian")),
    (14, service.turning_bad, ("northline",)),
)
"""How often each scenario comes, and which clients have it."""

OPENING = {2: (service.outage, ("harbour",))}
"""What every start brings at once, by its place: an outage, which rises by itself after a minute (R048)."""


def scripts(
    seed: int, now: datetime | None = None, policy_version: Callable[[], str] = lambda: world.POLICY_VERSION
) -> Iterator[Script]:
    """Scripts without end. The same seed and `now` give the same scripts; without `now` the clock is read for
    each, so that messages are always a few minutes old. No client gets the same text twice. `policy_version`
    is asked for each script, because agents learn of a new one while they work.
    """
    dice = Random(seed)  # noqa: S311  the stream must be the same for the same seed
    people = {client: customers(client) for client in ALL}
    weights = [weight for weight, _, _ in MIX]
    seen: set[str] = set()
    number = 0
    while True:
        number += 1
        scenario, clients = OPENING.get(number) or dice.choices(MIX, weights)[0][1:]
        client = dice.choice(clients)
        scene = Scene(
            dice=dice,
            now=now or datetime.now(UTC),
            client=client,
            customer=dice.choice(people[client]),
            external_id=f"{PREFIX[client].lower()}-{seed:x}-{number:05d}",
            policy_version=policy_version(),
        )
        script = scenario(scene)
        said = f"{client}: " + "\n".join(message["text"] for message in script.body["messages"])
        if said in seen:
            continue
        seen.add(said)
        yield replace(script, scenario=scenario.__name__)


def stream(seed: int, now: datetime | None = None) -> Iterator[CaseBody]:
    """The bodies of `scripts`."""
    return (script.body for script in scripts(seed, now))
