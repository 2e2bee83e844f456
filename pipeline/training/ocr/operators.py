"""The ONNX operators (version 11) of the recognition network, as torch functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from pipeline.training.ocr.fusion import BIASED_CONV, GELU

Given = Sequence[Any]
"""The inputs of a node: tensors; a missing one is ``None``."""

Attributes = Mapping[str, Any]


def _same_upper(tensor: Tensor, attributes: Attributes, fill: float) -> Tensor:
    """Pad for ``auto_pad=SAME_UPPER`` at stride 1: an even kernel needs its odd pixel of padding
    at the right and at the bottom."""
    if attributes.get("auto_pad", b"NOTSET") != b"SAME_UPPER":
        return tensor
    down, across = (size - 1 for size in attributes["kernel_shape"])
    before = (across // 2, across - across // 2, down // 2, down - down // 2)
    return functional.pad(tensor, before, value=fill)


def _convolution(given: Given, attributes: Attributes) -> Tensor:
    picture, weight, *bias = given
    top, left, bottom, right = attributes.get("pads", (0, 0, 0, 0))
    assert (top, left) == (bottom, right)
    return functional.conv2d(
        _same_upper(picture, attributes, 0.0),
        weight,
        bias[0] if bias else None,
        stride=tuple(attributes["strides"]),
        padding=(top, left),
        dilation=tuple(attributes["dilations"]),
        groups=attributes["group"],
    )


def _biased_convolution(given: Given, attributes: Attributes) -> Tensor:
    picture, weight, bias = given
    return _convolution((picture, weight, bias.reshape(-1)), attributes)


def _max_pool(given: Given, attributes: Attributes) -> Tensor:
    """Of 2 by 2 at stride 1, as two comparisons: torch's own function takes ten times as long."""
    assert list(attributes["kernel_shape"]) == [2, 2] and list(attributes["strides"]) == [1, 1]
    padded = _same_upper(given[0], attributes, torch.finfo(given[0].dtype).min)
    across = torch.maximum(padded[..., 1:], padded[..., :-1])
    return torch.maximum(across[..., 1:, :], across[..., :-1, :])


def _power(given: Given, _: Attributes) -> Tensor:
    base, exponent = given
    return base * base if exponent.item() == 2 else torch.pow(base, exponent)


def _average_pool(given: Given, attributes: Attributes) -> Tensor:
    return functional.avg_pool2d(
        given[0], tuple(attributes["kernel_shape"]), tuple(attributes["strides"])
    )


def _batch_normalisation(given: Given, attributes: Attributes) -> Tensor:
    tensor, scale, shift, mean, variance = given
    return functional.batch_norm(
        tensor, mean, variance, scale, shift, training=False, eps=attributes["epsilon"]
    )


def _mean(given: Given, attributes: Attributes) -> Tensor:
    keep = bool(attributes.get("keepdims", 1))
    return torch.mean(given[0], dim=tuple(attributes["axes"]), keepdim=keep)


def _hard_sigmoid(given: Given, attributes: Attributes) -> Tensor:
    return torch.clamp(attributes["alpha"] * given[0] + attributes["beta"], 0, 1)


def _slice(given: Given, _: Attributes) -> Tensor:
    tensor: Tensor
    tensor, starts, ends, axes = given[:4]
    steps = given[4].tolist() if len(given) > 4 and given[4] is not None else [1] * len(axes)
    cuts = [slice(None)] * tensor.dim()
    for axis, start, end, step in zip(
        axes.tolist(), starts.tolist(), ends.tolist(), steps, strict=True
    ):
        cuts[axis] = slice(start, end, step)
    return tensor[tuple(cuts)]


def _squeeze(given: Given, attributes: Attributes) -> Tensor:
    tensor: Tensor = given[0]
    for axis in sorted(attributes["axes"], reverse=True):
        tensor = tensor.squeeze(axis)
    return tensor


def _unsqueeze(given: Given, attributes: Attributes) -> Tensor:
    tensor: Tensor = given[0]
    for axis in sorted(attributes["axes"]):
        tensor = tensor.unsqueeze(axis)
    return tensor


def _reshape(given: Given, _: Attributes) -> Tensor:
    tensor: Tensor
    tensor, shape = given
    sizes = [tensor.shape[i] if size == 0 else size for i, size in enumerate(shape.tolist())]
    return tensor.reshape(sizes)


OPERATORS: Mapping[str, Callable[[Given, Attributes], Tensor]] = {
    "Add": lambda given, _: given[0] + given[1],
    "AveragePool": _average_pool,
    "BatchNormalization": _batch_normalisation,
    BIASED_CONV: _biased_convolution,
    "Concat": lambda given, attributes: torch.cat(list(given), dim=attributes["axis"]),
    "Conv": _convolution,
    "Div": lambda given, _: given[0] / given[1],
    "Erf": lambda given, _: torch.erf(given[0]),
    GELU: lambda given, _: functional.gelu(given[0]),
    "HardSigmoid": _hard_sigmoid,
    "Identity": lambda given, _: given[0],
    "MatMul": lambda given, _: given[0] @ given[1],
    "MaxPool": _max_pool,
    "Mul": lambda given, _: given[0] * given[1],
    "Pow": _power,
    "ReduceMean": _mean,
    "Relu": lambda given, _: torch.relu(given[0]),
    "Reshape": _reshape,
    "Shape": lambda given, _: torch.tensor(given[0].shape),
    "Sigmoid": lambda given, _: torch.sigmoid(given[0]),
    "Slice": _slice,
    "Softmax": lambda given, attributes: torch.softmax(given[0], dim=attributes["axis"]),
    "Sqrt": lambda given, _: torch.sqrt(given[0]),
    "Squeeze": _squeeze,
    "Sub": lambda given, _: given[0] - given[1],
    "Transpose": lambda given, attributes: given[0].permute(*attributes["perm"]),
    "Unsqueeze": _unsqueeze,
}
