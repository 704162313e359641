"""Who acts: a person, an AI agent, or (None) the system. Always passed, never ambient."""

from dataclasses import dataclass

from accounts.choices import ActorKind
from accounts.models import AIAgent, User

Actor = User | AIAgent | None


@dataclass(frozen=True, slots=True)
class Signature:
    """How an actor stands in the ledger: kind and id, no name (names are personal data)."""

    kind: str
    id: str


def signature(actor: Actor) -> Signature:
    """The ledger's form of `actor`."""
    match actor:
        case None:
            return Signature(ActorKind.SYSTEM, "")
        case AIAgent():
            return Signature(ActorKind.AI, str(actor.pk))
        case _:
            return Signature(ActorKind.HUMAN, str(actor.pk))
