"""A real process that trains is killed: another one takes it up, and nothing was promoted by half (R096, safety P9)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.models import Event
from escalations.choices import ModelState
from escalations.models import Job, ModelVersion
from escalations.services import training
from escalations.services.shipped import champion
from escalations.triage.classifier.store import read_info
from reviews.services.learning.datasets import make_dataset
from tests.cast import Cast
from tests.faults.stack import wait_for
from tests.learning.models import CATEGORY, NEW, THINGS, learn, samples
from tests.learning.people import soon

LEASE = 2  # seconds, instead of thirty


def started(folder: Path) -> subprocess.Popen[bytes]:
    """A worker's process at this test's database."""
    at = connection.settings_dict
    who = f"{at['USER']}:{at['PASSWORD']}@" if at["USER"] else ""
    environ = os.environ | {
        "DATABASE_URL": f"postgres://{who}{at['HOST']}:{at['PORT']}/{at['NAME']}",
        "DJANGO_SETTINGS_MODULE": "config.settings.test", "HANDRAIL_JOB_LEASE_SECONDS": str(LEASE),
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-m", "tests.learning.trainer", str(folder)], env=environ)


def job() -> Job:
    return Job.objects.get(kind=training.KIND)


@pytest.mark.django_db(transaction=True)
def test_training_goes_on_in_another_process_after_a_kill(folder: Path, settings: Settings) -> None:
    """R096: the champion judges on meanwhile; there is one challenger in the end, whole, and one line about it."""
    settings.HANDRAIL_JOB_LEASE_SECONDS = LEASE
    cast = Cast()
    samples(cast, [(NEW.format(thing), CATEGORY) for thing in THINGS])
    first = champion()
    dataset = make_dataset(actor=cast.adam, until=soon())
    training.train_later(dataset=dataset, actor=cast.adam)
    worker = started(folder)
    try:
        wait_for(lambda: job().state == Job.State.RUNNING, seconds=60, what="training has begun", every=0.01)
        worker.send_signal(signal.SIGKILL)
        assert worker.wait(10) == -signal.SIGKILL
    finally:
        worker.kill()
        worker.wait()
    assert (job().state, job().attempts) == (Job.State.RUNNING, 1), "it was killed at work"
    assert champion() == first
    assert not ModelVersion.objects.filter(dataset__isnull=False).exists()

    wait_for(lambda: bool(learn([training.KIND])), seconds=60, what="somebody takes it up after the lease")
    made = ModelVersion.objects.get(dataset=dataset)
    assert (made.state, job().state, job().attempts) == (ModelState.CHALLENGER, Job.State.DONE, 2)
    assert read_info(folder / f"{made.name}.json").version == made.version
    assert Event.objects.filter(kind="model.trained").count() == 1
    assert ModelVersion.objects.get(state=ModelState.CHAMPION) == first
