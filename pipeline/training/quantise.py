"""A float32 ONNX graph to int8 weights, with as little of the float answers lost as can be.

ONNX Runtime's dynamic quantisation gives each matrix of activations one scale. Two things
make that coarse here, and are mended before and after it:

- Some words' activations are ten times as large as the others': each row (a word) is
  brought to unit size before the product and back after it, so each has a scale of its own.
- The rows of an embedding table differ as much: each gets its own scale in the table.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

_SMALLEST = 1e-9  # of a row's size: a row of zeros stays one


def quantise(full: Path, path: Path) -> None:
    """Write the float32 graph ``full`` to ``path`` with int8 weights: one scale a column of a
    matrix, one a row of a table."""
    prepared, matrices = full.with_name("rows.onnx"), full.with_name("matrices.onnx")
    model = onnx.load(full)
    _normalise_rows(model.graph)
    onnx.save(model, prepared)
    quantize_dynamic(
        prepared,
        matrices,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gemm"],
    )
    model = onnx.load(matrices)
    _quantise_tables(model.graph)
    onnx.save(model, path)


def _normalise_rows(graph: onnx.GraphProto) -> None:
    """``x @ weights`` becomes ``(x / size) @ weights * size``, ``size`` the largest absolute
    value of each row of ``x``."""
    constants = {entry.name for entry in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    sized: set[str] = set()
    for node in graph.node:
        if node.op_type != "MatMul" or node.input[1] not in constants:
            nodes.append(node)
            continue
        rows, product = node.input[0], node.output[0]
        if rows not in sized:
            sized.add(rows)
            nodes += [
                helper.make_node("Abs", [rows], [f"{rows}/absolute"]),
                helper.make_node(
                    "ReduceMax", [f"{rows}/absolute"], [f"{rows}/largest"], axes=[-1], keepdims=1
                ),
                helper.make_node("Max", [f"{rows}/largest", "smallest_size"], [f"{rows}/size"]),
                helper.make_node("Div", [rows, f"{rows}/size"], [f"{rows}/unit"]),
            ]
        node.input[0], node.output[0] = f"{rows}/unit", f"{product}/unit"
        nodes += [
            node,
            helper.make_node("Mul", [f"{product}/unit", f"{rows}/size"], [product]),
        ]
    smallest = np.array(_SMALLEST, np.float32)
    graph.initializer.append(numpy_helper.from_array(smallest, "smallest_size"))
    del graph.node[:]
    graph.node.extend(nodes)


def _quantise_tables(graph: onnx.GraphProto) -> None:
    """Embedding tables to int8 with one scale a row: rare pieces' rows are small."""
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
