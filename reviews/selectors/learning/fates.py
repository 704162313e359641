"""What became of each correction: exported, in which model, and is the error gone (R101, R102)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.choices import EventKind
from accounts.models import Event, User
from escalations.choices import ErrorType, Exclusion, LabelSource, ModelState
from escalations.models import Case, Dataset, ModelVersion, Sample, SampleScore
from reviews.models import Correction, TrainingExample

PAGE = 25


@dataclass(frozen=True, slots=True)
class Changed:
    """One corrected field, in the words of its error type."""

    field: str
    error: str


@dataclass(frozen=True, slots=True)
class Fate:
    """A decision that taught something. `exported`, `model` and `gone` are sentences, "" where there is nothing to say
    yet; `open` says that the error still stands in the model that serves.
    """

    ref: str
    at: datetime
    verb: str
    changes: tuple[Changed, ...]
    category: str
    exported: str
    model: str
    gone: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class _Books:
    """All that the sentences are made of, read once for a page."""

    changes: dict[UUID, list[Correction]]
    datasets: Sequence[Dataset]
    models: Sequence[ModelVersion]
    scores: dict[tuple[int, int], bool]

    @property
    def champion(self) -> ModelVersion | None:
        return next((one for one in self.models if one.state == ModelState.CHAMPION), None)


def fates_of(user: User, before: int | None = None) -> tuple[list[Fate], int | None]:
    """A person's own corrections, newest first, a page at a time; and where the next page begins."""
    rows = _taught().filter(decision__user=user)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return _told(found[:PAGE]), found[PAGE - 1].pk if len(found) > PAGE else None


def fates_on(case: Case) -> list[Fate]:
    """Everything that people taught with this case, in the order in which they did."""
    # by its trail: decisions that were taken back are in no index by case, and examples are found by theirs
    made = Event.objects.filter(stream=case.pk, kind=EventKind.CASE_DECIDED)
    decisions = [one["decision"] for one in made.values_list("data", flat=True)]
    return _told(list(_taught().filter(decision__in=decisions).order_by("pk")))


def fates_between(user: User, client: int, since: datetime, until: datetime) -> list[Fate]:
    """What became of a person's own corrections in a client's cases of that time, in their order."""
    mine = _taught().filter(decision__user=user, decision__case__client=client)
    return _told(list(mine.filter(created_at__gte=since, created_at__lt=until).order_by("pk")))


def _taught() -> QuerySet[TrainingExample]:
    """Decisions against the AI's answer; what was approved teaches too, but corrects nothing."""
    return TrainingExample.objects.filter(agrees=False).select_related("decision__case", "decision__sample")


def _told(rows: Sequence[TrainingExample]) -> list[Fate]:
    if not rows:
        return []
    books = _read(rows)
    return [_fate(row, books) for row in rows]


def _read(rows: Sequence[TrainingExample]) -> _Books:
    changes: dict[UUID, list[Correction]] = {}
    for change in Correction.objects.filter(decision__in=[row.decision_id for row in rows]).order_by("pk"):
        changes.setdefault(change.decision_id, []).append(change)
    models = list(ModelVersion.objects.select_related("dataset").order_by("pk"))
    samples = [one.pk for row in rows if (one := _sample(row))]
    scores = SampleScore.objects.filter(sample__in=samples).values_list("model", "sample", "right")
    return _Books(
        changes, list(Dataset.objects.order_by("pk")), models,
        {(model, sample): right for model, sample, right in scores},
    )  # fmt: skip


def _fate(row: TrainingExample, books: _Books) -> Fate:
    made, sample = row.decision, _sample(row)
    gone, still = _gone(sample, books)
    changes = books.changes.get(row.decision_id, ())
    return Fate(
        ref=made.case.ref, at=row.created_at, verb=made.get_verb_display(),
        changes=tuple(Changed(c.field, ErrorType(c.error_type).label) for c in changes),
        category=sample.category.replace("_", " ") if sample and sample.source == LabelSource.CORRECTED else "",
        exported=_exported(row, sample, books.datasets), model=_model(sample, books.models), gone=gone, open=still,
    )  # fmt: skip


def _exported(row: TrainingExample, sample: Sample | None, datasets: Iterable[Dataset]) -> str:
    if sample is None:
        return "Waits to be taken in."
    if sample.excluded:
        return f"Left out: {Exclusion(sample.excluded).label.lower()}."
    first = next((one for one in datasets if _holds(one, sample)), None)
    return f"In dataset {first.pk} of {first.at:%-d %b}." if first else "Taken in; in the next dataset."


def _holds(dataset: Dataset, sample: Sample) -> bool:
    return (
        sample.pk <= dataset.last_sample
        and sample.at <= dataset.up_to
        and dataset.client_id in (None, sample.client_id)
        and dataset.case_type_id in (None, sample.case_type_id)
    )


def _model(sample: Sample | None, models: Iterable[ModelVersion]) -> str:
    if sample is None or sample.excluded:
        return ""
    if not sample.category:
        return "Says nothing about the category, so it teaches no model; the agent's makers get it in the dataset."
    first = next((one for one in models if one.dataset and _holds(one.dataset, sample)), None)
    if first is None:
        return "In no model yet."
    if sample.held_out:
        return f"Kept back to test models, {first.version} first."
    return f"In model {first.version} ({first.get_state_display().lower()})."


def _gone(sample: Sample | None, books: _Books) -> tuple[str, bool]:
    """Does the model that serves still say what was corrected?"""
    champion = books.champion
    if sample is None or sample.source != LabelSource.CORRECTED or champion is None:
        return "", False
    right = books.scores.get((champion.pk, sample.pk))
    if right is None:
        return "", False
    if right:
        return f"The error is gone: {champion.version} reads this case right.", False
    return f"The error is still there: {champion.version} reads this case wrong.", True


def _sample(row: TrainingExample) -> Sample | None:
    return getattr(row.decision, "sample", None)
