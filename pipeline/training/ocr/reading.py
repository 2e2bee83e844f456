"""Batches of line pictures, and what a network reads from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.detection import as_input
from pipeline.ocr.quads import Pixels
from pipeline.ocr.recognition import LINE_HEIGHT

STEP = 8  # pixels of one output column
_LEAST_WIDTH = 64
_PADDING = 127  # the grey value that becomes 0 in the network's input
_BATCH = 16

Predict = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From network input (lines, 3, 48, width) to probabilities (lines, columns, characters)."""


def by_width(pictures: Sequence[Pixels], size: int = _BATCH) -> Iterator[list[int]]:
    """Indices of pictures of similar width, ``size`` at a time, narrow ones first."""
    order = sorted(range(len(pictures)), key=lambda index: pictures[index].shape[1])
    yield from (order[start : start + size] for start in range(0, len(order), size))


def padded_batch(pictures: Sequence[Pixels]) -> NDArray[np.float32]:
    """Pictures of any widths as one network input."""
    widest = max(_LEAST_WIDTH, *(picture.shape[1] for picture in pictures))
    width = -(-widest // STEP) * STEP
    batch = np.full((len(pictures), LINE_HEIGHT, width, 3), _PADDING, np.uint8)
    for row, picture in zip(batch, pictures, strict=True):
        row[:, : picture.shape[1]] = picture
    return as_input(list(batch))


def probabilities(predict: Predict, pictures: Sequence[Pixels]) -> list[NDArray[np.float32]]:
    """The network's output for each picture, without the columns of padding."""
    found: dict[int, NDArray[np.float32]] = {}
    for batch in by_width(pictures):
        outputs = predict(padded_batch([pictures[index] for index in batch]))
        for index, output in zip(batch, outputs, strict=True):
            found[index] = output[: column_count(pictures[index])]
    return [found[index] for index in range(len(pictures))]


def column_count(picture: Pixels) -> int:
    """The output columns that a picture takes up."""
    return -(-int(picture.shape[1]) // STEP)


def emitted(best: NDArray[np.integer]) -> NDArray[np.intp]:
    """The columns at which greedy CTC decoding emits a character.

    Args:
        best: the likeliest class of each column.
    """
    return np.flatnonzero((best != 0) & (best != np.concatenate([[0], best[:-1]])))


def greedy_text(best: NDArray[np.integer], characters: Sequence[str]) -> str:
    return "".join(characters[best[column]] for column in emitted(best))
