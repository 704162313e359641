"""Audits of a case type as they would stand after the draw, made in one go."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import uuid6
from django.utils import timezone

from escalations.models import AuditDraw, AuditItem, BlindLabel, CaseType, PolicyVersion
from escalations.services.auditing import commit_period
from tests.engine import SURE

Verdicts = Sequence[tuple[float, bool | None]]
"""(score, was the answer wrong; None: nobody has read it yet)."""


def audited(
    kind: CaseType, verdicts: Iterable[tuple[float, bool | None]], *, at: datetime | None = None, p: float = 0.25,
    settled: bool = False, model: str = SURE.model_version,
) -> list[AuditItem]:  # fmt: skip
    """Draw one case for each verdict, in this order, at that time; those with a verdict get their blind label."""
    when = at or timezone.now()
    period = commit_period(kind.client, when)
    policy = PolicyVersion.objects.get(live_from__isnull=False, superseded_at=None)
    rows = list(verdicts)
    about: dict[str, Any] = {"case_type": kind, "policy": policy, "model_version": model}
    draws = AuditDraw.objects.bulk_create(
        AuditDraw(
            case_id=uuid6.uuid7(), decision_id=uuid.uuid4(), period=period, score=score, rate=p, probability=p,
            arm="settled" if settled else "candidate", uniform=True, at=when, **about,
        )
        for score, _ in rows
    )  # fmt: skip
    items = AuditItem.objects.bulk_create(
        AuditItem(
            draw=draw, case_id=draw.case_id, case_type=kind, created_at=when,
            **({} if wrong is None else _done(wrong, when)),
        )
        for draw, (_, wrong) in zip(draws, rows, strict=True)
    )  # fmt: skip
    BlindLabel.objects.bulk_create(
        BlindLabel(item=item, score=score, wrong=wrong, probability=p, settled=settled, at=when, **about)
        for item, (score, wrong) in zip(items, rows, strict=True)
        if wrong is not None
    )
    return items


def past(kind: CaseType, count: int = 120, *, at: datetime, model: str = SURE.model_version) -> None:
    """Earlier cases that took part in a draw and were not drawn: what a grid is made from."""
    period = commit_period(kind.client, at)
    policy = PolicyVersion.objects.get(live_from__isnull=False, superseded_at=None)
    AuditDraw.objects.bulk_create(
        AuditDraw(
            case_id=uuid6.uuid7(), decision_id=uuid.uuid4(), period=period, case_type=kind, policy=policy,
            model_version=model, arm="candidate", score=0.8 + 0.199 * n / count, rate=0.25, probability=0.25,
            uniform=False, at=at,
        )
        for n in range(count)
    )  # fmt: skip


def _done(wrong: bool, at: datetime) -> dict[str, Any]:
    return {"state": "done", "verdict": "wrong" if wrong else "right", "done_at": at}
