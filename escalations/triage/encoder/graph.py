"""Writes all-MiniLM-L6-v2 as an ONNX graph with 8-bit weights, for one message at a time.

One message needs no padding and so no mask, and its activations get a scale of their own: padded
batches shift the 8-bit scales of every message in them (cosine .96 to .99 against the lone message).
The fused operators are those of onnxruntime's `com.microsoft` domain.
"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from escalations.triage.encoder.weights import Tensors

LAYERS, HEADS, EPSILON = 6, 12, 1e-12
MS = "com.microsoft"

Floats = NDArray[np.float32]


def quantise(weight: Floats, axis: int, peak: int) -> tuple[NDArray[np.int8], Floats]:
    """Symmetric 8-bit values and the scale of each slice that is kept along the other axis."""
    scale = (np.abs(weight).max(axis=axis) / peak).astype(np.float32)
    scale[scale == 0] = 1.0
    rounded = np.rint(weight / np.expand_dims(scale, axis))
    return np.clip(rounded, -peak, peak).astype(np.int8), scale


class Graph:
    """Collects nodes and constants; each method adds a step and returns the name of its output."""

    def __init__(self, tensors: Tensors, peak: int) -> None:
        self.tensors, self.peak = tensors, peak
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def tensor(self, name: str) -> str:
        return self.constant(name, self.tensors[name])

    def add(self, kind: str, inputs: list[str], name: str, domain: str = "", **attributes: Any) -> str:
        outputs = [name]
        if kind == "DynamicQuantizeLinear":
            outputs = [name, f"{name}.scale", f"{name}.zero"]
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=name, domain=domain, **attributes))
        return name

    def matrix(self, name: str, weight: Floats) -> tuple[str, str]:
        """A [in, out] matrix in 8 bits with one scale for each output column."""
        values, scale = quantise(weight, 0, self.peak)
        return self.constant(f"{name}.int8", values), self.constant(f"{name}.scale", scale)

    def dense(self, source: str, name: str) -> str:
        """source @ weight + bias, quantising the source as it comes."""
        weight, scale = self.matrix(name, self.tensors[f"{name}.weight"].T)
        bias = self.tensor(f"{name}.bias")
        return self.add("DynamicQuantizeMatMul", [source, weight, scale, "", bias], name, MS)

    def attention(self, source: str, name: str) -> str:
        """Multi-head self-attention; query, key and value share one matrix."""
        parts = [f"{name}.{part}" for part in ("query", "key", "value")]
        weight, scale = self.matrix(
            name, np.concatenate([self.tensors[f"{p}.weight"].T for p in parts], axis=1)
        )
        bias = self.constant(f"{name}.bias", np.concatenate([self.tensors[f"{p}.bias"] for p in parts]))
        columns = len(self.tensors[f"{name}.query.bias"]) * len(parts)
        self.add("DynamicQuantizeLinear", [source], f"{name}.in")
        zero = self.constant(f"{name}.weight.zero", np.zeros(columns, dtype=np.int8))
        inputs = [f"{name}.in", weight, bias, f"{name}.in.scale", scale, "", f"{name}.in.zero", zero]
        return self.add("QAttention", inputs, name, MS, num_heads=HEADS)

    def join(self, source: str, residual: str, name: str) -> str:
        """Layer normalisation of source + residual (two operators: the fused one is slower on CPUs)."""
        total = self.add("Add", [source, residual], f"{name}.sum")
        inputs = [total, self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")]
        return self.add("LayerNormalization", inputs, name, axis=-1, epsilon=EPSILON)

    def embeddings(self, ids: str) -> str:
        """Word (8 bits, one scale a word) plus position plus type, normalised."""
        prefix = "embeddings"
        values, scale = quantise(self.tensors[f"{prefix}.word_embeddings.weight"], 1, 127)
        table = self.constant("words.int8", values)
        scales = self.constant("words.scale", scale[:, None])
        picked = self.add("Gather", [table, ids], "words.picked")
        floats = self.add("Cast", [picked], "words.float", to=TensorProto.FLOAT)
        word = self.add("Mul", [floats, self.add("Gather", [scales, ids], "words.scales")], "words")
        kind = self.tensors[f"{prefix}.token_type_embeddings.weight"][0]
        places = self.constant("places", self.tensors[f"{prefix}.position_embeddings.weight"] + kind)
        zero = self.constant("zero", np.array([0], dtype=np.int64))
        length = self.add("Shape", [ids], "length", start=1, end=2)
        place = self.add("Slice", [places, zero, length], "place")
        batched = self.add("Unsqueeze", [place, zero], "place.batched")
        return self.join(word, batched, f"{prefix}.LayerNorm")

    def layer(self, source: str, number: int) -> str:
        prefix = f"encoder.layer.{number}"
        seen = self.attention(source, f"{prefix}.attention.self")
        mixed = self.dense(seen, f"{prefix}.attention.output.dense")
        middle = self.join(mixed, source, f"{prefix}.attention.output.LayerNorm")
        wide = self.dense(middle, f"{prefix}.intermediate.dense")
        bent = self.add("Gelu", [wide], f"{prefix}.gelu", MS)
        narrow = self.dense(bent, f"{prefix}.output.dense")
        return self.join(narrow, middle, f"{prefix}.output.LayerNorm")


def build_graph(tensors: Tensors, *, reduce_range: bool) -> onnx.ModelProto:
    """The encoder from piece ids [1, n] (int64) to piece states [1, n, 384] (float32).

    `reduce_range` keeps weights in 7 bits: without VNNI instructions an 8-bit product overflows 16 bits.
    """
    graph = Graph(tensors, 63 if reduce_range else 127)
    state = graph.embeddings("ids")
    for number in range(LAYERS):
        state = graph.layer(state, number)
    body = helper.make_graph(
        graph.nodes,
        "all-MiniLM-L6-v2-int8",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "n"])],
        [helper.make_tensor_value_info(state, TensorProto.FLOAT, [1, "n", 384])],
        graph.constants,
    )
    domains = [helper.make_opsetid("", 18), helper.make_opsetid(MS, 1)]
    return helper.make_model(body, opset_imports=domains, ir_version=9, producer_name="handrail")
