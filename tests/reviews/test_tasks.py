"""The clock's ticks for the human work."""

from datetime import timedelta

from django.db.models.functions import Now

from config.celery import SCHEDULE, app
from escalations.models import Case
from reviews.tasks import sweep_leases, sweep_wakes
from tests.cast import Cast
from tests.reviews.conftest import MakeCase
from tests.reviews.deciding import decide, held


def test_the_sweepers_are_on_the_schedule_under_their_names() -> None:
    app.loader.import_default_modules()
    for task in (sweep_leases, sweep_wakes):
        assert task.name in {entry["task"] for entry in SCHEDULE.values()}
        assert task.name in app.tasks


def test_a_tick_returns_what_is_due_and_a_second_tick_nothing(cast: Cast, new_case: MakeCase) -> None:
    """P15."""
    leased, snoozed = held(new_case(), cast.fay), held(new_case(), cast.fay)
    decide(snoozed, cast.fay, verb="snooze")
    assert (sweep_leases(), sweep_wakes()) == (0, 0)
    Case.objects.filter(pk=leased.pk).update(lease_until=Now() - timedelta(seconds=1))
    Case.objects.filter(pk=snoozed.pk).update(wake_at=Now() - timedelta(seconds=1))
    assert (sweep_leases(), sweep_wakes()) == (1, 1)
    assert (sweep_leases(), sweep_wakes()) == (0, 0)
    assert set(Case.objects.values_list("state", flat=True)) == {"queued"}
