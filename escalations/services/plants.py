"""The end of a planted case: whoever decided it is told what was wrong in it; what nobody took is withdrawn (R094)."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.choices import EventKind
from accounts.hints import hint
from accounts.models import User
from escalations.choices import CaseState, PlantOutcome
from escalations.models import Case, Decision, Job, Plant
from escalations.planting import Wrong, outcome_of
from escalations.selectors.plants import crowded_places
from escalations.services import due
from escalations.transitions import move, move_all

KIND = "reveal"
OPEN = PlantOutcome.OPEN
GIVEN_UP = timedelta(hours=1)
"""So long after its time a decision that was never told will not be."""
UNTAKEN = (CaseState.QUEUED, CaseState.ON_HOLD, CaseState.SNOOZED, CaseState.WITH_AI)


def reveal(job: Job) -> None:
    """Make the job's decision on a planted case final, end the case, and tell the person. Finishes the job.

    Nothing was carried out, whatever was decided. A decision that was taken back, or that only put the case aside, or
    whose case somebody else took on meanwhile, ends nothing. Running this twice does nothing more.
    """
    with transaction.atomic():
        made = Decision.objects.select_related("user").get(pk=job.payload["decision"])
        case = Case.objects.select_for_update().get(pk=made.case_id)
        pending = Decision.objects.filter(pk=made.pk, standing=Decision.Standing.PENDING)
        if pending.update(standing=Decision.Standing.FINAL) and case.claim_token == made.claim_token:
            _tell(case, made)
        due.finish(job)


def let_go(job: Job) -> None:
    """A reveal that was given up: JOB_DEAD has told, and the case is withdrawn in time."""


def withdraw_stale() -> int:
    """Take back planted cases that nobody decided in time, or whose queue is crowded by now; how many."""
    now = timezone.now()
    gone = Plant.objects.filter(outcome=OPEN).filter(Q(withdraw_at__lte=now) | crowded_places())
    return sum(_withdraw(plant) for plant in gone)


@transaction.atomic
def take_note(*, actor: User) -> int:
    """`actor` has read what they were told of planted cases; how many were new."""
    told = Plant.objects.filter(decided_by=actor, seen_at=None, told_at__isnull=False)
    return told.update(seen_at=timezone.now())


def _tell(case: Case, made: Decision) -> None:
    plant = Plant.objects.select_for_update().get(pk=case.pk)
    if not plant.right:
        return  # its words were taken out of the original meanwhile: it is withdrawn in time
    wrong = Wrong(plant.where, plant.name, plant.shown, plant.right)
    found = outcome_of(wrong, made.verb, made.values)
    if not found or plant.outcome != OPEN or made.user is None:
        return
    if knew(made.user, plant.original_id):
        found = PlantOutcome.VOID
    move(
        Case.objects.filter(pk=case.pk), EventKind.PLANT_ANSWERED, actor=None, wake_at=None,
        data={"decision": made.pk, "verb": made.verb, "outcome": found, "user": made.user_id, "where": plant.where,
              "field": plant.name, "original": plant.original_id},
    )  # fmt: skip
    plant.outcome, plant.verb, plant.decided_by, plant.told_at = found, made.verb, made.user, timezone.now()
    plant.save(update_fields=["outcome", "verb", "decided_by", "told_at"])
    hint(f"plants:{made.user_id}")


def knew(user: User, original: UUID) -> bool:
    """Did they decide the case of which this is a copy? Then their answer says nothing."""
    return Decision.objects.filter(case=original, user=user).exclude(standing="undone").exists()


@transaction.atomic
def _withdraw(plant: Plant) -> int:
    """One that is in somebody's hands is left to them, and one decided to its reveal."""
    states = (*UNTAKEN, CaseState.RESOLVED) if plant.withdraw_at <= timezone.now() - GIVEN_UP else UNTAKEN
    moved = move_all(
        Case.objects.filter(pk=plant.pk, state__in=states), EventKind.PLANT_WITHDRAWN, actor=None, wake_at=None,
        data={"original": plant.original_id},
    )  # fmt: skip
    if moved:
        Plant.objects.filter(pk=plant.pk, outcome=OPEN).update(outcome=PlantOutcome.WITHDRAWN)
    return len(moved)
