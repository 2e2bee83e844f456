"""Cut the published recognition network to the characters of receipts in Latin script."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
from onnx import numpy_helper

from pipeline.ocr.networks import is_latin

# Training left weights near 1e-40 behind. Results are the same without them, but processors that
# compute denormal numbers in microcode take three times as long with them.
NEGLIGIBLE = 1e-30


def latin(model: onnx.ModelProto) -> onnx.ModelProto:
    """The recognition network without the characters that ``is_latin`` refuses."""
    listed = next(entry for entry in model.metadata_props if entry.key == "character")
    characters = ["", *listed.value.splitlines(), " "]
    kept = [index for index, text in enumerate(characters) if is_latin(text)]
    keep_classes(model.graph, len(characters), kept)
    listed.value = "\n".join(characters[index] for index in kept[1:-1])
    return model


def without_negligible_weights(graph: onnx.GraphProto) -> None:
    """Set weights below ``NEGLIGIBLE`` to zero."""
    for weights in graph.initializer:
        values = numpy_helper.to_array(weights)
        if values.dtype == np.float32:
            kept = np.where(np.abs(values) < NEGLIGIBLE, np.float32(0), values)
            weights.CopyFrom(numpy_helper.from_array(kept, weights.name))


def keep_classes(graph: onnx.GraphProto, count: int, kept: Sequence[int]) -> None:
    """Cut the weights and the bias of the last layer, the only ones with a column per class."""
    for weights in graph.initializer:
        if weights.dims and weights.dims[-1] == count:
            cut = numpy_helper.to_array(weights)[..., kept]
            weights.CopyFrom(numpy_helper.from_array(cut, weights.name))
    for output in graph.output:
        output.ClearField("type")  # ONNX Runtime infers it
