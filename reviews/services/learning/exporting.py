"""Exports: a dataset as JSON lines or as a sheet, row after row, what is left out with its reason (R096, R102)."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.services.cells import safe_cell
from escalations.choices import Exclusion
from escalations.models import Dataset, Sample
from escalations.permissions import must_manage_models
from reviews.services.learning.datasets import samples_of

BATCH = 500
COLUMNS = (
    "sample", "at", "excluded", "why", "kind", "client", "case_type", "channel", "ai_category", "ai_confidence",
    "model", "agent", "category", "label", "held_out", "verb", "disposition", "reason", "agrees", "shown",
    "probability", "error_types", "fields", "before", "after", "text", "reply",
)  # fmt: skip


def export_dataset(*, dataset: Dataset, format: str, actor: Actor) -> Iterator[str]:
    """The file's lines, one sample each and in their order: as many as the dataset counts as made. An event says who
    took which dataset away, before the first line leaves.

    NotAllowed without MODEL_MANAGE for the dataset's client; ValueError for another format than jsonl or csv.
    """
    lines = FORMATS.get(format)
    if lines is None:
        raise ValueError(f"there is no format {format!r}: use jsonl or csv")
    must_manage_models(actor, dataset.client_id)
    with transaction.atomic():
        record(
            stream_of("learning", "datasets"), kind=EventKind.DATASET_EXPORTED, actor=actor, dataset=dataset.pk,
            digest=dataset.digest, format=format, made=dataset.made, exported=dataset.exported,
            excluded=dataset.excluded,
        )  # fmt: skip
    return lines(dataset)


def _jsonl(dataset: Dataset) -> Iterator[str]:
    for sample in samples_of(dataset).iterator(BATCH):
        yield json.dumps(_told(sample), ensure_ascii=False) + "\n"


def _csv(dataset: Dataset) -> Iterator[str]:
    yield _line(COLUMNS)
    for sample in samples_of(dataset).iterator(BATCH):
        row = _flat(_told(sample))
        yield _line([safe_cell(row.get(name, "")) for name in COLUMNS])


FORMATS: dict[str, Callable[[Dataset], Iterator[str]]] = {"jsonl": _jsonl, "csv": _csv}


def _told(sample: Sample) -> dict[str, Any]:
    """A sample as an export says it; of one that is left out only that, when and why."""
    head = {"sample": sample.pk, "at": sample.at.isoformat(), "excluded": sample.excluded}
    if sample.content is None:
        return head | {"why": Exclusion(sample.excluded).label, "corrections_lost": sample.corrections}
    kept: dict[str, Any] = sample.content
    return head | {"held_out": sample.held_out} | kept


def _flat(told: dict[str, Any]) -> dict[str, Any]:
    ai, person, changes = told.get("ai", {}), told.get("person", {}), told.get("corrections", [])
    several = {
        name: " | ".join(str(change[key]) for change in changes)
        for name, key in (("error_types", "error_type"), ("fields", "field"), ("before", "before"), ("after", "after"))
    }  # fmt: skip
    return (
        {name: value for name, value in told.items() if name in COLUMNS}
        | {
            "ai_category": ai.get("category", ""), "ai_confidence": ai.get("confidence", ""),
            "model": ai.get("model", ""), "agent": ai.get("agent", ""),
        }
        | {name: person.get(name, "") for name in ("category", "label", "verb", "disposition", "reason", "reply")}
        | several
    )  # fmt: skip


def _line(cells: Any) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
