"""The recognition network in torch: run from its ONNX graph, trained, and written back into it.

Training changes weights and nothing else, so the trained file has the graph, the size and the
speed of the one it started from.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn

from pipeline.errors import ConfigError
from pipeline.training.ocr.fusion import fused
from pipeline.training.ocr.operators import OPERATORS

_FEWEST_TRAINED = 4  # smaller initializers are constants of the arithmetic, such as 0.5 and sqrt(2)
_STATISTICS = slice(3, 5)  # the inputs of BatchNormalization that are its statistics


class TorchRecogniser(nn.Module):
    """The recognition network as a torch module.

    Attributes:
        characters: of each class; class 0 is the CTC blank, whose character is empty.
        weights: the trained tensors by their names in the ONNX graph. Batch-normalisation
            statistics are constants: they stay as they are.
    """

    def __init__(self, model: onnx.ModelProto) -> None:
        super().__init__()
        self._graph = model.graph
        self.characters = _characters(model)
        statistics = {
            name
            for node in model.graph.node
            if node.op_type == "BatchNormalization"
            for name in node.input[_STATISTICS]
        }
        statistics |= origins(model.graph, statistics)
        self._keys: dict[str, str] = {}
        self._constants: dict[str, torch.Tensor] = {}
        self.weights = nn.ParameterDict()
        for tensor in model.graph.initializer:
            values = torch.from_numpy(numpy_helper.to_array(tensor).copy())
            if (
                values.dtype == torch.float32
                and values.numel() >= _FEWEST_TRAINED
                and tensor.name not in statistics
            ):
                key = tensor.name.replace(".", "/")  # torch does not allow dots in names
                self.weights[key] = nn.Parameter(values)
                self._keys[tensor.name] = key
            else:
                self._constants[tensor.name] = values
        (self._input,) = (given.name for given in model.graph.input)
        (self._output,) = (result.name for result in model.graph.output)
        self._steps = [(node, _attributes(node)) for node in fused(model.graph)]

    def forward(self, lines: torch.Tensor) -> torch.Tensor:
        """Lines (lines, 3, 48, width), -1 to 1, to the natural logarithm of each character's
        probability, shape (lines, columns, characters)."""
        values: dict[str, Any] = dict(self._constants)
        values |= {name: self.weights[key] for name, key in self._keys.items()}
        values[self._input] = lines
        for node, attributes in self._steps:
            given = [values[name] if name else None for name in node.input]
            if node.output[0] == self._output and node.op_type == "Softmax":
                scores: torch.Tensor = values[node.input[0]]
                return torch.log_softmax(scores.float(), dim=-1)
            values[node.output[0]] = OPERATORS[node.op_type](given, attributes)
        raise AssertionError("the graph does not end in a softmax")

    def arrays(self) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
        """The trained tensors by their names in the ONNX graph."""
        return {name: self.weights[key].detach().numpy().copy() for name, key in self._keys.items()}


def load_graph(path: Path) -> onnx.ModelProto:
    """Read an ONNX file of the recognition network.

    Raises:
        ConfigError: it cannot be read, or is not a network that can be trained here.
    """
    try:
        model = onnx.load(str(path))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except Exception as error:  # protobuf's DecodeError, whose home differs between versions
        if "DecodeError" not in type(error).__name__:
            raise
        raise ConfigError(f"{path}: not an ONNX file") from error
    unknown = {node.op_type for node in model.graph.node} - OPERATORS.keys()
    if unknown:
        raise ConfigError(f"{path}: operators that cannot be trained: {', '.join(sorted(unknown))}")
    if not _listed(model) or not model.graph.node or model.graph.node[-1].op_type != "Softmax":
        raise ConfigError(f"{path}: not a recognition network with a list of its characters")
    return model


def with_weights(
    model: onnx.ModelProto, weights: Mapping[str, np.ndarray[Any, Any]]
) -> onnx.ModelProto:
    """A copy of the model with these initializers."""
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    for tensor in changed.graph.initializer:
        if tensor.name in weights:
            tensor.CopyFrom(numpy_helper.from_array(weights[tensor.name], tensor.name))
    return changed


def half_precision(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy whose weights are stored as float16, in half the space. They are converted back when
    the network is loaded: computation is in float32 and takes as long. Such a file cannot be
    trained on."""
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    casts = []
    for tensor in changed.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= _FEWEST_TRAINED:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}/half"))
            casts.append(
                helper.make_node("Cast", [f"{name}/half"], [name], to=onnx.TensorProto.FLOAT)
            )
    nodes = [*casts, *changed.graph.node]
    del changed.graph.node[:]
    changed.graph.node.extend(nodes)
    return changed


def averaged(
    original: onnx.ModelProto, trained: Mapping[str, np.ndarray[Any, Any]], share: float
) -> dict[str, np.ndarray[Any, Any]]:
    """The mean of trained and original weights; ``share`` (0 to 1) is that of the trained ones."""
    start = {
        tensor.name: numpy_helper.to_array(tensor)
        for tensor in original.graph.initializer
        if tensor.name in trained
    }
    return {
        name: (share * values + (1 - share) * start[name]).astype(np.float32)
        for name, values in trained.items()
    }


def _listed(model: onnx.ModelProto) -> str:
    return next((entry.value for entry in model.metadata_props if entry.key == "character"), "")


def _characters(model: onnx.ModelProto) -> tuple[str, ...]:
    return ("", *_listed(model).splitlines(), " ")


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}


def origins(graph: onnx.GraphProto, names: set[str]) -> set[str]:
    """The initializers that reach these names through Identity nodes."""
    source = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Identity"}
    found = set()
    for name in names:
        while name in source:
            name = source[name]
        found.add(name)
    return found
