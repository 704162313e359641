"""One encoder and one small model for all tests of triage: making them takes about two seconds."""

from pathlib import Path

import pytest
from django.conf import settings

from escalations.triage.classifier import Classifier, load, train
from escalations.triage.embedded import EmbeddedEngine
from escalations.triage.encoder.session import Encoder, open_encoder
from tests.escalations.triage.cases import LABELS, TEXTS


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return open_encoder(settings.HANDRAIL_MODEL_DIR)


@pytest.fixture(scope="session")
def model_path(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The JSON file of a model that learned forty sentences."""
    out = tmp_path_factory.mktemp("models")
    return train(TEXTS, LABELS, name="small", out=out, encoder=encoder).path


@pytest.fixture(scope="session")
def classifier(model_path: Path, encoder: Encoder) -> Classifier:
    return load(model_path, encoder)


@pytest.fixture(scope="session")
def engine(classifier: Classifier) -> EmbeddedEngine:
    return EmbeddedEngine(classifier)
