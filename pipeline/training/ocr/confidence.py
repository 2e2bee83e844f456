"""Give a trained network the confidences of the one that it started from.

Averaging weights and training change how high the probabilities are, while what uses them (the
second reading of doubtful lines, the fields' calibrated confidence) was fitted to the original's.
Scaling the last layer changes the probabilities and no reading.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from pipeline.training.ocr.line import Line
from pipeline.training.ocr.network import origins
from pipeline.training.ocr.reading import emitted

_FACTORS = (0.3, 3.0)
_ROUNDS = 20  # of bisection
_LARGEST = 12.0  # log-odds of a line


def matching_factor(outputs: Sequence[NDArray[np.float32]], lines: Sequence[Line]) -> float:
    """The factor of the last layer with which lines are read as confidently as by the original.

    A line's confidence is the mean over its characters; what is matched is the mean of its
    log-odds over the lines, which fields' confidences are computed from.

    Args:
        outputs: of the trained network for each line, shape (columns, characters).
        lines: with what the original network said.
    """
    wanted = np.mean(
        [
            _log_odds(line.original.probabilities[:, 0], line.original.classes[:, 0])
            for line in lines
        ]
    )
    low, high = _FACTORS
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        found = np.mean([_sharp_log_odds(output, middle) for output in outputs])
        low, high = (middle, high) if found < wanted else (low, middle)
    return (low + high) / 2


def with_confidence(model: onnx.ModelProto, factor: float) -> onnx.ModelProto:
    """A copy of the model with the input of its softmax multiplied by ``factor``."""
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    product, added = [node for node in changed.graph.node if node.op_type != "Identity"][-3:-1]
    assert (product.op_type, added.op_type) == ("MatMul", "Add")
    scaled = origins(changed.graph, {*added.input, *product.input})
    for tensor in changed.graph.initializer:
        if tensor.name in scaled:
            values = numpy_helper.to_array(tensor) * np.float32(factor)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    return changed


def _sharp_log_odds(output: NDArray[np.float32], factor: float) -> float:
    sharp = np.maximum(output, 1e-12) ** factor
    sharp /= sharp.sum(axis=1, keepdims=True)
    return _log_odds(sharp.max(axis=1), sharp.argmax(axis=1))


def _log_odds(probabilities: NDArray[np.floating], best: NDArray[np.integer]) -> float:
    """Of a line's confidence; 0 where nothing is read."""
    read = probabilities[emitted(best)].astype(np.float64)
    if not len(read):
        return 0.0
    mean = float(np.clip(read.mean(), 1e-5, 1 - 1e-5))
    return min(_LARGEST, float(np.log(mean / (1 - mean))))
