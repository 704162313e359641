"""When a new challenger is trained: people ask for it, or enough has come in since the last one."""

from datetime import timedelta

from django.utils import timezone

from accounts.actors import Actor
from escalations.choices import ModelState
from escalations.errors import Conflict
from escalations.models import Dataset, Job, ModelVersion, Sample
from escalations.services import training
from escalations.services.shipped import champion
from escalations.triage.types import TriageError
from reviews.services.learning.datasets import make_dataset

ENOUGH = 200
"""So many more cases whose category people named have a challenger trained by themselves."""


def ask_for_training(*, actor: Actor) -> Dataset:
    """Make a dataset of everything and have a challenger trained on it. NotAllowed, Conflict as `train_later`."""
    dataset = make_dataset(actor=actor)
    training.train_later(dataset=dataset, actor=actor)
    return dataset


def plan_training() -> Dataset | None:
    """Train when enough came in, and not while a challenger waits for its second person. None when nothing is to do."""
    try:
        champion()
    except TriageError:
        return None  # this desk has no model of its own: an endpoint judges alone
    if ModelVersion.objects.filter(state=ModelState.CHALLENGER, proposed_at__isnull=False).exists():
        return None
    yesterday = timezone.now() - timedelta(days=1)
    if Job.objects.filter(kind=training.KIND, state=Job.State.DEAD, created_at__gt=yesterday).exists():
        return None  # it fails: JOB_DEAD has told, and people may try again sooner
    last = Dataset.objects.filter(model__isnull=False).values_list("last_sample", flat=True).first() or 0
    if Sample.objects.filter(pk__gt=last, held_out=False).exclude(category="").count() < ENOUGH:
        return None
    try:
        return ask_for_training(actor=None)
    except Conflict:
        return None
