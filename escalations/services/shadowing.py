"""Shadow: a challenger judges live cases after they were judged, in transactions that can do nothing else (R096)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from escalations.choices import ModelState
from escalations.models import Job, ModelVersion, ShadowScore, TriageRecord
from escalations.selectors.facts import read_case
from escalations.services import due
from escalations.services.scoring import engine_of
from escalations.triage.case_text import inputs_hash
from escalations.triage.types import CaseView, Triage

KIND = "shadow"
CHUNK = 20
BEHIND = 320
MARGIN = timedelta(seconds=5)
"""A triage younger than that waits: an older one may still be about to commit."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A live triage and what it saw."""

    triage: TriageRecord
    case: UUID
    view: CaseView


def shadow_later() -> int:
    """Wake the challengers that have live cases to judge; how many."""
    newer = TriageRecord.objects.filter(
        pk__gt=OuterRef("shadowed_to"), error="", created_at__lt=Now() - MARGIN
    )
    challengers = ModelVersion.objects.filter(Exists(newer), state=ModelState.CHALLENGER)
    for model in challengers:
        due.enqueue(KIND, key=str(model.pk), priority=BEHIND, payload={"model": model.pk})
    return len(challengers)


def shadow(job: Job) -> None:
    """Judge the next live cases as the job's challenger would. Finishes the job; begins the next where more wait."""
    model = ModelVersion.objects.get(pk=job.payload["model"])
    rows = TriageRecord.objects.filter(pk__gt=model.shadowed_to, created_at__lt=Now() - MARGIN)
    found = list(rows.order_by("pk")[:CHUNK]) if model.state == ModelState.CHALLENGER else []
    seen = [one for row in found if not row.error and (one := _seen(row))]
    if not connection.in_atomic_block:
        connection.close()
    engine = engine_of(model) if seen else None
    scores = [_score(model, one, engine.triage(one.view)) for one in seen] if engine else []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL handrail.shadow = 'on'")
        ShadowScore.objects.bulk_create(scores, ignore_conflicts=True)
        if found:
            ModelVersion.objects.filter(pk=model.pk).update(shadowed_to=found[-1].pk)
        due.finish(job)
        if len(found) == CHUNK:
            due.enqueue(KIND, key=str(model.pk), priority=BEHIND, payload={"model": model.pk})


def _seen(triage: TriageRecord) -> Judged | None:
    """What the engine saw; None when the case has changed since, so that the two would judge different things."""
    view = read_case(triage.case_id).view
    return Judged(triage, triage.case_id, view) if inputs_hash(view) == triage.inputs_hash else None


def _score(model: ModelVersion, judged: Judged, said: Triage) -> ShadowScore:
    champion = judged.triage.result or {}
    return ShadowScore(
        model=model, case_id=judged.case, triage=judged.triage, category=said.category[:80],
        confidence=said.confidence, champion_category=str(champion.get("category", ""))[:80],
        champion_confidence=float(champion.get("confidence") or 0.0),
    )  # fmt: skip
