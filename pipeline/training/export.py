"""The trained model to ONNX: float32 from torch, then int8 weights, then compared."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import PreTrainedModel

from pipeline.tagging.encoding import Window
from pipeline.tagging.inputs import InputFormat, model_inputs


class _LogitsOnly(torch.nn.Module):
    """The model with plain tensors in and out, as an ONNX graph has them."""

    def __init__(self, model: PreTrainedModel, inputs: Sequence[str]) -> None:
        super().__init__()
        self.model, self.inputs = model, inputs

    def forward(self, *values: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(**dict(zip(self.inputs, values, strict=True))).logits
        return logits


def export_onnx(model: PreTrainedModel, wanted: InputFormat, path: Path) -> None:
    """Write ``path`` with int8 weights: one scale a channel of a matrix, one a row of a table.

    Both axes of the input (windows, pieces) stay dynamic.
    """
    with tempfile.TemporaryDirectory() as folder:
        full, matrices = Path(folder) / "float32.onnx", Path(folder) / "matrices.onnx"
        export_float32(model, wanted, full)
        quantize_dynamic(
            full,
            matrices,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm"],
        )
        graph = onnx.load(matrices)
        _quantise_tables(graph.graph)
        onnx.save(graph, path)


def export_float32(model: PreTrainedModel, wanted: InputFormat, path: Path) -> None:
    """Write the model as torch computes it."""
    model.train(False)
    pieces = tuple(range(5, 21))
    example = Window(pieces, ((0, 0, 1, 1),) * len(pieces), (), ())
    feed = model_inputs([example, example], wanted)
    texts = [name for name in feed if name != "pixel_values"]
    axes = {name: {0: "windows", 1: "pieces"} for name in [*texts, "logits"]}
    if "pixel_values" in feed:
        axes["pixel_values"] = {0: "windows"}
    with torch.no_grad():
        torch.onnx.export(
            _LogitsOnly(model, list(feed)),
            tuple(torch.from_numpy(array) for array in feed.values()),
            str(path),
            input_names=list(feed),
            output_names=["logits"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def _quantise_tables(graph: onnx.GraphProto) -> None:
    """Embedding tables to int8 with one scale a row.

    ONNX Runtime's own quantisation takes one scale a table; rare pieces, whose rows are
    small beside the largest, then lose most of their precision.
    """
    tables = {entry.name: entry for entry in graph.initializer}
    lookups = [
        node
        for node in graph.node
        if node.op_type == "Gather" and node.input[0] in tables and _looks_up_rows(node)
    ]
    for node in lookups:
        table = numpy_helper.to_array(tables[node.input[0]])
        if table.ndim == 2 and table.dtype == np.float32:
            _quantise_lookup(graph, node, table)
    used = {name for node in graph.node for name in node.input}
    for name, entry in tables.items():
        if name not in used:
            graph.initializer.remove(entry)


def _looks_up_rows(node: onnx.NodeProto) -> bool:
    return all(entry.i == 0 for entry in node.attribute if entry.name == "axis")


def _quantise_lookup(graph: onnx.GraphProto, node: onnx.NodeProto, table: np.ndarray) -> None:
    """Replace ``Gather(table)`` by ``Cast(Gather(rows)) * Gather(scales)``."""
    name, indices = node.input
    present = {entry.name for entry in graph.initializer}
    if f"{name}/rows" not in present:
        scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / 127
        rows = np.round(table / scales).astype(np.int8)
        graph.initializer.append(numpy_helper.from_array(rows, f"{name}/rows"))
        graph.initializer.append(
            numpy_helper.from_array(scales.astype(np.float32), f"{name}/scales")
        )
    output = node.output[0]
    made = [
        helper.make_node("Gather", [f"{name}/rows", indices], [f"{output}/int8"], axis=0),
        helper.make_node(
            "Cast", [f"{output}/int8"], [f"{output}/float"], to=onnx.TensorProto.FLOAT
        ),
        helper.make_node("Gather", [f"{name}/scales", indices], [f"{output}/scale"], axis=0),
        helper.make_node("Mul", [f"{output}/float", f"{output}/scale"], [output]),
    ]
    position = list(graph.node).index(node)
    graph.node.remove(node)
    for offset, replacement in enumerate(made):
        graph.node.insert(position + offset, replacement)
