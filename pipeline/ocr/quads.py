"""Text lines as quads, and cutting the picture of a line from its page."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.document import Box

Pixels = NDArray[np.uint8]
"""A picture (height, width, 3), channels blue, green, red."""

Quad = NDArray[np.float32]
"""Four corners (x, y): top left, top right, bottom right, bottom left, in reading direction if it
is known, else as on the page."""

_VERTICAL_RATIO = 1.5  # height to width of a quad whose line runs down the page


def side(quad: Quad, start: int, end: int) -> float:
    """The distance of two corners in pixels."""
    return float(np.linalg.norm(quad[end] - quad[start]))


def mean_height(quad: Quad) -> float:
    """Of its left and right ends, in pixels."""
    return (side(quad, 0, 3) + side(quad, 1, 2)) / 2


def lies_on_its_side(quads: Sequence[Quad]) -> bool:
    """Whether most text, by length, runs vertically."""
    down = across = 0.0
    for quad in quads:
        width, height = side(quad, 0, 1), side(quad, 0, 3)
        if height > _VERTICAL_RATIO * width:
            down += height
        elif width > _VERTICAL_RATIO * height:
            across += width
    return down > across


def upended(quad: Quad) -> Quad:
    """The same quad, read upside down."""
    return np.roll(quad, 2, axis=0)


def rotated_180(quad: Quad, width: int, height: int) -> Quad:
    """The quad after the page of that size is turned by 180 degrees."""
    return upended(np.array([width, height], np.float32) - quad)


def part_of(quad: Quad, start: float, end: float) -> Box:
    """The axis-aligned box around the part of a quad between two fractions of its length."""
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    corners = (
        quad[0] + start * top,
        quad[0] + end * top,
        quad[3] + start * bottom,
        quad[3] + end * bottom,
    )
    return Box.around((float(x), float(y)) for x, y in corners)


def line_picture(pixels: Pixels, quad: Quad, height: int, squeeze: float) -> Pixels:
    """The straightened line, scaled to a given height, as wide as it is long.

    Args:
        squeeze: factor of the width, below 1 to shrink it.
    """
    if side(quad, 0, 3) >= _VERTICAL_RATIO * side(quad, 0, 1):
        quad = np.roll(quad, -1, axis=0)
    across = max(side(quad, 0, 1), side(quad, 3, 2), 1.0)
    down = max(side(quad, 0, 3), side(quad, 1, 2), 1.0)
    width = max(8, round(height * across / down * squeeze))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    # One warp from page to line. Shrinking to less than half would skip pixels; then the line is
    # cut out larger and shrunk by area.
    finer = max(1, round(down / height / 1.5))
    warp = cv2.getPerspectiveTransform(quad, target * finer)
    line = cv2.warpPerspective(
        pixels,
        warp,
        (width * finer, height * finer),
        flags=cv2.INTER_CUBIC if down < height else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if finer > 1:
        line = cv2.resize(line, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(line, np.uint8)
