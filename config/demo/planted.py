"""Tests of attention in the demo: the highest rate that may be agreed, and one case planted at the start (R094)."""

from django.utils import timezone

from accounts.models import Client, User
from escalations.models import Plant, Queue
from escalations.planting import MOST
from escalations.selectors.plants import Spot
from escalations.services.vigilance import set_plant_rate
from reviews.services.planting import plant_one

CLIENT, ADMIN = "harbour", "noor@handrail.test"


def load_planted() -> int:
    """Agree on the rate and plant the first case of each queue in which a finished one will do; how many. Nothing where
    there was one before.
    """
    client = Client.objects.get(slug=CLIENT)
    set_plant_rate(client=client, actor=User.objects.get(email=ADMIN), rate=MOST)
    if Plant.objects.filter(client=client).exists():
        return 0
    queues = Queue.objects.filter(cases__client=client, cases__closed_at__isnull=False).distinct()
    return sum(plant_one(Spot(client.pk, queue), timezone.now()) is not None for queue in queues)
