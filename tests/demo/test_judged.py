"""The demo has judged planted cases from the start, all through the services."""

from typing import Any

import pytest
from django.utils import timezone

from config.demo import planted
from escalations.models import Job, Plant
from escalations.selectors.plants import outcomes_of
from tests.demo.test_past import load as load
from tests.engine import work

pytestmark = pytest.mark.django_db


def told() -> None:
    """The undo windows pass."""
    Job.objects.filter(kind="reveal", state="ready").update(next_at=timezone.now())
    work()


def test_colleagues_have_judged_some_planted_cases_and_one_waits(
    load: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R094: caught, missed and passed on, by people as whom nobody signs in; a second start changes nothing."""
    monkeypatch.setattr("reviews.services.planting.at_work", lambda *_: True)
    load()
    made = planted.load_planted(told=told)
    ends = dict.fromkeys(Plant.objects.values_list("outcome", flat=True))
    assert made >= planted.ROUNDS
    assert {"open", "caught", "missed"} <= set(ends)
    met = outcomes_of(Plant.objects.all())
    assert sum(n for n, _ in met.values()) >= planted.ROUNDS - 1
    assert not Plant.objects.filter(decided_by__email__startswith="maria").exists()
    assert planted.load_planted(told=told) == 0
