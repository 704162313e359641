"""From the post to the queue with the engine that ships: no script stands in for it here (R032, R033)."""

import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from escalations.handlers import GIVEN_UP, HANDLERS
from escalations.models import Case, TriageRecord
from escalations.services.draining import drain
from escalations.triage.classifier import train
from escalations.triage.encoder.session import open_encoder
from escalations.triage.engines import forget_engines
from tests.cast import Cast
from tests.escalations.bodies import faq
from tests.escalations.cases import received
from tests.escalations.triage.cases import LABELS, TEXTS
from tests.robot import Robot

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with the encoder and a small model of its own called default."""
    shipped, place = Path(django_settings.HANDRAIL_MODEL_DIR), tmp_path_factory.mktemp("models")
    train(TEXTS, LABELS, name="default", out=place, encoder=open_encoder(shipped))
    for part in shipped.glob("minilm*"):
        (place / part.name).symlink_to(part)
    return place


@pytest.fixture(autouse=True)
def _engine(model_dir: Path, settings: Settings) -> None:
    settings.HANDRAIL_MODEL_DIR, settings.HANDRAIL_TRIAGE_ENGINE = model_dir, "embedded"
    forget_engines()


def test_a_customer_in_distress_reaches_people_within_seconds(cast: Cast, robot: Robot) -> None:
    """R032, R033: the words that show it are on record, and the case comes first."""
    words = "I cannot cope any more, I have not slept for days and I want to end it all. Please help me."
    case = received(cast, **faq(messages=[{"author": "customer", "text": words}]))
    assert drain(HANDLERS, GIVEN_UP, seconds=20) == 1
    case.refresh_from_db()
    assert (case.state, case.severity) == ("queued", 1)
    assert "DISTRESS" in case.reason_codes
    record = TriageRecord.objects.get(case=case)
    assert record.engine == "embedded"
    assert len(record.inputs_hash) == 64
    assert record.result is not None
    signals = {signal["code"]: signal for signal in record.result["signals"]}
    shown = {words[span["start"] : span["end"]] for span in signals["distress"]["spans"]}
    assert shown == {"cannot cope", "end it all"}
    assert robot.get(case.pk).json()["triage"]["model_version"] == record.model_version


def test_every_case_is_judged_in_a_moment(cast: Cast) -> None:
    """Engine, policy and writing of one case, in seconds of wall time on a busy machine."""
    received(cast)
    drain(HANDLERS, GIVEN_UP, seconds=20)  # loads the model
    for _ in range(5):
        received(cast)
    begun = time.monotonic()
    assert drain(HANDLERS, GIVEN_UP, seconds=20) == 5
    assert (time.monotonic() - begun) / 5 < 5
    assert not Case.objects.filter(state__in=["received", "triaging"]).exists()
    assert not TriageRecord.objects.exclude(error="").exists()


def test_an_engine_that_cannot_be_loaded_costs_no_case(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    """A forgotten model is a failed attempt like any other; at the deadline people have the case."""
    settings.HANDRAIL_MODEL_DIR, settings.HANDRAIL_TRIAGE_ENGINE = tmp_path, "no-such-engine"
    case = received(cast)
    drain(HANDLERS, GIVEN_UP, seconds=20)
    case.refresh_from_db()
    assert case.state == "triaging"
    assert "no-such-engine" in TriageRecord.objects.get(case=case).error
