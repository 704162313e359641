"""The demo has a challenger from the start, through the services."""

from pathlib import Path
from typing import Any

import pytest

from config.demo import learned
from escalations.choices import ModelState
from escalations.models import Comparison, Dataset, Job, ModelVersion
from tests.demo.test_past import load as load

pytestmark = pytest.mark.django_db


def test_a_challenger_is_trained_on_the_past_and_compared(load: Any, folder: Path) -> None:
    """R096: a dataset, a model, a comparison, left for people to decide on; a second start changes nothing."""
    load()
    assert learned.load_challenger() > 0
    made = ModelVersion.objects.get(dataset=Dataset.objects.get())
    assert made.state in (ModelState.CHALLENGER, ModelState.REFUSED)
    assert Comparison.objects.filter(challenger=made).exists()
    assert not Job.objects.filter(kind__in=["train", "score"], state__in=["ready", "running"]).exists()
    assert learned.load_challenger() == 0
