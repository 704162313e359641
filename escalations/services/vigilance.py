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
from escalations.services.handoffs import hidden_rate

MOST = 0.2
"""Beyond a fifth it would be no test but another way to work."""


@transaction.atomic
def set_hidden_rate(*, client: Client, actor: User, rate: float) -> None:
    """In which share (0 to MOST; 0: never) of the client's cases people answer before they see the AI's answer. Holds
    for cases routed from now on. NotAllowed without `autonomy.edit` there; Invalid for another number. The same rate
    again changes nothing.
    """
    if not (verdict := can(actor, Capability.AUTONOMY_EDIT, Place(client.pk))):
        raise NotAllowed(f"You may not change tests of attention: {verdict.rule}.")
    if not 0 <= rate <= MOST:
        raise Invalid("That share cannot be.", {"rate": f"Between 0 and {MOST:.0%}."})
    Client.objects.select_for_update().get(pk=client.pk)  # two who change it take turns
    before = hidden_rate(client.pk)
    if before == rate:
        return
    values = {"hidden_rate": rate, "changed_by": actor, "changed_at": Now()}
    Vigilance.objects.update_or_create(client=client, defaults=values)
    record(
        stream_of("vigilance", client.slug), kind=EventKind.VIGILANCE_CHANGED, actor=actor, client=client.pk,
        diff={"hidden_rate": [before, rate]},
    )  # fmt: skip
