"""Make an OCR network smaller: fewer hidden channels, chosen and compensated in closed form.

Nearly all of the network's time is spent in pairs of 1×1 convolutions with a Gaussian error linear
unit between them. Of each pair's hidden channels a share is kept. Which ones, and how the second
convolution makes up for the others, follows from the covariance of the hidden activations on
training data: channels are removed one at a time, the one first whose removal changes the pair's
output least when all remaining weights are adapted (Optimal Brain Surgeon, Hassibi and Stork 1993,
applied to whole channels as in ZipLM, Kurtić et al. 2023).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from pipeline.onnx_session import open_session
from pipeline.training.ocr.fusion import BIASED_CONV, GELU, fused
from pipeline.training.ocr.network import with_weights

_LANES = 16  # float32 numbers in a register of AVX-512: kernels compute that many channels at once
_DAMPING = 1e-4  # of the mean variance, added to each: covariances of few lines are near singular

Floats = NDArray[np.float64]
Inputs = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two 1×1 convolutions with an activation between them; all are names in the ONNX graph.

    Attributes:
        hidden: the activation's output, the input of the second convolution.
        first, first_bias: initializers of shape (hidden, in, 1, 1) and (1, hidden, 1, 1).
        second, second_bias: initializers of shape (out, hidden, 1, 1) and (1, out, 1, 1).
    """

    hidden: str
    first: str
    first_bias: str
    second: str
    second_bias: str


def narrowed(
    model: onnx.ModelProto, batches: Sequence[Inputs], share: float, threads: int = 1
) -> onnx.ModelProto:
    """The network with a share of the work of its pairs.

    Each pair keeps as many channels as makes the sum of the pairs' relative errors least.

    Args:
        batches: inputs of the network from training data, on which activations are measured.
        share: of the multiplications in pairs that are kept, 0 to 1.
    """
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    pairs = pairs_of(model.graph)
    measured = _measured(model, [pair.hidden for pair in pairs], batches, threads)
    removals = [_removal(pair, weights, measured[pair.hidden].moments) for pair in pairs]
    work = [
        measured[pair.hidden].places
        * (weights[pair.first].shape[1] + weights[pair.second].shape[0])
        for pair in pairs
    ]
    widths = allotted([removal.errors for removal in removals], work, share)
    changed: dict[str, NDArray[Any]] = {}
    for pair, removal, width in zip(pairs, removals, widths, strict=True):
        kept, adapted = removal.narrowed(width)
        changed[pair.first] = weights[pair.first][kept]
        changed[pair.first_bias] = weights[pair.first_bias][:, kept]
        changed[pair.second] = adapted[:, :-1, None, None].astype(np.float32)
        changed[pair.second_bias] = adapted[:, -1].reshape(1, -1, 1, 1).astype(np.float32)
    smaller = with_weights(model, changed)
    del smaller.graph.value_info[:]  # shapes of the wider network's intermediate results
    return smaller


def pairs_of(graph: onnx.GraphProto) -> list[Pair]:
    """The pairs of the graph, first to last."""
    nodes = fused(graph)
    made_by = {node.output[0]: node for node in nodes}
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    found = []
    for second in nodes:
        unit = made_by.get(second.input[0]) if second.op_type == BIASED_CONV else None
        if unit is not None and unit.op_type == GELU and shapes[second.input[1]][2:] == (1, 1):
            first = made_by[unit.input[0]]
            assert first.op_type == BIASED_CONV and shapes[first.input[1]][2:] == (1, 1)
            found.append(Pair(unit.output[0], *first.input[1:3], *second.input[1:3]))
    return found


def hidden_widths(model: onnx.ModelProto) -> list[int]:
    """The number of hidden channels of each pair."""
    rows = {tensor.name: tensor.dims[0] for tensor in model.graph.initializer if tensor.dims}
    return [rows[pair.first] for pair in pairs_of(model.graph)]


def allotted(errors: Sequence[Floats], work: Sequence[int], share: float) -> list[int]:
    """Widths of all pairs, multiples of 16, with the least sum of errors at a share of the work.

    Args:
        errors: of each pair; entry n is its error with n channels left.
        work: of each pair, per channel.
    """
    widths = [len(each) - 1 for each in errors]
    allowed = share * sum(width * per for width, per in zip(widths, work, strict=True))

    def price(pair: int) -> float:
        narrower = (widths[pair] - 1) // _LANES * _LANES
        added = errors[pair][narrower] - errors[pair][widths[pair]]
        return float(added / ((widths[pair] - narrower) * work[pair]))

    while sum(width * per for width, per in zip(widths, work, strict=True)) > allowed:
        cheapest = min((p for p in range(len(widths)) if widths[p] > _LANES), key=price)
        widths[cheapest] = (widths[cheapest] - 1) // _LANES * _LANES
    return widths


@dataclass(frozen=True, slots=True)
class Removal:
    """The order in which inputs of a linear map are removed.

    Attributes:
        weights: of the whole map, shape (outputs, inputs + 1); the last column is the bias.
        moments: mean products of the inputs and the constant 1.
        order: inputs, the one that is removed first first.
        errors: entry n is the mean squared error of the output with n inputs left and the other
            weights adapted, relative to the output's variance.
    """

    weights: Floats
    moments: Floats
    order: NDArray[np.intp]
    errors: Floats

    def narrowed(self, width: int) -> tuple[NDArray[np.intp], Floats]:
        """The inputs that are kept, ascending, and the adapted weights, (outputs, width + 1)."""
        kept = np.sort(self.order[len(self.order) - width :])
        columns = np.append(kept, len(self.order))
        adapted = np.linalg.solve(
            self.moments[np.ix_(columns, columns)], self.moments[columns] @ self.weights.T
        )
        return kept, adapted.T


def removal_of(weights: Floats, moments: Floats) -> Removal:
    """Remove inputs of a linear map, one at a time, the least missed first."""
    moments = moments + _DAMPING * float(np.mean(np.diag(moments))) * np.eye(len(moments))
    inverse, left = np.linalg.inv(moments), np.ones(len(moments), np.bool_)
    adapted, order, errors = weights.copy(), [], [0.0]
    while left[:-1].any():
        candidates = np.flatnonzero(left[:-1])
        costs = (adapted[:, candidates] ** 2).sum(axis=0) / np.diag(inverse)[candidates]
        gone = int(candidates[costs.argmin()])
        row = inverse[gone] / inverse[gone, gone]
        adapted -= np.outer(adapted[:, gone], row)
        inverse -= np.outer(inverse[:, gone], row)
        left[gone] = False
        order.append(gone)
        errors.append(errors[-1] + float(costs.min()))
    variance = errors[-1]  # nothing but the bias is left
    return Removal(weights, moments, np.array(order), np.array(errors[::-1]) / variance)


def _removal(pair: Pair, weights: Mapping[str, NDArray[Any]], moments: Floats) -> Removal:
    second = weights[pair.second][:, :, 0, 0].astype(np.float64)
    bias = weights[pair.second_bias].reshape(-1).astype(np.float64)
    return removal_of(np.column_stack([second, bias]), moments)


@dataclass(frozen=True, slots=True)
class Measured:
    """Mean products of an activation's channels and the constant 1, over so many places."""

    moments: Floats
    places: int


def _measured(
    model: onnx.ModelProto,
    names: Sequence[str],
    batches: Sequence[Inputs],
    threads: int,
) -> Mapping[str, Measured]:
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    for name in names:
        value = helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        watched.graph.output.append(value)
    session = open_session(watched.SerializeToString(), threads)
    (given,) = session.get_inputs()
    sums: dict[str, Floats] = {}
    places = dict.fromkeys(names, 0)
    for batch in batches:
        for name, output in zip(names, session.run(names, {given.name: batch}), strict=True):
            channels = np.asarray(output, np.float32).swapaxes(0, 1).reshape(output.shape[1], -1)
            extended = np.vstack([channels, np.ones((1, channels.shape[1]), np.float32)])
            sums[name] = sums.get(name, 0.0) + (extended @ extended.T).astype(np.float64)
            places[name] += channels.shape[1]
    return {name: Measured(sums[name] / places[name], places[name]) for name in names}
