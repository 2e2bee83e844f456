"""Take the int8 weights out of an exported graph that follow from ``model.safetensors``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from pipeline.tagging.shared_weights import (
    SOURCES_FILE,
    WEIGHTS_FILE,
    Int8,
    float16_matrices,
    from_source,
)


def share_weights(graph_file: Path) -> None:
    """Write ``graph_file`` without the int8 numbers that its folder's float16 weights give, and
    ``int8.json``, which says where they come from."""
    folder = graph_file.parent
    matrices = float16_matrices(folder / WEIGHTS_FILE)
    candidates = {
        source: from_source(source, matrices) for name in matrices for source in (name, f"{name}.T")
    }
    model = onnx.load(graph_file)
    sources: dict[str, str] = {}
    for entry in model.graph.initializer:
        if entry.data_type == TensorProto.INT8:
            source = _source(numpy_helper.to_array(entry), candidates)
            if source is not None:
                sources[entry.name] = source
                _empty(entry)
    onnx.save(model, graph_file)
    (folder / SOURCES_FILE).write_text(json.dumps(sources, indent=2) + "\n", encoding="utf-8")


def _source(numbers: Int8, candidates: dict[str, Int8]) -> str | None:
    same = (name for name, found in candidates.items() if np.array_equal(found, numbers))
    return next(same, None)


def _empty(entry: TensorProto) -> None:
    """Keep the name and the shape; the numbers are given when a session is created."""
    entry.ClearField("raw_data")
    entry.data_location = TensorProto.EXTERNAL
    place = {"location": SOURCES_FILE, "offset": 0, "length": np.prod(entry.dims)}
    for key, value in place.items():
        entry.external_data.add(key=key, value=str(value))
