"""The shipped model, or one of the desk's own texts, enters the books: the first champion."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from escalations.choices import ModelState
from escalations.models import ModelVersion
from escalations.triage.engines import DEFAULT_MODEL

STREAM = stream_of("learning", "models")


def champion() -> ModelVersion:
    """The model that serves. The one in the model folder becomes it where none does yet, or where whoever runs the
    machine replaced the shipped model by another (`train_triage`); a champion that people promoted stays.

    ModelError when there is no model.
    """
    now = ModelVersion.objects.filter(state=ModelState.CHAMPION).first()
    if now is not None and now.dataset_id is not None:
        return now
    from escalations.triage.classifier.store import (
        read_about,
        read_info,
    )  # loads SciPy: not for every process

    path = settings.HANDRAIL_MODEL_DIR / f"{DEFAULT_MODEL}.json"
    info = read_info(path)
    if now is not None and now.version == info.version:
        return now
    try:
        with transaction.atomic():
            return _entered(now, info.version, read_about(path)["arrays_sha256"], info.labels, info.texts)
    except IntegrityError:  # somebody else was first
        return ModelVersion.objects.get(state=ModelState.CHAMPION)


def _entered(
    before: ModelVersion | None, version: str, sha256: str, labels: tuple[str, ...], texts: int
) -> ModelVersion:
    if before is not None:
        ModelVersion.objects.filter(pk=before.pk, state=ModelState.CHAMPION).update(
            state=ModelState.RETIRED, because="The shipped model was replaced in the model folder."
        )
    made = ModelVersion.objects.create(
        name=DEFAULT_MODEL, version=version, state=ModelState.CHAMPION, parent=before, artifact_sha256=sha256,
        labels=list(labels), texts=texts, champion_since=Now(),
    )  # fmt: skip
    record(
        STREAM, kind=EventKind.MODEL_PROMOTED, actor=None, model=made.pk, named=version, sha256=sha256,
        before=before.version if before else "", texts=texts,
    )  # fmt: skip
    return made
