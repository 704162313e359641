"""Exports: a dataset as JSON lines or as a sheet, row after row, what is left out with its reason (R096, R102)."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, OuterRef, QuerySet, Subquery, When

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.services.cells import safe_cell
from escalations.choices import Exclusion
from escalations.models import Dataset, Feedback, Sample
from escalations.permissions import must_manage_models
from reviews.services.learning.datasets import samples_of

BATCH = 500
FILTERED = "filtered"
COLUMNS = (
    "sample", "at", "excluded", "why", "kind", "client", "case_type", "channel", "ai_category", "ai_confidence",
    "model", "agent", "category", "label", "held_out", "verb", "disposition", "reason", "agrees", "shown",
    "satisfaction",
    "probability", "error_types", "fields", "before", "after", "text", "reply",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Satisfied:
    """Only what customers gave at least and at most so many of five for (R099); where nobody spoke, it is left out."""

    least: int = 1
    most: int = 5

    def holds(self, score: int | None) -> bool:
        """Is a sample with that score wanted?"""
        return score is not None and self.least <= score <= self.most


def satisfied_from(least: int | None, most: int | None) -> Satisfied | None:
    """The filter that somebody asked for, with either bound or both; None without any."""
    return Satisfied(least or 1, most or 5) if least or most else None


def export_dataset(
    *, dataset: Dataset, format: str, actor: Actor, satisfied: Satisfied | None = None
) -> Iterator[str]:
    """The file's lines, one sample each and in their order: as many as the dataset counts as made, each with what the
    customer gave so far. What `satisfied` does not want stands there as left out, like everything else. An event says
    who took which dataset away, before the first line leaves.

    NotAllowed without MODEL_MANAGE for the dataset's client; ValueError for another format than jsonl or csv.
    """
    lines = FORMATS.get(format)
    if lines is None:
        raise ValueError(f"there is no format {format!r}: use jsonl or csv")
    must_manage_models(actor, dataset.client_id)
    asked: dict[str, Any] = {"satisfied": [satisfied.least, satisfied.most]} if satisfied else {}
    with transaction.atomic():
        record(
            stream_of("learning", "datasets"), kind=EventKind.DATASET_EXPORTED, actor=actor, dataset=dataset.pk,
            digest=dataset.digest, format=format, made=dataset.made, exported=dataset.exported,
            excluded=dataset.excluded, **asked,
        )  # fmt: skip
    samples = with_satisfaction(samples_of(dataset))
    return lines(_told(sample, satisfied) for sample in samples.iterator(BATCH))


def with_satisfaction(samples: QuerySet[Sample]) -> QuerySet[Any]:
    """Samples with `satisfaction`: what the customer last gave for that decision, for an audit of the case; or None."""
    said = Feedback.objects.order_by("-at", "-pk").values("score")
    score = Case(
        When(decision=None, then=Subquery(said.filter(case=OuterRef("case"))[:1])),
        default=Subquery(said.filter(decision=OuterRef("decision"))[:1]),
    )
    return samples.annotate(satisfaction=score)


def _jsonl(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    for told in rows:
        yield json.dumps(told, ensure_ascii=False) + "\n"


def _csv(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield _line(COLUMNS)
    for told in rows:
        row = _flat(told)
        yield _line([safe_cell(row.get(name, "")) for name in COLUMNS])


FORMATS: dict[str, Callable[[Iterable[dict[str, Any]]], Iterator[str]]] = {"jsonl": _jsonl, "csv": _csv}


def _told(sample: Any, satisfied: Satisfied | None) -> dict[str, Any]:
    """A sample as an export says it; of one that is left out only that, when and why."""
    head = {"sample": sample.pk, "at": sample.at.isoformat(), "excluded": sample.excluded}
    if sample.content is None:
        return head | {"why": Exclusion(sample.excluded).label, "corrections_lost": sample.corrections}
    if satisfied is not None and not satisfied.holds(sample.satisfaction):
        return head | {"excluded": FILTERED, "why": "Not asked for: another satisfaction, or none"}
    kept: dict[str, Any] = sample.content
    return head | {"held_out": sample.held_out, "satisfaction": sample.satisfaction} | kept


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
