"""The demo's past: weeks of invented cases with known answers, so that its certificates are really computed.

Every text is judged by the very model that the demo runs and by its policy; what was right is known, because we wrote
the cases. People decided them all, and every candidate was audited, so no draw could favour any. What is certified from
it says so on the page: "made by the demo".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from accounts.models import User
from config.demo.past import rows
from config.demo.past.judged import Answered, answered, engine_of
from escalations.autonomy.certify import certify
from escalations.autonomy.grid import grid_of
from escalations.autonomy.labels import Label
from escalations.choices import Autonomy
from escalations.models import CaseType, Certificate
from escalations.selectors.policy import live_policy
from escalations.services.autonomy import Known, save_checklist, save_promise
from escalations.services.certificates import issue
from escalations.triage.classifier.store import read_info
from escalations.triage.engines import DEFAULT_MODEL

CONFIDENCE = 0.95
EARLIER = 30
"""Of each type the first candidates only make the grid."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a type promises (0 to 1), and how many of its candidates were audited to prove it."""

    target: float
    audits: int


AIMS: Mapping[tuple[str, str], Aim] = {("harbour", "faq_chat"): Aim(0.02, 250)}
USUAL = Aim(0.05, 110)


def load_past(models: Path, *, now: datetime | None = None) -> int:
    """Give every autonomous type of the demo its past, unless it has one under the model in force; how many cases."""
    at = now or datetime.now(UTC)
    model = read_info(models / f"{DEFAULT_MODEL}.json").version
    kinds = [kind for kind in _autonomous() if not rows.there(kind, model)]
    if not kinds:
        return 0
    engine = engine_of(models)
    wanted = {kind.pk: EARLIER + aim_of(kind).audits for kind in kinds}
    stories = answered(engine, kinds, wanted, now=at)
    with transaction.atomic():
        for kind in kinds:
            _prepare(kind, at.date())
            made = rows.write(kind, stories[kind.pk], model, now=at)
            _certify(kind, made, model)
    return sum(len(found) for found in stories.values())


def aim_of(kind: CaseType) -> Aim:
    """The promise of a type."""
    return AIMS.get((kind.client.slug, kind.slug), USUAL)


def _autonomous() -> list[CaseType]:
    kinds = CaseType.objects.select_related("client", "default_queue", "default_queue__owner")
    return list(kinds.filter(autonomy=Autonomy.AUTONOMOUS).order_by("client__slug", "slug"))


def _certify(kind: CaseType, candidates: list[Answered], model: str) -> None:
    """One look, planned beforehand: the first candidates make the grid, the others are the labels."""
    earlier, later = candidates[:EARLIER], candidates[EARLIER:]
    grid = grid_of([one.score for one in earlier], [one.wrong for one in earlier])
    found = certify([Label(one.score, one.wrong) for one in later], aim_of(kind).target, CONFIDENCE, grid)
    if (
        found.certified
        and not Certificate.objects.filter(case_type=kind, ended_at=None, model_version=model).exists()
    ):
        note = f"made by the demo from {len(later)} invented cases with known answers"
        issue(kind, found, model_version=model, policy=live_policy(), note=note)


def _prepare(kind: CaseType, today: date) -> None:
    owner: User = kind.default_queue.owner
    save_promise(
        case_type=kind, target=aim_of(kind).target, confidence=CONFIDENCE, on_drift="trip", actor=None
    )
    known = Known(
        owner=owner,
        sop=f"Desk manual, {kind.name.lower()}, edition 4",
        exceptions=(
            "Whoever asks for a person gets one",
            "Amounts above the type's limit",
            "Anything about health",
        ),
        handling_minutes=6.5,
        error_percent=3.1,
        cases_a_week=420,
        measured_on=today - timedelta(days=35),
    )
    save_checklist(case_type=kind, known=known, actor=None)
