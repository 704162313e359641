"""The words in a planted case are somebody's: what is taken out of the original is taken out of the copy (R094)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from escalations.models import Case, ExtractedField, Message, Plant
from escalations.services.plants import GIVEN_UP, withdraw_stale
from tests.cast import Cast
from tests.plants.makers import ACTION, FIELD, answered, finished, planted_copy
from tests.robot import Robot

pytestmark = pytest.mark.django_db


def test_what_is_taken_out_of_the_original_is_taken_out_of_its_copy(cast: Cast, robot: Robot) -> None:
    """R094: texts, values, subject and customer, by whatever statement; and what was wrong in it is forgotten."""
    original = finished(robot, cast.fay)
    copy = planted_copy(cast, original, FIELD)
    real = Case.objects.exclude(pk=copy.pk).count()
    Message.objects.filter(case=original).update(text="")
    ExtractedField.objects.filter(case=original).update(value="")
    Case.objects.filter(pk=original.pk).update(subject="", customer={})
    copy.refresh_from_db()
    assert set(Message.objects.filter(case=copy).values_list("text", flat=True)) == {""}
    assert set(ExtractedField.objects.filter(case=copy).values_list("value", flat=True)) == {""}
    assert (copy.subject, copy.customer) == ("", {})
    plant = Plant.objects.get()
    assert (plant.shown, plant.right, plant.withdraw_at <= timezone.now()) == ("taken out", "", True)
    assert Case.objects.exclude(pk=copy.pk).count() == real
    Message.objects.filter(case=original).delete()
    assert not Message.objects.filter(case=copy).exists()


def test_nobody_is_judged_by_what_is_not_there_any_more(
    cast: Cast, robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R094: decided before, told after the words went: it is withdrawn, and counts for nobody."""
    original = finished(robot, cast.fay)
    copy = planted_copy(cast, original, FIELD)
    Message.objects.filter(case=original).update(text="gone")
    assert answered(copy, cast.finn).outcome == "open"
    later = timezone.now() + GIVEN_UP + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert withdraw_stale() == 1
    assert Plant.objects.get().outcome == "withdrawn"


def test_what_was_planted_is_still_written_once(cast: Cast, robot: Robot) -> None:
    planted_copy(cast, finished(robot, cast.fay), ACTION)
    for change in ({"right": "something_else"}, {"shown": "lookup"}, {"right": "", "name": "x"}):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            Plant.objects.update(**change)
