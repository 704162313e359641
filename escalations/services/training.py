"""A challenger: the shipped model's texts and what people taught, trained in a worker (R096, R101).

A worker that dies trains nothing: the job's lease runs out, another worker takes it, and there is one model a dataset.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.ledger import record
from escalations.choices import LabelSource, ModelState
from escalations.errors import Conflict
from escalations.models import Dataset, Job, ModelVersion, Sample, TriageRecord
from escalations.permissions import must_manage_models
from escalations.services import due
from escalations.services.scoring import score_later
from escalations.services.shipped import STREAM, champion
from escalations.triage.engines import DEFAULT_MODEL

if TYPE_CHECKING:  # slow to import, and only who trains needs them
    from escalations.triage.classifier.store import ModelInfo
    from escalations.triage.classifier.texts import Texts

KIND = "train"
BEHIND = 300
"""The priority of the work: after everything that a case waits for."""

FOLDS = 3
_RANK = {LabelSource.CONFIRMED: 0, LabelSource.CORRECTED: 1, LabelSource.BLIND: 2}


@dataclass(frozen=True, slots=True)
class Material:
    """Texts and labels to learn from, `taught` of them people's."""

    texts: list[str]
    labels: list[str]
    oos_label: str | None
    taught: int


def train_later(*, dataset: Dataset, actor: Actor) -> None:
    """Have a challenger trained on the dataset, one training at a time. NotAllowed without MODEL_MANAGE for everybody;
    Conflict where the dataset is a client's, has a model already, or holds nothing to learn from.
    """
    must_manage_models(actor, None)
    if dataset.client_id is not None or dataset.case_type_id is not None:
        raise Conflict("One model serves everybody: it learns from the dataset of all clients.")
    if ModelVersion.objects.filter(dataset=dataset).exists():
        raise Conflict("Nothing came since the last model was trained.")
    if not dataset.taught:
        raise Conflict("Nobody has named a category yet: there is nothing to learn from.")
    due.enqueue(KIND, key="challenger", priority=BEHIND, payload={"dataset": dataset.pk})


def train_challenger(job: Job) -> None:
    """Train what the job names, and have it scored beside the champion. Finishes the job."""
    dataset = Dataset.objects.get(pk=job.payload["dataset"])
    if ModelVersion.objects.filter(dataset=dataset).exists():
        with transaction.atomic():
            due.finish(job)
        return
    from escalations.triage.classifier.texts import kept_texts

    before = champion()
    material = material_of(dataset, kept_texts(settings.HANDRAIL_MODEL_DIR, DEFAULT_MODEL))
    with leased(job):
        info = _trained(dataset, material)
    with transaction.atomic():
        made = _kept(dataset, before, material, info)
        due.finish(job)
    score_later(made, before)


def material_of(dataset: Dataset, base: "Texts") -> Material:
    """The base texts, then each taught case once: as it was read blind, else corrected, else confirmed, the newest of
    these. A text that stands there twice has the label that came last; a text of a held-out case is nowhere.
    """
    samples = Sample.objects.filter(pk__lte=dataset.last_sample, at__lte=dataset.up_to).exclude(category="")
    best: dict[object, tuple[int, int, str, str]] = {}
    kept_back: set[str] = set()
    rows = samples.order_by("pk").values_list("pk", "case", "source", "category", "content__text", "held_out")
    for pk, case, source, category, text, held_out in rows.iterator(500):
        if held_out:
            kept_back.add(text)
        else:
            best[case] = max(
                best.get(case, (-1, 0, "", "")), (_RANK[LabelSource(source)], pk, text, category)
            )
    learned = dict(zip(base.texts, base.labels, strict=True))
    taught = [(text, category) for _, _, text, category in best.values() if text not in kept_back]
    learned |= dict(taught)
    return Material(
        [text for text in learned if text not in kept_back],
        [label for text, label in learned.items() if text not in kept_back], base.oos_label, len(taught),
    )  # fmt: skip


def _trained(dataset: Dataset, material: Material) -> "ModelInfo":
    from escalations.triage.classifier.fit import train  # slow to import, and only this job needs them
    from escalations.triage.encoder.session import open_encoder

    folder = settings.HANDRAIL_MODEL_DIR
    return train(
        material.texts, material.labels, oos_label=material.oos_label, name=f"learned-{dataset.pk}", out=folder,
        encoder=open_encoder(folder), folds=FOLDS,
    )  # fmt: skip


def _kept(dataset: Dataset, before: ModelVersion, material: Material, info: "ModelInfo") -> ModelVersion:
    """The challenger, in the books with its file's hash; an older one that nobody proposed makes room."""
    from escalations.triage.classifier.store import read_about

    older = ModelVersion.objects.filter(state=ModelState.CHALLENGER, proposed_at=None)
    for one in older.select_for_update():
        ModelVersion.objects.filter(pk=one.pk).update(
            state=ModelState.RETIRED, because="A newer challenger took its place."
        )
        record(STREAM, kind=EventKind.MODEL_RETIRED, actor=None, model=one.pk, named=one.version)
    made = ModelVersion.objects.create(
        name=info.name, version=info.version, state=ModelState.CHALLENGER, parent=before, dataset=dataset,
        artifact_sha256=read_about(info.path)["arrays_sha256"], labels=list(info.labels), texts=info.texts,
        taught=material.taught, shadowed_to=TriageRecord.objects.aggregate(n=Max("pk"))["n"] or 0,
    )  # fmt: skip
    record(
        STREAM, kind=EventKind.MODEL_TRAINED, actor=None, model=made.pk, named=made.version,
        sha256=made.artifact_sha256, dataset=dataset.pk, digest=dataset.digest, data=info.data_sha256,
        texts=made.texts, taught=made.taught, champion=before.version,
    )  # fmt: skip
    return made


@contextmanager
def leased(job: Job) -> Iterator[None]:
    """Hold the job's lease for as long as the work goes on, by a thread that ends with it. No connection is held."""
    if not connection.in_atomic_block:
        connection.close()
    done = Event()
    keeper = Thread(target=_hold, args=(job, done), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _hold(job: Job, done: Event) -> None:
    try:
        while not done.wait(settings.HANDRAIL_JOB_LEASE_SECONDS / 3):
            due.renew(job)
    finally:
        connection.close()
