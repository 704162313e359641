"""The demo's past: weeks of invented cases with known answers, so that its certificates are really computed.

Every text is judged by the very model that the demo runs and by its policy; what was right is known, because we wrote
the cases, hard ones among them. People decided them all, and every candidate was audited, so no draw could favour any.
What people did is invented; what follows from it, Handrail computes as it always does. What is certified says so on the
page: "made by the demo".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from accounts.models import User
from config.demo import world as demo
from config.demo.past import rows
from config.demo.past.handed import write_handed
from config.demo.past.judged import WEEKS, Answered, answered, as_fixed, engine_of
from config.demo.past.lessons import write_lessons
from config.demo.past.weeks import write_reviews
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
OTHERS = 11
"""Cases of each type that people decide anyway."""
ALONE, QUIET = timedelta(weeks=4), timedelta(days=8.4)
"""The past of what the AI settles ends before the last week, whose figures are the demo's own."""
JUDGED = timedelta(days=5)
"""That of the others ends when its handoffs can be judged for good."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a type promises (0 to 1), and how many of its candidates were audited to prove it."""

    target: float
    audits: int


AIMS: Mapping[tuple[str, str], Aim] = {("harbour", "faq_chat"): Aim(0.03, 235)}
USUAL = Aim(0.05, 95)


def load_past(models: Path, *, now: datetime | None = None) -> int:
    """Give every type of the demo its past, unless it has one under the model in force; how many cases."""
    at = now or datetime.now(UTC)
    model = read_info(models / f"{DEFAULT_MODEL}.json").version
    kinds = [kind for kind in _kinds() if not rows.there(kind, model)]
    if not kinds:
        return 0
    wanted = {kind.pk: EARLIER + aim_of(kind).audits if _alone(kind) else OTHERS for kind in kinds}
    stories = answered(engine_of(models), kinds, wanted, now=at, counted=_counted)
    begin, fixed = at - timedelta(weeks=WEEKS), at - timedelta(days=18)
    scenarios: dict[UUID, str] = {}
    with transaction.atomic():
        world = rows.World.now(live_policy(), model)
        for kind in kinds:
            alone = _alone(kind)
            window = rows.Window(at - ALONE, at - QUIET) if alone else rows.Window(begin, at - JUDGED)
            share = (fixed - window.begin) / (window.end - window.begin)
            past = rows.write(kind, as_fixed(stories[kind.pk], share), world, window)
            write_handed(kind, past, world.queues, at)
            scenarios |= {one.id: one.one.script.scenario for one in past}
            if alone:
                _prepare(kind, at.date())
                _certify(kind, [one.one for one in past if one.one.candidate], model)
        write_reviews(scenarios, world.people, at, fixed)
        write_lessons(world.people, at)
    return len(scenarios)


def aim_of(kind: CaseType) -> Aim:
    """The promise of a type."""
    return AIMS.get((kind.client.slug, kind.slug), USUAL)


def _kinds() -> list[CaseType]:
    """The demo's own case types; the desk adds others as it runs, which no agent posts."""
    ours = {(one.client, one.slug) for one in demo.CASE_TYPES}
    kinds = CaseType.objects.select_related("client", "default_queue", "default_queue__owner")
    return [one for one in kinds.order_by("client__slug", "slug") if (one.client.slug, one.slug) in ours]


def _alone(kind: CaseType) -> bool:
    """May the AI settle it alone, once that is proved? Then its candidates count, not its cases."""
    return kind.autonomy == Autonomy.AUTONOMOUS


def _counted(kind: CaseType, one: Answered) -> bool:
    return one.candidate if _alone(kind) else True


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
