"""Builds the encoder file once and keeps it under a name that says what it was built from."""

import json
import os
import platform
import tempfile
from pathlib import Path

from escalations.triage.encoder.weights import (
    WEIGHTS_SHA256,
    EncoderError,
    load_vocabulary,
    load_weights,
    sha256_of,
)

RECIPE = 1
"""Raise when `graph.py` changes what it writes: older files are then no longer found."""

EIGHT_BIT_FLAGS = ("avx512_vnni", "avx_vnni", "avx512vnni", "amx_int8")


def needs_reduced_range() -> bool:
    """Whether this machine adds 8-bit products in 16 bits (x86 without VNNI): large weights overflow."""
    if platform.machine().lower() in ("arm64", "aarch64"):
        return False
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return True
    return not any(flag in flags for flag in EIGHT_BIT_FLAGS)


def encoder_path(model_dir: Path, *, reduce_range: bool) -> Path:
    """Where the encoder of these weights, this recipe and this width lies."""
    bits = 7 if reduce_range else 8
    return model_dir / f"minilm-{WEIGHTS_SHA256[:12]}-r{RECIPE}-w{bits}.onnx"


def write_atomically(path: Path, content: bytes) -> None:
    """All or nothing: readers see the old file or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def is_whole(path: Path) -> bool:
    """Whether the file is there and is what its note says was written."""
    note = path.with_suffix(".json")
    if not path.is_file() or not note.is_file():
        return False
    try:
        expected = json.loads(note.read_text(encoding="utf-8"))["sha256"]
    except (ValueError, KeyError, TypeError):
        return False
    return bool(sha256_of(path) == expected)


def build_encoder(model_dir: Path, *, reduce_range: bool | None = None) -> Path:
    """Path of the encoder file, built first when it is missing or damaged (about a second, 23 MB).

    Raises EncoderError when the weights or the `onnx` package are missing or the folder cannot be written.
    """
    narrow = needs_reduced_range() if reduce_range is None else reduce_range
    path = encoder_path(model_dir, reduce_range=narrow)
    if is_whole(path):
        return path
    try:
        from escalations.triage.encoder.graph import build_graph  # `onnx` is needed only here
    except ImportError as error:
        raise EncoderError("the onnx package is not installed; it builds the encoder once") from error
    load_vocabulary()
    content = build_graph(load_weights(), reduce_range=narrow).SerializeToString(deterministic=True)
    try:
        write_atomically(path, content)
        note = {"sha256": sha256_of(path), "weights_sha256": WEIGHTS_SHA256, "reduce_range": narrow}
        write_atomically(path.with_suffix(".json"), json.dumps(note, indent=1).encode())
    except OSError as error:
        raise EncoderError(f"cannot write the encoder to {model_dir}: {error.strerror}") from error
    return path
