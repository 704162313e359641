"""Datasets: everything people taught up to a moment, counted so that nothing is lost (R096, R102)."""

from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.models import Client, User
from escalations.errors import Invalid
from escalations.models import CaseType, Dataset, Decision, Sample
from escalations.permissions import must_manage_models
from reviews.models import TrainingExample
from reviews.services.learning.sampling import LOCK, MARGIN, PATIENCE, prepare_missed, prepare_samples

_COUNTED = ("made", "exported", "excluded", "corrections", "corrections_exported", "taught", "held_out")
_RESOLUTION = timedelta(microseconds=1)


def make_dataset(
    *, actor: Actor, client: Client | None = None, case_type: CaseType | None = None, until: datetime | None = None
) -> Dataset:  # fmt: skip
    """The dataset of all that people taught up to `until` (ten seconds ago, unless given) about a client, a type or
    everything; the one there is where nothing came since. An event names it with its hash.

    What may still be taken back is waited for: the dataset ends before the first such decision. The database counts
    again and takes none that loses something. NotAllowed without MODEL_MANAGE there, Invalid for another client's type.
    """
    if case_type is not None and client is not None and case_type.client_id != client.pk:
        raise Invalid("Not made.", {"case_type": "That type is another client's."})
    must_manage_models(actor, case_type.client_id if case_type else client.pk if client else None)
    until = _settled(until or timezone.now() - MARGIN)
    while prepare_samples(until=until):
        pass
    try:
        return _counted(actor, client, case_type, until)
    except DatabaseError:
        if not prepare_missed(until):
            raise
    return _counted(actor, client, case_type, until)


@transaction.atomic
def _counted(actor: Actor, client: Client | None, case_type: CaseType | None, until: datetime) -> Dataset:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    last = Sample.objects.filter(at__lte=until).aggregate(n=Max("pk"))["n"] or 0
    before = Dataset.objects.filter(client=client, case_type=case_type).first()
    if before is not None and before.last_sample == last:
        return before
    zero = dict.fromkeys(_COUNTED, 0)
    made = Dataset(
        client=client, case_type=case_type, last_sample=last, up_to=until, digest="", **zero,
        made_by=actor if isinstance(actor, User) else None,
    )  # fmt: skip
    reasons = samples_of(made).exclude(excluded="").order_by().values_list("excluded").annotate(n=Count("pk"))
    made.reasons = dict(reasons)
    made.save(force_insert=True)
    made.refresh_from_db()  # the database counted
    record(
        stream_of("learning", "datasets"), kind=EventKind.DATASET_MADE, actor=actor, dataset=made.pk,
        digest=made.digest, up_to=made.up_to.isoformat(), client=client.slug if client else "",
        type=case_type.slug if case_type else "", reasons=made.reasons,
        **{name: getattr(made, name) for name in _COUNTED},
    )  # fmt: skip
    return made


def samples_of(dataset: Dataset) -> QuerySet[Sample]:
    """All samples of a dataset, exported and left out, in their order."""
    found = Sample.objects.filter(pk__lte=dataset.last_sample, at__lte=dataset.up_to)
    if dataset.client_id is not None:
        found = found.filter(client=dataset.client_id)
    if dataset.case_type_id is not None:
        found = found.filter(case_type=dataset.case_type_id)
    return found.order_by("pk")


def _settled(until: datetime) -> datetime:
    """`until`, or the moment before the first decision that may still be taken back."""
    young = timezone.now() - PATIENCE
    open_ = TrainingExample.objects.filter(
        Q(decision__standing=Decision.Standing.PENDING), created_at__gt=young, created_at__lte=until
    )
    first = open_.order_by("created_at").values_list("created_at", flat=True).first()
    return until if first is None else first - _RESOLUTION
