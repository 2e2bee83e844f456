"""Windows to model input arrays, in the form that each model family wants them.

LayoutLM and LiLT read boxes as whole numbers on the 0-1000 grid, BROS as shares of the
page, LayoutLMv3 reads the picture besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.tagging.encoding import GRID, Window

Pixels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class InputFormat:
    """What a model wants.

    Attributes:
        pad: the id of the piece that fills windows up.
        unit_boxes: boxes as shares of the page, 0 to 1, instead of whole grid numbers.
        image_side: pixels of the square picture that goes with each window; 0 for none.
    """

    pad: int = 0
    unit_boxes: bool = False
    image_side: int = 0


def picture(image: Image.Image | None, side: int) -> Pixels:
    """The page as LayoutLMv3 sees it: shape (3, side, side), -1 to 1; grey without an image.

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
    """Padded arrays: ``input_ids`` and ``attention_mask`` (n, length), ``bbox`` (n, length, 4)
    and, for models that read pictures, ``pixel_values`` (n, 3, side, side).

    Args:
        pictures: one a window, from ``picture``; windows without one see a grey page.
    """
    length = max(len(window.input_ids) for window in windows)
    input_ids = np.full((len(windows), length), wanted.pad, np.int64)
    attention_mask = np.zeros((len(windows), length), np.int64)
    bbox = np.zeros((len(windows), length, 4), np.int64)
    for row, window in enumerate(windows):
        size = len(window.input_ids)
        input_ids[row, :size] = window.input_ids
        attention_mask[row, :size] = 1
        bbox[row, :size] = window.bbox
    boxes = (bbox / GRID).astype(np.float32) if wanted.unit_boxes else bbox
    inputs = {"input_ids": input_ids, "bbox": boxes, "attention_mask": attention_mask}
    if wanted.image_side:
        grey = picture(None, wanted.image_side)
        seen = list(pictures) or [grey] * len(windows)
        inputs["pixel_values"] = np.stack(seen)
    return inputs
