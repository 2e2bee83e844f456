"""Compute the int8 weights of ``model.onnx`` from the float16 weights of ``model.safetensors``.

Further training needs the float16 weights. The int8 ones follow from them, so a model folder stores
where each comes from (``int8.json``) instead of the numbers themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHTS_FILE = "model.safetensors"
SOURCES_FILE = "int8.json"

Int8 = NDArray[np.int8]
_SMALLEST_SCALE = 1e-12  # of a row of zeros


def int8_weights(folder: Path) -> dict[str, Int8]:
    """Weights by their names in ``model.onnx``; none if the graph has its own.

    Raises:
        OSError, ValueError, KeyError: a file is missing or malformed.
    """
    path = folder / SOURCES_FILE
    if not path.is_file():
        return {}
    matrices = float16_matrices(folder / WEIGHTS_FILE)
    sources = json.loads(path.read_text(encoding="utf-8"))
    return {name: from_source(source, matrices) for name, source in sources.items()}


def from_source(source: str, matrices: Mapping[str, NDArray[np.float16]]) -> Int8:
    """The int8 numbers of a matrix; a source is its name, followed by ``.T`` if transposed."""
    transposed = source.endswith(".T")
    numbers = rounded_rows(matrices[source.removesuffix(".T")].astype(np.float32))[0]
    return np.ascontiguousarray(numbers.T) if transposed else numbers


def rounded_rows(weights: NDArray[np.float32]) -> tuple[Int8, NDArray[np.float32]]:
    """Int8 numbers and one scale per row."""
    largest = np.abs(weights).max(axis=1, keepdims=True)
    scales = (np.maximum(largest, _SMALLEST_SCALE) / 127).astype(np.float32)
    return np.round(weights / scales).astype(np.int8), scales


def float16_matrices(path: Path) -> dict[str, NDArray[np.float16]]:
    """The float16 matrices of a safetensors file: the length of a JSON header, the header, data.

    Raises:
        OSError, ValueError, KeyError: the file is missing, truncated or malformed.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > size:
            raise ValueError(f"{path.name} is no safetensors file")
        header = json.loads(file.read(length))
    return {
        name: np.memmap(
            path, np.float16, "r", 8 + length + entry["data_offsets"][0], tuple(entry["shape"])
        )
        for name, entry in header.items()
        if entry.get("dtype") == "F16" and len(entry["shape"]) == 2
    }
