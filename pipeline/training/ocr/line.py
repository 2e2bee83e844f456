"""A line of training data, and how it is kept on disk."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import DataError, writing
from pipeline.ocr.quads import Pixels

KEPT = 4
"""So many of the original network's probabilities are kept for each column."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the original network says of a line: the likeliest classes of each column.

    Attributes:
        classes: shape (columns, KEPT), the likeliest first.
        probabilities: of these classes, same shape.
    """

    classes: NDArray[np.int16]
    probabilities: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Line:
    """The picture of a line and its transcript.

    Attributes:
        picture: as the engine cuts it: 48 pixels high, squeezed.
        text: the transcript; empty where the picture holds no text.
        original: what the network that training starts from says of the picture.
        is_name: whether it is a line of a merchant's name.
        is_taught: whether no transcript is known: ``text`` is what the original network reads,
            right or wrong, and its output is what is trained on.
    """

    picture: Pixels
    text: str
    original: Columns
    is_name: bool = False
    is_taught: bool = False


def columns_of(probabilities: NDArray[np.float32]) -> Columns:
    """The likeliest classes of a network's output for one line, shape (columns, characters)."""
    best = np.argsort(-probabilities, axis=1)[:, :KEPT]
    return Columns(
        best.astype(np.int16),
        np.take_along_axis(probabilities, best, axis=1).astype(np.float16),
    )


def save_lines(lines: Sequence[Line], path: Path) -> None:
    """Write lines to one file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content: dict[str, NDArray[Any]] = {
        "texts": np.frombuffer(json.dumps([line.text for line in lines]).encode(), np.uint8),
        "names": np.array([line.is_name for line in lines], np.bool_),
        "taught": np.array([line.is_taught for line in lines], np.bool_),
        "widths": np.array([line.picture.shape[1] for line in lines], np.int32),
        "columns": np.array([len(line.original.classes) for line in lines], np.int32),
        "pictures": _joined([line.picture for line in lines], (48, 0, 3), 1, np.uint8),
        "classes": _joined([line.original.classes for line in lines], (0, KEPT), 0, np.int16),
        "probabilities": _joined(
            [line.original.probabilities for line in lines], (0, KEPT), 0, np.float16
        ),
    }
    with writing(path):
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".lines-", suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **content)
        Path(temporary).replace(path)


def load_lines(path: Path) -> list[Line]:
    """Read the file of ``save_lines``.

    Raises:
        DataError: it is not such a file; the message names it.
    """
    try:
        with np.load(path, allow_pickle=False) as content:
            texts = json.loads(content["texts"].tobytes())
            names = content["names"].tolist()
            taught = content["taught"].tolist()
            pictures = np.split(content["pictures"], np.cumsum(content["widths"])[:-1], axis=1)
            ends = np.cumsum(content["columns"])[:-1]
            classes = np.split(content["classes"], ends)
            probabilities = np.split(content["probabilities"], ends)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path}: not a file of lines ({error}); delete it to cut again") from error
    return [
        Line(np.ascontiguousarray(picture), text, Columns(*columns), is_name, is_taught)
        for text, is_name, is_taught, picture, *columns in zip(
            texts, names, taught, pictures, classes, probabilities, strict=False
        )
    ]


def _joined(
    parts: Sequence[NDArray[Any]], empty: tuple[int, ...], axis: int, kind: type
) -> NDArray[Any]:
    return np.concatenate([np.zeros(empty, kind), *parts], axis=axis)
