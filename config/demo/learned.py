"""A challenger in the demo: trained on what the people of its past taught, compared, and left for two people (R096)."""

from escalations.choices import ModelState
from escalations.errors import Conflict
from escalations.handlers import LEARNING
from escalations.models import ModelVersion
from escalations.services import due
from escalations.services.training import train_later
from reviews.services.learning.datasets import make_dataset


def load_challenger() -> int:
    """Make a dataset, train on it and compare; how many pieces of work. Here and not in the worker, whose processes
    belong to whoever is at the desk; what is left over when this is ended is a job that the worker finds. Nothing where
    a model was trained before.
    """
    if ModelVersion.objects.exclude(state=ModelState.CHAMPION).exists():
        return 0
    try:
        train_later(dataset=make_dataset(actor=None), actor=None)
    except Conflict:  # nobody has taught anything
        return 0
    done = 0
    while (job := due.take(tuple(LEARNING))) is not None:
        LEARNING[job.kind](job)
        done += 1
    return done
