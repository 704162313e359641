"""Every door to the outside refuses a planted case by itself: the database does, whatever code forgot (R094)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import uuid6
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from accounts.models import Event
from escalations.models import Backlog, Case, Decision, Job, Plant
from reviews.models import Correction, TrainingExample
from tests.cast import Cast
from tests.plants.makers import ACTION, answered, finished, planted_copy
from tests.robot import Robot

pytestmark = pytest.mark.django_db

OPEN = {
    "Message": "the copy itself", "ExtractedField": "the copy itself", "Handoff": "the copy itself",
    "Decision": "what people decide of it; nothing is carried out", "Plant": "says that it is planted",
    "Draft": "what somebody types", "Skip": "who passes it on", "Offer": "a supervisor may assign it",
    "BulkRow": "a supervisor may move it", "Waiting": "how it is found in its queue", "Hold": "who has it in hand",
    "RehearsedMove": "made of past cases, which planted ones are not", "Trip": "names an example of past cases",
}  # fmt: skip
"""Tables that may name a planted case, and why; every other one refuses it."""
NOW = datetime.now(UTC)
DUMMIES: dict[type[Any], Any] = {
    models.BooleanField: False, models.CharField: "x", models.TextField: "x", models.DateTimeField: NOW,
    models.FloatField: 0.5, models.JSONField: {}, models.UUIDField: uuid4(), models.BinaryField: b"x",
    models.DateField: NOW.date(), models.DecimalField: 1,
}  # fmt: skip
NAMED: dict[str, dict[str, Any]] = {
    "Feedback": {"score": 3},
    "Job": {"kind": "close"},
    "Sample": {"excluded": "planted"},
}


def tables() -> list[tuple[type[models.Model], str]]:
    """Every table that can name a case, and by which column."""
    return [
        (model, field.attname)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.remote_field is not None and field.remote_field.model is Case
    ]


SHUT = [one for one in tables() if one[0].__name__ not in OPEN]


def row(model: type[models.Model], column: str, case: UUID) -> models.Model:
    """An unsaved row that names the case; the rest is anything that the columns take."""
    given: dict[str, Any] = {column: case, **NAMED.get(model.__name__, {})}
    for field in model._meta.concrete_fields:
        if field.attname in given or field.null or field.has_default() or field.has_db_default():
            continue
        reference: Any = field
        target = reference.target_field if field.remote_field else field
        if isinstance(field, models.AutoField):
            continue
        if isinstance(field, models.CharField) and field.blank:
            given[field.attname] = ""
            continue
        known = next((value for kind, value in DUMMIES.items() if isinstance(target, kind)), 1)
        given[field.attname] = [] if "Array" in type(field).__name__ else known
    return model(**given)


@pytest.fixture
def planted(cast: Cast, robot: Robot) -> Case:
    return planted_copy(cast, finished(robot, cast.fay), ACTION)


def test_the_list_of_doors_is_that_of_the_tables() -> None:
    """R094: a new table that can name a case is shut to planted ones, or says here why it is open."""
    names = {model.__name__ for model, _ in tables()}
    assert {
        "Alert",
        "Clock",
        "Job",
        "TrainingExample",
        "AuditDraw",
        "HandoffOutcome",
        "Sample",
    } <= names - set(OPEN)


def refused(model: type[models.Model], column: str, case: UUID) -> str:
    """What the database says to a row that names the case; empty when it takes it."""
    try:
        with transaction.atomic():
            row(model, column, case).save(force_insert=True)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return str(error)
    return ""


def test_the_database_refuses_a_planted_case_wherever_one_could_leave_or_count(planted: Case) -> None:
    """R094: no job with an effect, no alert, no clock, no example, no audit, no figure names one."""
    with (
        connection.cursor() as cursor
    ):  # walls of other kinds stand before these: only the check is asked here
        cursor.execute("SET LOCAL session_replication_role = replica")
    said = {f"{model.__name__}.{column}": refused(model, column, planted.pk) for model, column in SHUT}
    assert {name: text for name, text in said.items() if "_no_plant" not in text} == {}
    taken = {f"{model.__name__}.{column}": refused(model, column, uuid6.uuid7()) for model, column in SHUT}
    assert {name: text for name, text in taken.items() if "_no_plant" in text} == {}


def test_it_is_never_critical_never_counted_as_closed_and_owes_nobody(planted: Case) -> None:
    """R094: a check on the case itself."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    wishes: list[dict[str, Any]] = [{"severity": 1}, {"closed_at": NOW}, {"subtasks_open": 1}, {"unaided": 1}]
    for change in wishes:
        with pytest.raises(IntegrityError, match="plant_counts_nowhere"), transaction.atomic():
            Case.objects.filter(pk=planted.pk).update(**change)


def test_a_planted_case_goes_through_the_whole_of_its_life_and_leaves_nothing(
    cast: Cast, robot: Robot
) -> None:
    """R094: claimed, corrected, told: no row in any table that the doors stand before, and no change of the backlog."""
    case = finished(robot, cast.fay)
    before = Backlog.objects.count()
    planted = planted_copy(cast, case, ACTION)
    taught = TrainingExample.objects.count()
    plant = answered(
        planted, cast.finn, "correct", values={"amount": "9.00"}, error_types={"amount": "wrong_value"}
    )
    assert (plant.outcome, planted.state, planted.closed_at) == ("missed", "closed", None)
    assert Backlog.objects.count() == before
    assert TrainingExample.objects.count() == taught
    for model, column in SHUT:
        named = model._default_manager.filter(**{column: planted.pk})
        assert list(named) == list(named.filter(kind="reveal") if model is Job else named.none()), model
    assert Decision.objects.get(case=planted).standing == "final"
    assert Correction.objects.filter(decision__case=planted).count() == 1
    kinds = list(Event.objects.filter(stream=planted.pk).order_by("seq").values_list("kind", flat=True))
    assert kinds == ["plant.made", "case.claimed", "case.decided", "plant.answered"]
    assert Plant.objects.get().original_id == case.pk
