"""Proving the promise: a plan fixed before its labels, looked at as often as one likes (R002; `autonomy.certify`)."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from escalations.auditing import rate_of
from escalations.autonomy.certify import Certificate as Found
from escalations.autonomy.certify import certify
from escalations.autonomy.grid import Grid, grid_of
from escalations.autonomy.labels import Label
from escalations.choices import Autonomy, BreakerState
from escalations.models import (
    AuditDraw,
    AuditPlan,
    BlindLabel,
    CaseType,
    Certificate,
    Promise,
    Proof,
    Watch,
)
from escalations.selectors.evidence import Evidence, evidence_of
from escalations.selectors.policy import live_policy
from escalations.services.certificates import breaker_of, issue
from escalations.services.each import each

PAST = 100
"""So many earlier cases a grid is made from at least."""
MOST_PAST = 5000
TEN_TIMES = 10
DAILY, OFTEN = timedelta(days=1), timedelta(minutes=10)
ERRORS_EXPECTED = 20
"""A proof is planned for so many labels that a promise which is just kept shows about this many errors."""


@dataclass(frozen=True, slots=True)
class Design:
    """What a proof rests on; whatever of it changes begins another one."""

    model_version: str
    target: float
    confidence: float
    floor: float


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found. `proof` is None while there are too few earlier cases (`past`) to plan with."""

    proof: Proof | None
    past: int
    evidence: Evidence | None = None
    found: Found | None = None
    certificate: Certificate | None = None


def look(case_type: CaseType, *, now: datetime | None = None) -> Look:
    """See what can be certified for this type now, and issue it when it lets the AI do more than what stands.

    Looking costs no doubt: the plan is fixed, and the bets hold at every look. Nothing is widened while the breaker is
    tripped for good reasons or the work drifts.
    """
    at = now or timezone.now()
    proof, past = running_proof(case_type, at)
    if proof is None:
        return Look(None, past)
    evidence = evidence_of(proof, now=at)
    found = certified(proof, evidence.labels)
    if not found.certified and evidence.labels:
        found = replace(found, more_needed=more_needed(proof, evidence.labels) or found.more_needed)
    with transaction.atomic():
        breaker_of(case_type)
        seen = asdict(found) | {"waiting": evidence.waiting, "overdue": evidence.overdue}
        running = Proof.objects.filter(pk=proof.pk, ended_at=None)
        if not running.update(latest=seen, looked_at=Now()):
            return Look(proof, past, evidence, found)  # it ended while we counted: nothing of it counts
        certificate = _issued(case_type, proof, found)
    return Look(proof, past, evidence, found, certificate)


def certified(proof: Proof, labels: Sequence[Label]) -> Found:
    """What these labels certify by the plan of the proof."""
    return certify(
        labels, proof.target, proof.confidence, restored_grid(proof.grid), floor=proof.floor, every_look=True,
        planned=proof.planned,
    )  # fmt: skip


def more_needed(proof: Proof, labels: Sequence[Label]) -> int | None:
    """About how many more labels would certify something if they went on as these did, found by letting them go on;
    None when ten times the planned number would not.
    """
    size = len(labels)
    while size < TEN_TIMES * proof.planned:
        size = math.ceil(size * 1.1) + 1
        if certified(proof, list(islice(cycle(labels), size))).certified:
            return size - len(labels)
    return None


def look_again(*, now: datetime | None = None) -> int:
    """Look at every type with new verdicts, at most every ten minutes, and at each once a day; how many looks."""
    at = now or timezone.now()
    types = CaseType.objects.filter(is_active=True).exclude(autonomy=Autonomy.OFF)
    return each(types, lambda case_type: _due(case_type, at) and bool(look(case_type, now=at)))


def _due(case_type: CaseType, now: datetime) -> bool:
    proof = Proof.objects.filter(case_type=case_type, ended_at=None).first()
    if proof is None or proof.looked_at is None:
        return AuditDraw.objects.filter(case_type=case_type).exists()
    newer = BlindLabel.objects.filter(case_type=case_type, at__gt=proof.looked_at)
    return proof.looked_at < now - DAILY or (proof.looked_at < now - OFTEN and newer.exists())


def running_proof(case_type: CaseType, now: datetime) -> tuple[Proof | None, int]:
    """The proof that runs, begun anew where what it rests on has changed; and how many earlier cases there are."""
    design = design_of(case_type)
    proof = Proof.objects.filter(case_type=case_type, ended_at=None).first()
    if design is None:
        return None, 0
    if proof is not None and _still(proof, design):
        return proof, proof.past
    with transaction.atomic():
        breaker_of(case_type)  # two lookers take turns
        end_proof(case_type)
        scores = _past_scores(case_type, design.model_version)
        if len(scores) < PAST:
            return None, len(scores)
        return _begin(case_type, design, scores, now), len(scores)


def end_proof(case_type: CaseType) -> None:
    """Audits drawn until now no longer count in a proof to come."""
    Proof.objects.filter(case_type=case_type, ended_at=None).update(ended_at=Now())


def design_of(case_type: CaseType) -> Design | None:
    """What a proof would rest on now; None before the AI has answered anything."""
    newest = AuditDraw.objects.filter(case_type=case_type).order_by("-at").first()
    if newest is None:
        return None
    promise, plan = promise_of(case_type), plan_of(case_type)
    labels = BlindLabel.objects.filter(case_type=case_type).count()
    floor = rate_of("candidate", plan.rate, plan.learning_rate, labels)
    if case_type.autonomy == Autonomy.AUTONOMOUS:
        floor = min(floor, plan.rate)
    return Design(newest.model_version, promise.target, promise.confidence, floor)


def promise_of(case_type: CaseType) -> Promise:
    """The type's promise, or the default one, unsaved."""
    return Promise.objects.filter(case_type=case_type).first() or Promise(case_type=case_type)


def plan_of(case_type: CaseType) -> AuditPlan:
    """The type's audit rates, or the default ones, unsaved."""
    return AuditPlan.objects.filter(case_type=case_type).first() or AuditPlan(case_type=case_type)


def planned_for(target: float) -> int:
    """How many labels a proof of this target expects."""
    return round(ERRORS_EXPECTED / target)


def restored_grid(stored: dict[str, Any]) -> Grid:
    """A grid from its JSON."""
    return Grid(**{name: tuple(stored[name]) for name in ("thresholds", "shares", "errors")})


def _still(proof: Proof, design: Design) -> bool:
    """Does the proof rest on the same? Cases drawn more often than planned do it no harm."""
    same = (proof.model_version, proof.target, proof.confidence) == (
        design.model_version, design.target, design.confidence,
    )  # fmt: skip
    return same and design.floor >= proof.floor - 1e-9


def _past_scores(case_type: CaseType, model_version: str) -> list[float]:
    """The scores of the newest cases that took part in a draw; their verdicts have no say in the grid."""
    draws = AuditDraw.objects.filter(case_type=case_type, model_version=model_version).order_by("-at", "-pk")
    return list(draws.values_list("score", flat=True)[:MOST_PAST])


def _begin(case_type: CaseType, design: Design, scores: list[float], now: datetime) -> Proof:
    return Proof.objects.create(
        case_type=case_type, model_version=design.model_version, target=design.target, confidence=design.confidence,
        floor=design.floor, planned=planned_for(design.target), grid=asdict(grid_of(scores)), past=len(scores),
        began_at=now,
    )  # fmt: skip


def _issued(case_type: CaseType, proof: Proof, found: Found) -> Certificate | None:
    """The certificate that this look brings about, if any: the breaker's row is held."""
    if found.threshold is None:
        return None
    standing = Certificate.objects.filter(case_type=case_type, ended_at=None).first()
    if standing is not None and not _better(found, standing, proof):
        return None
    if standing is not None and _drifting(case_type):
        return None
    return issue(case_type, found, model_version=proof.model_version, policy=live_policy(), proof=proof)


def _better(found: Found, standing: Certificate, proof: Proof) -> bool:
    """Does it let the AI do more, or something else than what stands?"""
    if (standing.model_version, standing.target) != (proof.model_version, proof.target):
        return True
    return found.threshold is not None and found.threshold < standing.threshold


def _drifting(case_type: CaseType) -> bool:
    tripped = breaker_of(case_type).state == BreakerState.TRIPPED
    return tripped or Watch.objects.filter(case_type=case_type).exclude(alarm={}).exists()
