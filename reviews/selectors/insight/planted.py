"""Planted cases as pages show them: what was wrong, what is right, what became of it (R094)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import reach, scopes_of
from escalations.choices import PlantOutcome, Verb, WrongIn
from escalations.models import Plant
from reviews.selectors.insight.attention import PLANT_WHERE
from reviews.selectors.words import humanize

MOST = 50

SAID = {
    PlantOutcome.CAUGHT: "You caught it.", PlantOutcome.MISSED: "You let it stand.",
    PlantOutcome.PASSED: "You did not let it stand: you passed it on.",
    PlantOutcome.VOID: "It is not counted: you had decided the case of which it is a copy.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlantedRow:
    """One planted case: where it was wrong in words, what was shown and what is right, and its end."""

    ref: str
    original: str
    case_type: str
    client: str
    queue: str
    where: str
    shown: str
    right: str
    made_at: datetime
    told_at: datetime | None
    outcome: str
    said: str
    verb: str
    new: bool


def told_to(actor: User) -> list[PlantedRow]:
    """The planted cases that `actor` decided and was told of, newest first."""
    mine = Plant.objects.filter(decided_by=actor, told_at__isnull=False).order_by("-told_at")
    return _rows(mine.select_related(*AROUND)[:MOST])


def may_know(actor: User) -> bool:
    """May they know anywhere which cases are planted?"""
    return bool(scopes_of(actor, Capability.PLANTED_VIEW))


def all_planted(actor: User) -> list[PlantedRow]:
    """The newest planted cases where `actor` may know them, those that still wait among them."""
    here = Plant.objects.filter(reach(actor, Capability.PLANTED_VIEW, **PLANT_WHERE))
    return _rows(here.select_related(*AROUND)[:MOST])


AROUND = ("case__case_type", "original", "client", "queue")


def _rows(plants: QuerySet[Plant]) -> list[PlantedRow]:
    return [_row(one) for one in plants]


def _row(plant: Plant) -> PlantedRow:
    field = plant.where == WrongIn.FIELD
    where = f"{WrongIn(plant.where).label}: {humanize(plant.name)}" if field else WrongIn(plant.where).label
    return PlantedRow(
        ref=plant.case.ref, original=plant.original.ref, case_type=plant.case.case_type.name, client=plant.client.name,
        queue=plant.queue.name, where=str(where), shown=plant.shown if field else humanize(plant.shown),
        right=plant.right if field else humanize(plant.right), made_at=plant.made_at, told_at=plant.told_at,
        outcome=str(PlantOutcome(plant.outcome).label), said=SAID.get(PlantOutcome(plant.outcome), ""),
        verb=str(Verb(plant.verb).label) if plant.verb else "", new=plant.seen_at is None,
    )  # fmt: skip
