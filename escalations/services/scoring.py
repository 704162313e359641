"""Champion and challenger on the same cases, none of which taught either of them (R096)."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from accounts.choices import EventKind
from accounts.ledger import record
from escalations.autonomy.pairs import Comparison as Compared
from escalations.autonomy.pairs import Pair, compare
from escalations.choices import LabelSource, ModelState, Trial
from escalations.models import Comparison, Job, ModelVersion, Sample, SampleScore, ShadowScore
from escalations.services import due
from escalations.services.shipped import STREAM
from escalations.triage.engines import make_engine
from escalations.triage.types import CaseView, TriageEngine, Utterance

KIND = "score"
CHUNK = 50
BEHIND = 310
FEWEST = 20
"""Cases before a challenger is refused for being worse."""


def score_later(*models: ModelVersion) -> None:
    """Have each of them judge the samples that it has not judged yet."""
    for model in models:
        due.enqueue(KIND, key=str(model.pk), priority=BEHIND, payload={"model": model.pk})


def score_samples(job: Job) -> None:
    """Judge some samples; the last chunk compares. Finishes the job, and begins the next."""
    model = ModelVersion.objects.get(pk=job.payload["model"])
    chunk = list(unscored(model).select_related("case_type")[:CHUNK])
    if not connection.in_atomic_block:
        connection.close()
    engine = engine_of(model) if chunk else None
    scores = [_score(model, engine, sample) for sample in chunk] if engine else []
    with transaction.atomic():
        SampleScore.objects.bulk_create(scores, ignore_conflicts=True)
        due.finish(job)
        if len(chunk) == CHUNK:
            score_later(model)
        else:
            compare_all()


def unscored(model: ModelVersion) -> QuerySet[Sample]:
    """What tests the model, and every correction of a category that it has not judged: whether the error is gone."""
    tests = Q(held_out=True) | Q(source=LabelSource.CORRECTED)
    if (last := frontier()) is not None:
        tests |= Q(pk__gt=last)
    there = SampleScore.objects.filter(model=model, sample=OuterRef("pk"))
    return Sample.objects.filter(tests, ~Exists(there)).exclude(category="").order_by("pk")


def frontier() -> int | None:
    """The last sample that any model in the running may have learned from; None while none learned from any."""
    running = ModelVersion.objects.filter(state__in=[ModelState.CHAMPION, ModelState.CHALLENGER])
    found: int | None = running.aggregate(n=Max("dataset__last_sample"))["n"]
    return found


def score_what_is_new() -> None:
    """Wake the models in the running that have samples to judge."""
    running = ModelVersion.objects.filter(state__in=[ModelState.CHAMPION, ModelState.CHALLENGER])
    score_later(*[model for model in running if unscored(model).exists()])


def compare_all() -> None:
    """Compare every challenger with the champion anew, where there are more cases than before."""
    champion = ModelVersion.objects.filter(state=ModelState.CHAMPION).first()
    for challenger in ModelVersion.objects.filter(state=ModelState.CHALLENGER).select_related("dataset"):
        if champion is None:
            continue
        if not (unscored(challenger).exists() or unscored(champion).exists()):
            _compared(challenger, champion, Trial.HELD_OUT, held_out_pairs(challenger, champion))
        _compared(challenger, champion, Trial.SHADOW, shadow_pairs(challenger))


def held_out_pairs(challenger: ModelVersion, champion: ModelVersion) -> list[Pair]:
    """Both on the cases that taught neither, in the order in which people judged them."""
    last = max(one.dataset.last_sample if one.dataset else 0 for one in (challenger, champion))
    tests = Q(sample__held_out=True) | Q(sample__pk__gt=last)
    scored = SampleScore.objects.filter(tests, model=champion)
    other = dict(SampleScore.objects.filter(model=challenger).values_list("sample", "right"))
    rows = scored.order_by("sample").values_list("sample", "right")
    return [Pair(right, other[sample]) for sample, right in rows if sample in other]


def shadow_pairs(challenger: ModelVersion) -> list[Pair]:
    """Both on live cases that people have judged since: what each said then, without any help of hindsight."""
    judged: dict[Any, tuple[bool, str]] = {}
    shadows = ShadowScore.objects.filter(model=challenger)
    samples = Sample.objects.filter(case__in=shadows.values("case")).exclude(category="").order_by("pk")
    for case, source, category in samples.values_list("case", "source", "category"):
        blind = source == LabelSource.BLIND
        if blind or not judged.get(case, (False, ""))[0]:
            judged[case] = blind, category
    rows = shadows.order_by("pk").values_list("case", "category", "champion_category")
    truth = {case: (category, champion) for case, category, champion in rows}  # the last judgement of each
    return [Pair(champion == judged[case][1], said == judged[case][1])
            for case, (said, champion) in truth.items() if case in judged]  # fmt: skip


def _compared(challenger: ModelVersion, champion: ModelVersion, trial: Trial, pairs: list[Pair]) -> None:
    last = Comparison.objects.filter(challenger=challenger, trial=trial).first()
    if not pairs or (last and (last.cases, last.champion_id) == (len(pairs), champion.pk)):
        return
    found = compare(pairs)
    Comparison.objects.create(
        challenger=challenger, champion=champion, trial=trial, cases=found.cases, gained=found.gained, lost=found.lost,
        p_value=found.p_value, evidence=found.evidence, peak=found.peak, gap=found.gap.estimate, low=found.gap.low,
        high=found.gap.high, promotable=found.promotable(),
    )  # fmt: skip
    if trial == Trial.HELD_OUT and found.cases >= FEWEST and found.gap.high < 0:
        _refuse(challenger, found)


def _refuse(challenger: ModelVersion, found: Compared) -> None:
    """A worse challenger is refused by itself, and stays so."""
    because = f"Worse than the champion: {found.lost} cases lost, {found.gained} gained, of {found.cases}."
    refused = ModelVersion.objects.filter(pk=challenger.pk, state=ModelState.CHALLENGER)
    if refused.update(state=ModelState.REFUSED, because=because):
        record(
            STREAM, kind=EventKind.MODEL_REFUSED, actor=None, model=challenger.pk, named=challenger.version,
            cases=found.cases, gained=found.gained, lost=found.lost, p_value=found.p_value,
        )  # fmt: skip


def engine_of(model: ModelVersion) -> TriageEngine:
    """The model as it would serve, from its file. TriageError when that is missing, or another one's."""
    return _engine(str(settings.HANDRAIL_MODEL_DIR), model.name, model.version)


@lru_cache(maxsize=2)
def _engine(folder: str, name: str, version: str) -> TriageEngine:
    return make_engine("embedded", Path(folder), name, {}, version)


def _score(model: ModelVersion, engine: TriageEngine, sample: Sample) -> SampleScore:
    content: dict[str, Any] = sample.content or {}
    view = CaseView(
        client="", case_type=sample.case_type.slug, channel=content.get("channel", ""), subject="",
        messages=(Utterance("customer", content.get("text", ""), sample.at),), labels=tuple(sample.case_type.labels),
    )  # fmt: skip
    said = engine.triage(view)
    return SampleScore(
        model=model, sample=sample, category=said.category[:80], confidence=said.confidence,
        right=said.category == sample.category,
    )  # fmt: skip
