"""Store the weights of a float32 ONNX graph in 8 bits, and compute in float32.

Each matrix and each embedding table becomes int8 numbers with a float32 scale per column
(matrix) or row (table): rare pieces' rows are small. Matrices turn back into float32 when a
session is created (ONNX Runtime folds constants), looked-up rows when they are looked up.

Activations are deliberately not quantised. With 8-bit activations, the answer depends on the
processor: without VNNI, ONNX Runtime adds pairs of unsigned-by-signed products in 16 bits,
which saturates; and even with unsigned weights, where its products are exact everywhere, the
last bit of a float32 sum decides how an activation is rounded, and such a step can change a
tag. ``scripts/compare_kernels`` measures it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from pipeline.tagging.shared_weights import rounded_rows


def quantise(full: Path, path: Path) -> None:
    """Write the float32 graph ``full`` to ``path`` with int8 weights."""
    model = onnx.load(full)
    graph = model.graph
    weights = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        if _looks_up_rows(node) and _is_matrix(weights.get(node.input[0])):
            nodes += _lookup(graph, node, weights[node.input[0]])
        elif node.op_type in ("MatMul", "Gemm") and _is_matrix(weights.get(node.input[1])):
            rows = 1 if _is_transposed(node) else 0
            nodes += [*_matrix(graph, node.input[1], weights[node.input[1]], rows), node]
        else:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    _remove_unused(graph)
    onnx.save(model, path)


def _looks_up_rows(node: onnx.NodeProto) -> bool:
    rows = all(entry.i == 0 for entry in node.attribute if entry.name == "axis")
    return node.op_type == "Gather" and rows


def _is_transposed(node: onnx.NodeProto) -> bool:
    return any(entry.i == 1 for entry in node.attribute if entry.name == "transB")


def _is_matrix(weights: np.ndarray | None) -> bool:
    return weights is not None and weights.ndim == 2 and weights.dtype == np.float32


def _matrix(
    graph: onnx.GraphProto, name: str, weights: np.ndarray, rows: int
) -> list[onnx.NodeProto]:
    """Nodes that compute the weights from int8: ``name = Cast(numbers) * scales``.

    Args:
        rows: the axis that a product sums over.
    """
    if any(entry.name == f"{name}/int8" for entry in graph.initializer):
        return []
    _add_numbers(graph, name, weights, axis=rows)
    for entry in list(graph.initializer):
        if entry.name == name:
            graph.initializer.remove(entry)
    return [
        helper.make_node("Cast", [f"{name}/int8"], [f"{name}/float"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}/float", f"{name}/scales"], [name]),
    ]


def _lookup(
    graph: onnx.GraphProto, node: onnx.NodeProto, table: np.ndarray
) -> list[onnx.NodeProto]:
    """``Gather(table)`` as ``Cast(Gather(numbers)) * Gather(scales)``."""
    name, indices = node.input
    output = node.output[0]
    if all(entry.name != f"{name}/int8" for entry in graph.initializer):
        _add_numbers(graph, name, table, axis=1)
    return [
        helper.make_node("Gather", [f"{name}/int8", indices], [f"{output}/int8"], axis=0),
        helper.make_node(
            "Cast", [f"{output}/int8"], [f"{output}/float"], to=onnx.TensorProto.FLOAT
        ),
        helper.make_node("Gather", [f"{name}/scales", indices], [f"{output}/scale"], axis=0),
        helper.make_node("Mul", [f"{output}/float", f"{output}/scale"], [output]),
    ]


def _add_numbers(graph: onnx.GraphProto, name: str, weights: np.ndarray, axis: int) -> None:
    """``name/int8`` and ``name/scales``, one scale for all numbers along ``axis``."""
    numbers, scales = rounded_rows(weights if axis == 1 else weights.T)
    if axis == 0:
        numbers, scales = np.ascontiguousarray(numbers.T), np.ascontiguousarray(scales.T)
    graph.initializer.append(numpy_helper.from_array(numbers, f"{name}/int8"))
    graph.initializer.append(numpy_helper.from_array(scales, f"{name}/scales"))


def _remove_unused(graph: onnx.GraphProto) -> None:
    used = {name for node in graph.node for name in node.input}
    for entry in list(graph.initializer):
        if entry.name not in used:
            graph.initializer.remove(entry)
