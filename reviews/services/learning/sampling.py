"""Samples: each final decision of a person and each concluded audit, prepared once, masked, in the order they came.

In chunks of a transaction each: a worker that is killed loses the chunk at hand, and the next one takes it up.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from escalations.choices import FINAL_VERBS, AuditRole, Autonomy, Exclusion, LabelSource
from escalations.models import AuditAnswer, BlindLabel, Case, Decision, ExtractedField, Message, Sample
from reviews.models import Correction, TrainingExample
from reviews.services.learning.content import Masker, digest_of, text_of
from reviews.services.learning.labels import held_out, label_of

CHUNK = 100
MARGIN = timedelta(seconds=10)
"""What is younger waits: a transaction that began before may still bring something older."""

PATIENCE = timedelta(days=1)
"""A decision that is not final after so long is left out; a younger one is waited for, and what follows with it."""

LOCK = "SELECT pg_advisory_xact_lock(hashtext('handrail.samples'))"
_LAST_WORD = (AuditRole.ADJUDICATOR, AuditRole.SECOND, AuditRole.FIRST)
_LOADED = ("decision", "case__client", "case__case_type")


def prepare_samples(*, until: datetime | None = None, seconds: float = 5.0) -> int:
    """Prepare what people taught up to `until` (the margin ago, unless given), for about `seconds`; how many it were.

    Harmless twice, and with several workers at once: each source has one sample.
    """
    until = until or timezone.now() - MARGIN
    end, made = time.monotonic() + seconds, 0
    for chunk in (_examples, _labels):
        while n := chunk(until):
            made += n
            if time.monotonic() > end:
                return made
    return made


def prepare_missed(until: datetime) -> int:
    """Prepare whatever `prepare_samples` passed by: looks at all examples and labels, so only when a count is short."""
    with transaction.atomic():
        _lock()
        there = Sample.objects.filter(example=OuterRef("pk"))
        late = TrainingExample.objects.filter(~Exists(there), created_at__lte=until).select_related(*_LOADED)
        labels = BlindLabel.objects.filter(
            ~Exists(Sample.objects.filter(label=OuterRef("pk"))), at__lte=until
        )
        made = [*_from_examples(list(late.order_by("pk"))), *_from_labels(list(_around(labels)))]
        Sample.objects.bulk_create(made, batch_size=CHUNK)
    return len(made)


@transaction.atomic
def _examples(until: datetime) -> int:
    _lock()
    last = Sample.objects.aggregate(n=Max("example"))["n"] or 0
    rows = TrainingExample.objects.filter(pk__gt=last, created_at__lte=until).select_related(*_LOADED)
    found = list(rows.order_by("pk")[:CHUNK])
    ready = found[: _first_open(found)]
    Sample.objects.bulk_create(_from_examples(ready))
    return len(ready)


@transaction.atomic
def _labels(until: datetime) -> int:
    _lock()
    last = Sample.objects.aggregate(n=Max("label"))["n"] or 0
    found = list(_around(BlindLabel.objects.filter(pk__gt=last, at__lte=until))[:CHUNK])
    Sample.objects.bulk_create(_from_labels(found))
    return len(found)


def _around(labels: Any) -> Any:
    return labels.order_by("pk").select_related("item__draw__decision", "item__case__client", "case_type")


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def _first_open(rows: Sequence[TrainingExample]) -> int:
    """The place of the first decision that may still be taken back; the length where there is none."""
    oldest = timezone.now() - PATIENCE
    for place, row in enumerate(rows):
        if row.decision.standing == Decision.Standing.PENDING and row.created_at > oldest:
            return place
    return len(rows)


def _from_examples(rows: Sequence[TrainingExample]) -> list[Sample]:
    corrections = defaultdict(list)
    for change in Correction.objects.filter(decision__in=[row.decision_id for row in rows]).order_by("pk"):
        corrections[change.decision_id].append(change)
    texts, overridden = _Texts([row.case for row in rows]), _overridden([row.case_id for row in rows])
    return [_of_example(row, corrections[row.decision_id], texts, overridden) for row in rows]


def _of_example(
    row: TrainingExample, changes: list[Correction], texts: "_Texts", overridden: Collection[UUID]
) -> Sample:
    made, case = row.decision, row.case
    scores = row.ai_output.get("scores") or {}
    said = str(scores.get("category") or "")
    plain = [{"field": c.field, "after": c.after, "error_type": c.error_type} for c in changes]
    unseen = (made.seen or {}).get("level") == Autonomy.OFF  # nobody confirms what the page did not show
    category, source = label_of(made.verb, "" if unseen else said, plain, case.case_type.labels)
    masker, text = texts.of(case, made.created_at)
    content = {
        "kind": "decision", "decision": str(row.decision_id), "case": str(case.pk), "client": case.client.slug,
        "case_type": case.case_type.slug, "channel": case.channel, "at": row.created_at.isoformat(), "text": text,
        "ai": {
            "category": said, "confidence": scores.get("confidence"), "threshold": scores.get("threshold"),
            "risk": scores.get("risk"), "model": row.model_version, "agent": row.agent_version,
            "action": str((row.ai_output.get("proposed") or {}).get("action") or ""), "policy": row.policy_id,
        },
        "person": {
            "verb": made.verb, "disposition": made.disposition, "reason": made.reason, "category": category,
            "label": source, "reply": masker(made.reply),
        },
        "corrections": [
            {
                "field": c.field, "before": masker.value(c.field, c.before), "after": masker.value(c.field, c.after),
                "error_type": c.error_type, "confidence": c.confidence,
            }
            for c in changes
        ],
        "agrees": row.agrees, "shown": row.shown, "probability": row.probability,
    }  # fmt: skip
    why = _left_out(made, text, overridden)
    return Sample(
        decision=made, example=row.pk, case=case, client_id=case.client_id, case_type_id=case.case_type_id,
        said=said[:80], said_by=row.model_version, corrections=len(changes), at=row.created_at,
        **_kept(case, why, content, category, source),
    )  # fmt: skip


def _left_out(made: Decision, text: str, overridden: Collection[UUID]) -> str:
    if made.standing == Decision.Standing.UNDONE:
        return Exclusion.UNDONE
    if made.standing == Decision.Standing.PENDING:
        return Exclusion.UNFINISHED
    if made.pk in overridden:
        return Exclusion.OVERRIDDEN
    return "" if text.strip() else Exclusion.NO_TEXT


def _overridden(cases: Sequence[UUID]) -> set[UUID]:
    """Decisions that a later final one of a person stands against."""
    later = Decision.objects.filter(case__in=cases, overrides__isnull=False, verb__in=FINAL_VERBS)
    found = later.exclude(standing=Decision.Standing.UNDONE).values_list("overrides", flat=True)
    return {one for one in found if one is not None}


def _from_labels(rows: Sequence[BlindLabel]) -> list[Sample]:
    answers: dict[UUID, dict[str, AuditAnswer]] = defaultdict(dict)
    for answer in AuditAnswer.objects.filter(item__in=[row.item_id for row in rows]):
        answers[answer.item_id][answer.role] = answer
    texts = _Texts([row.item.case for row in rows])
    return [_of_label(row, answers[row.item_id], texts) for row in rows]


def _of_label(row: BlindLabel, answers: dict[str, AuditAnswer], texts: "_Texts") -> Sample:
    """The category is the adjudicator's, else the last reader's: readers who differed went to an adjudicator."""
    item, case = row.item, row.item.case
    read = [answers[role] for role in _LAST_WORD if role in answers]
    last = read[0] if read else AuditAnswer(values={})
    decision = item.draw.decision
    said = str((decision.scores or {}).get("category") or "")
    masker, text = texts.of(case, decision.created_at)
    source = LabelSource.BLIND.value if last.category else ""
    content = {
        "kind": "audit", "audit": str(item.pk), "case": str(case.pk), "client": case.client.slug,
        "case_type": row.case_type.slug, "channel": case.channel, "at": row.at.isoformat(), "text": text,
        "ai": {"category": said, "confidence": row.score, "model": row.model_version, "policy": row.policy_id},
        "person": {
            "verb": "audit", "category": last.category, "label": source, "action": last.action,
            "values": {name: masker.value(name, str(value)) for name, value in last.values.items()},
        },
        "corrections": [], "agrees": not row.wrong, "shown": False, "probability": row.probability,
    }  # fmt: skip
    why = "" if text.strip() else Exclusion.NO_TEXT
    return Sample(
        item=item, label=row.pk, case=case, client_id=case.client_id, case_type_id=row.case_type_id,
        said=said[:80], said_by=row.model_version, at=row.at, **_kept(case, why, content, last.category, source),
    )  # fmt: skip


def _kept(case: Case, why: str, content: dict[str, Any], category: str, source: str) -> dict[str, Any]:
    kept = None if why else content
    return {
        "excluded": why, "content": kept, "digest": digest_of(kept), "category": "" if why else category,
        "source": "" if why or not category else source, "held_out": held_out(case.pk),
    }  # fmt: skip


class _Texts:
    """What triage read of some cases, masked."""

    def __init__(self, cases: Iterable[Case]) -> None:
        ids = {case.pk for case in cases}
        self.messages: dict[UUID, list[Message]] = defaultdict(list)
        self.fields: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
        for message in Message.objects.filter(case__in=ids).order_by("position"):
            self.messages[message.case_id].append(message)
        for case_id, name, value in ExtractedField.objects.filter(case__in=ids).values_list(
            "case", "name", "value"
        ):
            self.fields[case_id].append((name, value))

    def of(self, case: Case, moment: datetime) -> tuple[Masker, str]:
        """The case's masker, and its text as it stood at `moment`."""
        masker = Masker(case, self.fields[case.pk])
        known = [(m.author, m.text, m.at) for m in self.messages[case.pk] if m.received_at <= moment]
        return masker, masker(text_of(case, known, self.fields[case.pk]))
