"""Runs the encoder: text in, one unit vector out, one thread a text."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from escalations.triage.encoder.build import build_encoder
from escalations.triage.encoder.weights import EncoderError, load_vocabulary
from escalations.triage.encoder.wordpiece import Pieces, WordPiece

Vector = NDArray[np.float32]

WIDTH = 384
PIECES = 128
"""Word pieces looked at; the weights were trained with this length."""


class Encoded:
    """A text's unit vector [384], and what the encoder made of its pieces, for the vectors of its parts."""

    def __init__(self, states: Vector, pieces: Pieces) -> None:
        self.vector = unit(states.mean(axis=0))
        self.starts = [start for start, _ in pieces.offsets[1:-1]]
        self.ends = [end for _, end in pieces.offsets[1:-1]]
        self.sums = np.cumsum(np.vstack([np.zeros_like(states[:1]), states[1:-1]]), axis=0)
        self.reach = self.ends[-1] if self.ends else 0
        """Characters of the text that were looked at."""

    def part(self, start: int, end: int) -> Vector | None:
        """Unit vector of the characters [start, end), in the light of the whole text; None where not read."""
        first, last = bisect_left(self.starts, start), bisect_right(self.ends, end)
        return unit(self.sums[last] - self.sums[first]) if last > first else None


def unit(vector: Vector) -> Vector:
    """The vector scaled to length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)


class Encoder:
    """One onnxruntime session. Messages go one at a time: see `graph.py` for why."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The graph is written fused; higher levels would join Add and LayerNormalization, which is slower.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self.session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises classes of its own that share only Exception
            raise EncoderError(f"cannot run the encoder {path.name}: {error}") from error
        self.name = path.stem
        self.pieces = WordPiece(load_vocabulary())

    def encode(self, text: str) -> Encoded:
        """Encode one text; only its first 128 word pieces count."""
        pieces = self.pieces.encode(text, PIECES)
        ids = np.array([pieces.ids], dtype=np.int64)
        states = np.asarray(self.session.run(None, {"ids": ids})[0])[0]
        return Encoded(states, pieces)

    def vectors(self, texts: Sequence[str], threads: int = 1) -> Vector:
        """Unit vectors [n, 384] of many texts, one run each; a run holds no interpreter lock, so threads help."""
        with ThreadPoolExecutor(threads) as pool:
            rows = list(pool.map(lambda text: self.encode(text).vector, texts))
        return np.stack(rows) if rows else np.zeros((0, WIDTH), dtype=np.float32)


def open_encoder(model_dir: Path) -> Encoder:
    """The encoder under `model_dir`, built on first use."""
    return Encoder(build_encoder(model_dir))
