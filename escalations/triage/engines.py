"""Makes engines by name, once a process: loading takes a second, so whoever asks again gets the same one."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from threadpoolctl import threadpool_limits

from escalations.triage.types import CaseView, TriageEngine, TriageError, Utterance

DEFAULT_MODEL = "default"

_engines: dict[tuple[str, str, str, str, str], TriageEngine] = {}
_lock = Lock()


def get_engine(
    name: str,
    model_dir: Path,
    *,
    model: str = DEFAULT_MODEL,
    version: str = "",
    llm: Mapping[str, Any] | None = None,
) -> TriageEngine:
    """The engine called `name` ("embedded" or "llm"), loaded and warmed up on first use.

    `model` is the trained model under `model_dir`, and `version`, where it is given, the only one of that name that
    will do; what was loaded for another model is dropped. `llm` holds the fields of `LLMConfig` and is needed for
    "llm" only, which leans on the embedded engine. Raises TriageError when something is missing.
    """
    settings = hashlib.sha256(repr(sorted((llm or {}).items())).encode()).hexdigest()  # keeps the key secret
    key = (name, str(model_dir), settings, model, version)
    with _lock:
        if key not in _engines:
            made = make_engine(name, model_dir, model, llm or {}, version)
            for other in [other for other in _engines if other[:3] == key[:3]]:
                del _engines[
                    other
                ]  # a model was promoted: whoever still works with the old one keeps it until then
            _engines[key] = made
        return _engines[key]


def make_engine(
    name: str, model_dir: Path, model: str, llm: Mapping[str, Any], version: str = ""
) -> TriageEngine:
    """A new engine, warmed up. From then on this process does its linear algebra on one thread."""
    if name not in ("embedded", "llm"):
        raise TriageError(f"there is no triage engine {name!r}: use embedded or llm")
    from escalations.triage.classifier.store import load, read_info
    from escalations.triage.embedded import EmbeddedEngine
    from escalations.triage.encoder.session import open_encoder

    threadpool_limits(1)  # a worker judges one case at a time beside others that do the same
    path = model_dir / f"{model}.json"
    if version and (found := read_info(path).version) != version:
        raise TriageError(f"{path} is {found}, not {version}")
    embedded = EmbeddedEngine(load(path, open_encoder(model_dir)))
    embedded.triage(WARM_UP)
    if name == "embedded":
        return embedded
    from escalations.triage.llm.config import LLMConfig
    from escalations.triage.llm.engine import LLMEngine

    return LLMEngine(LLMConfig(**llm), embedded)


def forget_engines() -> None:
    """Drop what was loaded, for instance after a new model was stored."""
    with _lock:
        _engines.clear()


WARM_UP = CaseView(
    client="",
    case_type="",
    channel="email",
    subject="Warm-up",
    messages=(Utterance("customer", "Where is my order?", datetime(2020, 1, 1, tzinfo=UTC)),),
)
"""A case that makes every lazy part load before the first real one."""
