"""A model folder of its own for each test: the encoder, and a model that learned three dozen sentences."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings as configured
from pytest_django import Settings

from escalations.services import scoring
from escalations.triage.classifier import train
from escalations.triage.classifier.texts import keep_texts
from escalations.triage.encoder.session import open_encoder
from escalations.triage.engines import forget_engines
from tests.learning.models import BASE, CATEGORY, LEARNED, NEW, THINGS


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the encoder and a small model called default."""
    source = Path(configured.HANDRAIL_MODEL_DIR)
    encoder = open_encoder(source)
    out = tmp_path_factory.mktemp("shipped")
    for path in source.glob("minilm-*"):
        (out / path.name).symlink_to(path.resolve())
    texts, labels = zip(*BASE, strict=True)
    train(texts, labels, name="default", out=out, encoder=encoder, folds=2)
    keep_texts(out, "default", texts, labels, None)
    more = [NEW.format(thing) for thing in THINGS]
    train(
        (*texts, *more), (*labels, *[CATEGORY] * len(more)), name=LEARNED, out=out, encoder=encoder, folds=2
    )  # fmt: skip
    return out


@pytest.fixture
def folder(shipped: Path, tmp_path: Path, settings: Settings) -> Path:
    """The same for one test, which may do with it what it likes."""
    out = tmp_path / "models"
    shutil.copytree(shipped, out, symlinks=True)
    settings.HANDRAIL_MODEL_DIR = out
    forget_engines()
    scoring._engine.cache_clear()
    return out
