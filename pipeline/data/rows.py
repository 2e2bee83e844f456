"""Sort upright boxes into reading order: rows from top to bottom, each from left to right.

Annotations come in any order, and photos are skewed, so that the price at the right
edge can stand a whole line lower than the description it belongs to. A single upright box
does not show the slope of its text, so the slope is estimated from all boxes; then the OCR
stage's reading order is applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Box
from pipeline.reading_order import Segment, Word, group_lines

MAX_SLOPE = 0.12  # about 7 degrees; steeper pages ought to be turned before annotation
STEP = 0.01
SLACK = 0.02  # how much steeper the text may be than the boxes' heights show
TWIST = 0.06  # by how much the slopes at top and bottom of a page may differ
DOUBT = 1.5  # the share of level pairs lost for each unit of unexpected slope, or of twist
LEVEL = 0.2  # of the text height: pairs further from one height than this are not level

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slope:
    """The slope of text lines in pixels down per pixel to the right, at the page's top and bottom.

    Where the two differ, a photo was taken from the side, or the paper is curved.
    """

    top: float
    bottom: float


def group_rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Indices of the boxes, one list per text row, rows and boxes in reading order.

    Every index occurs exactly once. Coordinates are pixels, y down.
    """
    if not boxes:
        return []
    segments = _levelled(boxes, estimate_slope(boxes))
    index_of = {id(segment): index for index, segment in enumerate(segments)}
    return [[index_of[id(segment)] for segment in line] for line in group_lines(segments)]


def line_numbers(boxes: Sequence[Box]) -> list[int]:
    """The text line of each box, counted from 0, where the boxes are in reading order already.

    A line continues while the next box starts to the right of where the last one did, at a
    height that they share.
    """
    numbers: list[int] = []
    for index, box in enumerate(boxes):
        if index == 0:
            numbers.append(0)
            continue
        last = boxes[index - 1]
        level = last.y0 <= box.center[1] <= last.y1 or box.y0 <= last.center[1] <= box.y1
        numbers.append(numbers[-1] + (not level or box.x0 < last.x0))
    return numbers


def estimate_slope(boxes: Sequence[Box]) -> Slope:
    """The slope of the text lines at which most pairs of boxes are level.

    Upright boxes around skewed text grow with the text's length, and that growth bounds
    the slope: without it a page of evenly spaced rows would fit itself shifted by a row.
    """
    if len(boxes) < 4:
        return Slope(0.0, 0.0)
    growth = _height_growth(boxes)
    pairs = _Pairs.of(boxes, growth)
    steps = int(min(MAX_SLOPE, growth + SLACK) / STEP)
    slopes = [step * STEP for step in range(-steps, steps + 1)]
    even = max((Slope(s, s) for s in slopes), key=pairs.agreement)
    return max(
        (Slope(top, bottom) for top in _around(even.top) for bottom in _around(even.bottom)),
        key=pairs.agreement,
    )


def _around(slope: float) -> list[float]:
    return [slope + share * TWIST / 2 for share in (0, -0.25, 0.25, -0.5, 0.5, -0.75, 0.75, -1, 1)]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """All pairs of boxes that are not above one another."""

    dx: Numbers
    dy: Numbers
    height: Numbers  # of the lower box
    depth: Numbers  # where on the page, 0 at the top to 1 at the bottom
    growth: float  # of the boxes' heights with their widths

    @staticmethod
    def of(boxes: Sequence[Box], growth: float) -> _Pairs:
        x, y = np.array([box.center for box in boxes]).T
        heights = np.array([max(box.height, 1.0) for box in boxes])
        left, right = np.triu_indices(len(boxes), k=1)
        height = np.minimum(heights[left], heights[right])
        dx, dy = x[right] - x[left], y[right] - y[left]
        reach = np.abs(dx) * MAX_SLOPE * 1.5 + height
        near = (np.abs(dx) > height) & (np.abs(dy) < reach)
        depth = (y[left] + y[right] - 2 * y.min()) / (2 * max(float(np.ptp(y)), 1.0))
        return _Pairs(dx[near], dy[near], height[near], depth[near], growth)

    def agreement(self, slope: Slope) -> float:
        """The number of pairs that are level along the slope; nearly level pairs count in part."""
        slopes = slope.top + (slope.bottom - slope.top) * self.depth
        off_level = np.abs(self.dy - slopes * self.dx) / (LEVEL * self.height)
        unexpected = abs(abs(slope.top + slope.bottom) / 2 - self.growth)
        doubt = DOUBT * (unexpected + abs(slope.top - slope.bottom))
        return float(np.clip(1 - off_level, 0, None).sum()) * (1 - doubt)


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


def _levelled(boxes: Sequence[Box], slope: Slope) -> list[Segment]:
    """The boxes as segments of a level page, sheared about its vertical middle line."""
    around = Box.union(boxes)
    middle = around.center[0]
    segments = []
    for box in boxes:
        x, y = box.center
        depth = (y - around.y0) / max(around.height, 1.0)
        steepness = slope.top + (slope.bottom - slope.top) * depth
        level = y - steepness * (x - middle)
        height = max(box.height - abs(steepness) * box.width, box.height / 3, 1.0)
        word = Word("", box, 1.0)
        segments.append(Segment((word,), (box.x0, level), (box.x1, level), height))
    return segments
