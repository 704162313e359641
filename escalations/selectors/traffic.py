"""What came, what people decided and what audits found of one case type, as the drift watch reads it (R089, R092)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from accounts.choices import ActorKind
from escalations.autonomy.drift import Audit, Review
from escalations.autonomy.drift import Case as Arrival
from escalations.autonomy.labels import Label
from escalations.autonomy.verdicts import Superseded
from escalations.choices import Verb
from escalations.models import BlindLabel, Case, CaseType, Decision, ExtractedField, PolicyVersion, real

REVIEWED = (Verb.APPROVE, Verb.CORRECT, Verb.OVERRIDE, Verb.REJECT)
"""What says whether a person let the AI's answer stand."""


def arrivals_before(case_type: CaseType, until: datetime, most: int) -> list[Arrival]:
    """The newest judged cases from before `until`, oldest first."""
    found = _judged(case_type).filter(client=case_type.client_id, created_at__lt=until)
    return _arrivals(found.order_by("-created_at")[:most])[::-1]


def arrivals_after(case_type: CaseType, after: str, until: datetime, most: int) -> list[Arrival]:
    """The judged cases after the one with the id `after`, oldest first. Ids begin with the time."""
    found = _judged(case_type).filter(created_at__lt=until)
    if after:
        found = found.filter(pk__gt=UUID(after))
    return _arrivals(found.order_by("pk")[:most])


def reviews_before(case_type: CaseType, since: datetime, until: datetime, most: int) -> list[Review]:
    """People's newest final decisions on cases of the type that came after `since`, oldest first."""
    found = _decided(case_type).filter(case__created_at__gte=since, created_at__lt=until)
    return _reviews(found.order_by("-pk")[:most])[::-1]


def reviews_after(case_type: CaseType, after: str, until: datetime, most: int) -> tuple[list[Review], str]:
    """People's final decisions after the one with the id `after`, oldest first; and the last one's id."""
    found = _decided(case_type).filter(created_at__lt=until)
    if after:
        found = found.filter(pk__gt=UUID(after))
    rows = list(found.order_by("pk")[:most].values("pk", "verb", "case_id", "case__category"))
    return [_review(row) for row in rows], str(rows[-1]["pk"]) if rows else after


def audits_after(case_type: CaseType, after: int, since: datetime, most: int) -> tuple[list[Audit], int]:
    """Blind verdicts on settled cases drawn since then, in the order in which they came; and the last one's id."""
    rows = list(
        BlindLabel.objects.filter(case_type=case_type, settled=True, pk__gt=after, item__draw__at__gte=since)
        .order_by("pk")[:most]
        .values_list("pk", "item__case__category", "score", "wrong", "probability")
    )
    audits = [Audit(category, Label(score, wrong, p)) for _, category, score, wrong, p in rows]
    return audits, rows[-1][0] if rows else after


def superseded_since(case_type: CaseType, since: datetime) -> list[Superseded]:
    """What the AI settled since then although its agent worked under an older policy: nothing may be here (R090)."""
    live = PolicyVersion.objects.filter(live_from__isnull=False, superseded_at=None).values_list(
        "number", flat=True
    )
    rows = (
        Decision.objects.filter(
            case__case_type=case_type, verb=Verb.AUTO_RESOLVE, created_at__gte=since,
            case__routing__superseded=True,
        )
        .order_by("pk")
        .values_list("case_id", "case__routing__facts__agent_policy_version")
    )  # fmt: skip
    found: dict[str, list[UUID]] = {}
    for case_id, used in rows:
        found.setdefault(str(used or "unknown"), []).append(case_id)
    now = str(live.first() or "")
    return [Superseded(now, used, len(cases), str(cases[0])) for used, cases in sorted(found.items())]


def newest_decision(until: datetime) -> str:
    """The id of the newest decision from before `until`, "" without one."""
    newest = (
        Decision.objects.filter(created_at__lt=until).order_by("-pk").values_list("pk", flat=True).first()
    )
    return str(newest or "")


def known(case_id: str | None) -> UUID | None:
    """The id, when there is such a case."""
    return Case.objects.filter(pk=case_id).values_list("pk", flat=True).first() if case_id else None


def _judged(case_type: CaseType) -> QuerySet[Case]:
    return Case.objects.filter(real(), case_type=case_type, triage__isnull=False)


def _arrivals(cases: QuerySet[Case]) -> list[Arrival]:
    filled = ExtractedField.objects.filter(case=OuterRef("pk")).exclude(value="").order_by("name")
    rows = cases.annotate(filled=ArraySubquery(filled.values("name").distinct()))
    return [
        Arrival(str(pk), category, score, frozenset(names))
        for pk, category, score, names in rows.values_list("pk", "category", "confidence", "filled")
    ]


def _decided(case_type: CaseType) -> QuerySet[Decision]:
    return Decision.objects.filter(
        real("case"), case__case_type=case_type, actor_kind=ActorKind.HUMAN,
        standing=Decision.Standing.FINAL, verb__in=REVIEWED, case__triage__isnull=False,
    )  # fmt: skip


def _reviews(decisions: QuerySet[Decision]) -> list[Review]:
    return [_review(row) for row in decisions.values("verb", "case_id", "case__category")]


def _review(row: Mapping[str, Any]) -> Review:
    return Review(str(row["case_id"]), row["case__category"], row["verb"] != Verb.APPROVE)
