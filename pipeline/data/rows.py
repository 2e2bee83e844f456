"""Boxes into reading order: rows from top to bottom, each from left to right.

Annotated boxes come in any order, and photos are skewed, so that the price at the
right edge can stand a whole line lower than the description it belongs to. The skew
is estimated first, then boxes are chained into rows along it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Box

MAX_SLOPE = 0.12  # about 7 degrees; steeper pages ought to be turned before annotation
SLOPE_STEP = 0.005
LEVEL_PENALTY = 1.5  # what a slope of one must gain, in shares of the page's pairs
SAME_ROW = 0.5  # of the row's height, between the two middles


@dataclass(frozen=True, slots=True)
class _Levelled:
    """A box as it would stand if the page were level: its middle and height."""

    index: int
    x0: float
    x1: float
    middle: float
    height: float


def group_rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Indices of the boxes, one list a text row, rows and boxes in reading order.

    Every index occurs exactly once. Coordinates are pixels, y down.
    """
    if not boxes:
        return []
    slope = estimate_slope(boxes)
    levelled = sorted((_level(i, box, slope) for i, box in enumerate(boxes)), key=lambda b: b.x0)
    typical = median(box.height for box in levelled)
    rows: list[list[_Levelled]] = []
    for box in levelled:
        row = _row_of(box, rows, typical)
        if row is None:
            rows.append([box])
        else:
            row.append(box)
    rows.sort(key=lambda row: sum(box.middle for box in row) / len(row))
    return [[box.index for box in row] for row in rows]


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
    dx, dy = x[right] - x[left], y[right] - y[left]
    tolerance = 0.2 * np.minimum(heights[left], heights[right])
    apart = np.abs(dx) > np.minimum(heights[left], heights[right])
    dx, dy, tolerance = dx[apart], dy[apart], tolerance[apart]
    limit = min(MAX_SLOPE, _height_growth(boxes) + 0.02)
    slopes = np.arange(-limit, limit + SLOPE_STEP / 2, SLOPE_STEP)
    slopes = slopes[np.argsort(np.abs(slopes), kind="stable")]
    scores = [_level_pairs(dx, dy, tolerance, float(slope)) for slope in slopes]
    return float(slopes[int(np.argmax(scores))])


def _level_pairs(
    dx: NDArray[np.float64], dy: NDArray[np.float64], tolerance: NDArray[np.float64], slope: float
) -> float:
    distance = np.abs(dy - slope * dx) / np.maximum(tolerance, 1e-6)
    level = np.clip(1 - distance, 0, None).sum()
    return float(level * (1 - LEVEL_PENALTY * abs(slope)))


def _height_growth(boxes: Sequence[Box]) -> float:
    """The median rise of box height with box width, 0 or more (Theil-Sen)."""
    width = np.array([box.width for box in boxes])
    height = np.array([box.height for box in boxes])
    left, right = np.triu_indices(len(boxes), k=1)
    wider = width[right] - width[left]
    differ = np.abs(wider) > median(box.height for box in boxes) * 2
    if not differ.any():
        return 0.0
    return max(0.0, float(np.median((height[right] - height[left])[differ] / wider[differ])))


def _level(index: int, box: Box, slope: float) -> _Levelled:
    x, y = box.center
    height = max(box.height - abs(slope) * box.width, box.height / 3, 1.0)
    return _Levelled(index, box.x0, box.x1, y - slope * x, height)


def _row_of(box: _Levelled, rows: list[list[_Levelled]], typical: float) -> list[_Levelled] | None:
    """The row whose nearest box on the left stands at the same height, if any does."""
    best, best_distance = None, math.inf
    for row in rows:
        neighbour = row[-1]
        if neighbour.x1 - box.x0 > 0.5 * min(box.x1 - box.x0, neighbour.x1 - neighbour.x0):
            continue  # one above the other, not side by side
        distance = abs(neighbour.middle - box.middle)
        allowed = SAME_ROW * max(min(box.height, neighbour.height), 0.5 * typical)
        if distance <= allowed and distance < best_distance:
            best, best_distance = row, distance
    return best
