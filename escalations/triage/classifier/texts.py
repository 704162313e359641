"""The texts a model was trained on, kept beside it: what a challenger learns from again, with corrections added."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from escalations.triage.classifier.errors import ModelError
from escalations.triage.classifier.store import data_hash, read_info
from escalations.triage.encoder.build import write_atomically


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts and their labels, in the order in which the model saw them; `oos_label` marks what is out of scope."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    oos_label: str | None


def keep_texts(
    out: Path, name: str, texts: Sequence[str], labels: Sequence[str], oos_label: str | None
) -> None:
    """Write the texts of the model `name` beside it. They are as confidential as the file they came from."""
    about = {"texts": list(texts), "labels": list(labels), "oos_label": oos_label}
    content = gzip.compress(json.dumps(about).encode(), mtime=0)
    try:
        write_atomically(_path(out, name), content)
    except OSError as error:
        raise ModelError(f"cannot write the texts of {name} to {out}: {error.strerror}") from error


def has_texts(out: Path, name: str) -> bool:
    """Are there texts beside this model?"""
    return _path(out, name).exists()


def kept_texts(out: Path, name: str) -> Texts:
    """The texts of the model `name`. ModelError when they are missing, damaged, or another model's."""
    path = _path(out, name)
    try:
        about = json.loads(gzip.decompress(path.read_bytes()))
        found = Texts(tuple(about["texts"]), tuple(about["labels"]), about["oos_label"])
    except FileNotFoundError as error:
        raise ModelError(f"no texts at {path}: train {name} again with manage.py train_triage") from error
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} cannot be read: train {name} again") from error
    if data_hash(found.texts, found.labels) != read_info(out / f"{name}.json").data_sha256:
        raise ModelError(f"{path} holds another model's texts: train {name} again")
    return found


def _path(out: Path, name: str) -> Path:
    return out / f"{name}-texts.json.gz"
