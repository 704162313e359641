"""What no change of rights may do: reach further than who makes it, or leave nobody who can change rights again."""

from collections.abc import Collection

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import DESK_POWERS, Capability
from accounts.errors import Conflict, NotAllowed
from accounts.models import Client, Grant
from accounts.permissions import scopes_of

TURN = 0x52494748  # one lock: changes of rights follow one another


def take_turn() -> None:
    """Let changes of rights follow one another: two admins who remove each other at once must not both succeed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [TURN])


def must_reach(
    actor: Actor, capabilities: Collection[str], *, client: Client | None, queues: Collection[str], tier: int
) -> None:
    """NotAllowed unless `actor` may give these capabilities there: no client means all, no queues means all.

    Everything asks for `roles.edit` that reaches as far; powers over the desk must be held themselves, as far.
    """
    if actor is None:
        return
    for capability in sorted({str(Capability.ROLES_EDIT), *(DESK_POWERS & {*capabilities})}):
        if not any(
            (scope.client is None or (client is not None and scope.client == client.pk))
            and (scope.queues is None or (queues and scope.queues >= {*queues}))
            and scope.max_tier >= tier
            for scope in scopes_of(actor, capability)
        ):
            label = Capability(capability).label.lower()
            raise NotAllowed(f"Nobody gives what they do not hold: you cannot “{label}” that far.")


def someone_must_be_left() -> None:
    """Conflict when nobody is left who may change everybody's rights, for good. Called after a change, inside its
    transaction.
    """
    lasting = Grant.objects.filter(
        user__is_active=True, client__isnull=True, queues=[], valid_to__isnull=True, valid_from__lte=Now(),
        role__capabilities__contains=[Capability.ROLES_EDIT],
    ).filter(Q(role__cells={}) | ~Q(role__cells__has_key=Capability.ROLES_EDIT))  # fmt: skip
    if not lasting.exists():
        raise Conflict("Somebody must remain who can change rights: this is the last admin.")
