"""A model on disk: `NAME.json` names its arrays and their SHA-256. Arrays only, never pickled objects."""

import hashlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from escalations.triage.classifier.errors import ModelError
from escalations.triage.classifier.evidence import Memory, Scales
from escalations.triage.classifier.experts import Linear
from escalations.triage.classifier.features import Block, Features
from escalations.triage.classifier.head import Logistic
from escalations.triage.classifier.model import Classifier, Parts
from escalations.triage.encoder.build import write_atomically
from escalations.triage.encoder.session import Encoder, open_encoder

FORMAT = 1
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """`version` is name and short hash, as stored with every prediction; `path` is the JSON file."""

    name: str
    version: str
    path: Path
    labels: tuple[str, ...]
    texts: int
    data_sha256: str
    encoder: str


def to_text(grams: dict[str, int]) -> NDArray[np.uint8]:
    """Grams in column order as UTF-8 lines (no gram holds a line break)."""
    return np.frombuffer("\n".join(grams).encode(), dtype=np.uint8)


def to_block(text: NDArray[np.uint8], idf: NDArray[np.float32]) -> Block:
    grams = bytes(text).decode().split("\n") if len(text) else []
    return Block({gram: n for n, gram in enumerate(grams)}, idf)


def to_arrays(parts: Parts) -> Arrays:
    """Everything numeric that was learned, by name."""
    features, memory = parts.features, parts.memory
    arrays: Arrays = {
        "word_grams": to_text(features.word.columns),
        "word_idf": features.word.idf,
        "char_grams": to_text(features.char.columns),
        "char_idf": features.char.idf,
        "meaning_weights": parts.meaning.weights,
        "meaning_bias": parts.meaning.bias,
        "wording_weights": parts.wording.weights,
        "wording_bias": parts.wording.bias,
        "memory_vectors": memory.vectors.astype(np.float16),
        "memory_bounds": memory.bounds,
        "foreign": parts.foreign.array(),
    }
    if parts.confidence is not None:
        arrays["confidence"] = parts.confidence.array()
    return arrays


def from_arrays(arrays: Arrays, about: dict[str, Any]) -> Parts:
    """The inverse of `to_arrays`."""
    scales = about["scales"]
    confidence = arrays.get("confidence")
    return Parts(
        labels=tuple(about["labels"]),
        features=Features(
            to_block(arrays["word_grams"], arrays["word_idf"]),
            to_block(arrays["char_grams"], arrays["char_idf"]),
        ),
        meaning=Linear(arrays["meaning_weights"], arrays["meaning_bias"]),
        wording=Linear(arrays["wording_weights"], arrays["wording_bias"]),
        scales=Scales(scales["meaning"], scales["wording"], scales["blend"], scales["share"]),
        memory=Memory(arrays["memory_vectors"].astype(np.float32), arrays["memory_bounds"]),
        confidence=None if confidence is None else Logistic.from_array(confidence),
        foreign=Logistic.from_array(arrays["foreign"]),
        knows_foreign=about["knows_foreign"],
    )


def data_hash(texts: Sequence[str], labels: Sequence[str]) -> str:
    """SHA-256 over the labelled texts in order, hex."""
    digest = hashlib.sha256()
    for text, label in zip(texts, labels, strict=True):
        digest.update(json.dumps([text, label]).encode())
    return digest.hexdigest()


def short_hash(about: dict[str, Any]) -> str:
    """First 12 hex digits of the SHA-256 of everything about a model, its arrays' hash included."""
    plain = {key: value for key, value in about.items() if key != "version"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:12]


def save(
    parts: Parts, texts: Sequence[str], labels: Sequence[str], *, name: str, out: Path, encoder: str
) -> ModelInfo:
    """Write arrays, then the JSON that points at them: readers see the old model or the whole new one."""
    if not NAME.fullmatch(name):
        raise ModelError(f"{name!r} is no model name: letters, digits, dot, dash and underscore only")
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **to_arrays(parts))
    content = buffer.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    scales = parts.scales
    about: dict[str, Any] = {
        "format": FORMAT,
        "name": name,
        "encoder": encoder,
        "labels": list(parts.labels),
        "texts": len(texts),
        "data_sha256": data_hash(texts, labels),
        "knows_foreign": parts.knows_foreign,
        "scales": {key: getattr(scales, key) for key in ("meaning", "wording", "blend", "share")},
        "arrays": f"{name}-{digest[:12]}.npz",
        "arrays_sha256": digest,
    }
    about["version"] = f"{name}-{short_hash(about)}"
    try:
        write_atomically(out / about["arrays"], content)
        write_atomically(out / f"{name}.json", json.dumps(about, indent=1).encode())
    except OSError as error:
        raise ModelError(f"cannot write the model to {out}: {error.strerror}") from error
    remove_older(out, name, about["arrays"])
    return info_of(about, out / f"{name}.json")


def remove_older(out: Path, name: str, kept: str) -> None:
    """Arrays of earlier models of this name; whoever is reading one keeps its open file."""
    for path in out.glob(f"{name}-*.npz"):
        if path.name != kept and re.fullmatch(rf"{re.escape(name)}-[0-9a-f]{{12}}\.npz", path.name):
            path.unlink(missing_ok=True)


def info_of(about: dict[str, Any], path: Path) -> ModelInfo:
    return ModelInfo(
        name=about["name"],
        version=about["version"],
        path=path,
        labels=tuple(about["labels"]),
        texts=about["texts"],
        data_sha256=about["data_sha256"],
        encoder=about["encoder"],
    )


def read_info(path: Path) -> ModelInfo:
    """What a stored model says about itself, checked against its own hash."""
    return info_of(read_about(path), path)


def read_about(path: Path) -> dict[str, Any]:
    """The JSON file, or ModelError when it is missing, altered or from another release."""
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"no model at {path}: train one with manage.py train_triage") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise ModelError(f"{path} is not a model of format {FORMAT}: train it again")
    if about.get("version") != f"{about.get('name')}-{short_hash(about)}":
        raise ModelError(f"{path} was altered after training: train it again")
    return about


def read_arrays(path: Path, digest: str) -> Arrays:
    """The arrays, after their bytes were checked."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: train the model again") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise ModelError(f"{path} is damaged (SHA-256 differs): train the model again")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def load(path: Path, encoder: Encoder | None = None) -> Classifier:
    """Load `path` (the JSON file), checking every hash. Without `encoder`, the one beside it is opened.

    Raises ModelError when anything is missing or altered, or when the model belongs to another encoder.
    """
    about = read_about(path)
    arrays = read_arrays(path.parent / Path(about["arrays"]).name, about["arrays_sha256"])
    encoder = encoder or open_encoder(path.parent)
    if encoder.name != about["encoder"]:
        raise ModelError(
            f"{path} was trained with {about['encoder']}, this machine has {encoder.name}: train again"
        )
    return Classifier(from_arrays(arrays, about), encoder, about["version"])
