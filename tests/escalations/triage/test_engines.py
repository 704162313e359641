"""Engines by name."""

from pathlib import Path

import pytest

from escalations.triage import engines
from escalations.triage.embedded import EmbeddedEngine
from escalations.triage.engines import forget_engines, get_engine
from escalations.triage.llm.engine import LLMEngine
from escalations.triage.types import TriageError


@pytest.fixture(autouse=True)
def _forget() -> None:
    forget_engines()


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, engine: EmbeddedEngine) -> Path:
    """The folder of the small model, whose encoder is the one that all tests share."""
    encoder = engine.classifier.encoder
    monkeypatch.setattr("escalations.triage.encoder.session.open_encoder", lambda folder: encoder)
    return Path()


def test_an_engine_is_loaded_once(loaded: Path, model_path: Path) -> None:
    first = get_engine("embedded", model_path.parent, model="small")
    assert first is get_engine("embedded", model_path.parent, model="small")
    forget_engines()
    assert first is not get_engine("embedded", model_path.parent, model="small")


def test_the_llm_engine_stands_on_the_embedded_one(loaded: Path, model_path: Path) -> None:
    llm = {"base_url": "http://localhost:1/v1", "model": "m", "api_key": "very-secret"}
    found = get_engine("llm", model_path.parent, model="small", llm=llm)
    assert isinstance(found, LLMEngine)
    assert found.version.endswith(found.floor.version)
    assert "very-secret" not in repr(engines._engines)


def test_unknown_engines_and_models_say_what_to_do(loaded: Path, model_path: Path) -> None:
    with pytest.raises(TriageError, match="use embedded or llm"):
        get_engine("oracle", model_path.parent)
    with pytest.raises(TriageError, match="train_triage"):
        get_engine("embedded", model_path.parent, model="never_trained")
