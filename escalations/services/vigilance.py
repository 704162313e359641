"""What is agreed with a client on tests of attention (R094)."""

from django.db import transaction
from django.db.models.functions import Now

from accounts.choices import Capability, EventKind
from accounts.ledger import record, stream_of
from accounts.models import Client, User
from accounts.permissions import can
from accounts.services.roles import Place
from escalations.errors import Invalid, NotAllowed
from escalations.models import Vigilance
from escalations.planting import MOST as MOST_PLANTED
from escalations.services.handoffs import hidden_rate

MOST = 0.2
"""Beyond a fifth it would be no test but another way to work."""


def plant_rate(client_id: int) -> float:
    """The share of a client's decisions that are on planted cases; none unless agreed."""
    own = Vigilance.objects.filter(client=client_id).values_list("plant_rate", flat=True).first()
    return float(own or 0.0)


def set_hidden_rate(*, client: Client, actor: User, rate: float) -> None:
    """In which share (0 to MOST; 0: never) of the client's cases people answer before they see the AI's answer. Holds
    for cases routed from now on. NotAllowed without `autonomy.edit` there; Invalid for another number. The same rate
    again changes nothing.
    """
    _set("hidden_rate", client, actor, rate, MOST)


def set_plant_rate(*, client: Client, actor: User, rate: float) -> None:
    """Which share (0 to MOST_PLANTED; 0: none) of people's decisions on the client's cases shall be on planted
    ones, from now on. The same refusals.
    """
    _set("plant_rate", client, actor, rate, MOST_PLANTED)


@transaction.atomic
def _set(name: str, client: Client, actor: User, rate: float, most: float) -> None:
    if not (verdict := can(actor, Capability.AUTONOMY_EDIT, Place(client.pk))):
        raise NotAllowed(f"You may not change tests of attention: {verdict.rule}.")
    if not 0 <= rate <= most:
        raise Invalid("That share cannot be.", {"rate": f"Between 0 and {most:.0%}."})
    Client.objects.select_for_update().get(pk=client.pk)  # two who change it take turns
    before = hidden_rate(client.pk) if name == "hidden_rate" else plant_rate(client.pk)
    if before == rate:
        return
    values = {name: rate, "changed_by": actor, "changed_at": Now()}
    Vigilance.objects.update_or_create(client=client, defaults=values)
    record(
        stream_of("vigilance", client.slug), kind=EventKind.VIGILANCE_CHANGED, actor=actor, client=client.pk,
        diff={name: [before, rate]},
    )  # fmt: skip
