"""Convert windows to model input arrays, in the format of each model family.

LayoutLM and LiLT read boxes as whole numbers on the 0-1000 grid, BROS as shares of the page;
LayoutLMv3 also reads the picture. Our model has one position per word, the others one per word
piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.tagging.encoding import GRID, GridBox, Window
from pipeline.tagging.input_format import InputFormat

Pixels = NDArray[np.float32]


def picture(image: Image.Image | None, side: int) -> Pixels:
    """The page image as LayoutLMv3's input: shape (3, side, side), -1 to 1; grey without an image.

    Source: Huang et al., "LayoutLMv3" (2022): resized to a square, no text crop, mean and
    deviation 0.5.
    """
    if image is None:
        return np.zeros((3, side, side), np.float32)
    resized = image.convert("RGB").resize((side, side), Image.Resampling.BILINEAR)
    channels = np.asarray(resized, np.float32).transpose(2, 0, 1)
    pixels: Pixels = channels / np.float32(127.5) - np.float32(1)
    return pixels


def model_inputs(
    windows: Sequence[Window], wanted: InputFormat, pictures: Sequence[Pixels] = ()
) -> dict[str, np.ndarray]:
    """Padded arrays: ``input_ids`` (n, length), or (n, length, pieces) for a model that reads whole
    words; ``attention_mask`` (n, length), ``bbox`` (n, length, 4) and, for models that read
    pictures, ``pixel_values`` (n, 3, side, side).

    Args:
        pictures: one per window, from ``picture``; by default grey ones.
    """
    rows = [_positions(window, wanted) for window in windows]
    length = max(len(row) for row in rows)
    width = wanted.word_pieces or 1
    input_ids = np.full((len(windows), length, width), wanted.pad, np.int64)
    attention_mask = np.zeros((len(windows), length), np.int64)
    bbox = np.zeros((len(windows), length, 4), np.int64)
    for number, row in enumerate(rows):
        attention_mask[number, : len(row)] = 1
        for place, (pieces, box) in enumerate(row):
            input_ids[number, place, : len(pieces)] = pieces
            bbox[number, place] = box
    inputs = {
        "input_ids": input_ids if wanted.word_pieces else input_ids[..., 0],
        "bbox": (bbox / GRID).astype(np.float32) if wanted.unit_boxes else bbox,
        "attention_mask": attention_mask,
    }
    if wanted.image_side:
        grey = picture(None, wanted.image_side)
        seen = list(pictures) or [grey] * len(windows)
        inputs["pixel_values"] = np.stack(seen)
    return inputs


def token_places(window: Window, wanted: InputFormat) -> list[int]:
    """For each token of the window the position of its output: its first word piece."""
    lengths = [wanted.positions(len(pieces)) for pieces in window.pieces]
    return list(accumulate(lengths[:-1], initial=1)) if lengths else []


def _positions(window: Window, wanted: InputFormat) -> list[tuple[tuple[int, ...], GridBox]]:
    """The pieces and the box of each of the model's positions, including special ones."""
    words = zip(window.pieces, window.boxes, strict=True)
    if wanted.word_pieces:
        inside = [(pieces[: wanted.word_pieces], box) for pieces, box in words]
    else:
        inside = [((piece,), box) for pieces, box in words for piece in pieces]
    start, end = (0, 0, 0, 0), (GRID, GRID, GRID, GRID)
    return [((wanted.start,), start), *inside, ((wanted.end,), end)]
