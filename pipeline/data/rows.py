"""Upright boxes into reading order: rows from top to bottom, each from left to right.

Annotations come in any order, and photos are skewed, so that the price at the right
edge can stand a whole line lower than the description it belongs to. The boxes being
upright, nothing in one of them tells the direction of its text: it is estimated from
all of them, and then the OCR stage's own reading order takes over.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Box
from pipeline.ocr.reading_order import Segment, Word, group_lines

MAX_SLOPE = 0.12  # about 7 degrees; steeper pages ought to be turned before annotation
SLOPE_STEP = 0.005
LEVEL_BONUS = 1.5  # share of the level pairs that a slope of one must gain to be believed


def group_rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Indices of the boxes, one list a text row, rows and boxes in reading order.

    Every index occurs exactly once. Coordinates are pixels, y down.
    """
    if not boxes:
        return []
    slope = estimate_slope(boxes)
    segments = [_segment(box, slope) for box in boxes]
    index_of = {id(segment): index for index, segment in enumerate(segments)}
    return [[index_of[id(segment)] for segment in line] for line in group_lines(segments)]


def estimate_slope(boxes: Sequence[Box]) -> float:
    """How far the text lines sink per pixel to the right; 0 on a level page.

    The slope at which most pairs of boxes stand at one height wins. Upright boxes
    around skewed text grow with the text's length, and that growth bounds the slope:
    without it a page of evenly spaced rows would fit itself shifted by one row.
    """
    if len(boxes) < 4:
        return 0.0
    x, y = np.array([box.center for box in boxes]).T
    heights = np.array([box.height for box in boxes])
    left, right = np.triu_indices(len(boxes), k=1)
    smaller = np.maximum(np.minimum(heights[left], heights[right]), 1.0)
    dx, dy = x[right] - x[left], y[right] - y[left]
    apart = np.abs(dx) > smaller
    limit = min(MAX_SLOPE, _height_growth(boxes) + 2 * SLOPE_STEP)
    steps = int(limit / SLOPE_STEP)
    slopes = sorted((step * SLOPE_STEP for step in range(-steps, steps + 1)), key=abs)
    return max(slopes, key=lambda slope: _level_pairs(dx[apart], dy[apart], smaller[apart], slope))


def _level_pairs(
    dx: NDArray[np.float64], dy: NDArray[np.float64], height: NDArray[np.float64], slope: float
) -> float:
    """How many pairs stand at one height along the slope; nearly level ones count in part."""
    off_level = np.abs(dy - slope * dx) / (0.2 * height)
    return float(np.clip(1 - off_level, 0, None).sum() * (1 - LEVEL_BONUS * abs(slope)))


def _height_growth(boxes: Sequence[Box]) -> float:
    """The median rise of box height with box width, 0 or more (Theil-Sen)."""
    width = np.array([box.width for box in boxes])
    height = np.array([box.height for box in boxes])
    left, right = np.triu_indices(len(boxes), k=1)
    wider = width[right] - width[left]
    differ = np.abs(wider) > 2 * median(box.height for box in boxes)
    if not differ.any():
        return 0.0
    return max(0.0, float(np.median((height[right] - height[left])[differ] / wider[differ])))


def _segment(box: Box, slope: float) -> Segment:
    x, y = box.center
    fall = slope * box.width / 2
    height = max(box.height - 2 * abs(fall), box.height / 3, 1.0)
    return Segment((Word("", box, 1.0),), (box.x0, y - fall), (box.x1, y + fall), height)
