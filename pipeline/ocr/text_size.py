"""Measure the height of a page's characters without a network.

The cost of detection grows with the pixels, so the page is scaled to the size at which its text
is just readable: a scan at 300 dpi can be shrunk to a sixth, a thumbnail must be enlarged.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from pipeline.ocr.quads import Pixels

_MOST_PIXELS = 1_500_000  # more do not change the result
_WINDOW, _CONTRAST = 31, 15  # ink is darker than the mean of its neighbourhood by this
_HEIGHTS = (5, 120)  # pixels of a character; the rest are specks and pictures
_FEWEST = 20  # characters
_LARGEST = 3.0  # the largest scale factor


def detection_scale(pixels: Pixels, text_height: float, most_pixels: int) -> float:
    """The scale factor that gives a page's characters the wanted height in pixels.

    Args:
        text_height: the height wanted.
        most_pixels: no larger than this area.
    """
    height, width = pixels.shape[:2]
    characters = character_height(pixels)
    wanted = 1.0 if characters is None else text_height / characters
    return min(wanted, _LARGEST, math.sqrt(most_pixels / (height * width)))


def character_height(pixels: Pixels) -> float | None:
    """The median height in pixels of components that look like characters, on any background.

    On receipts that is about three quarters of the height of a text line's box.

    Returns:
        ``None`` where too few are found.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, math.sqrt(_MOST_PIXELS / (height * width)))
    grey = np.ascontiguousarray(pixels[:, :, 1])  # green comes nearest to brightness
    if scale < 1:
        smaller = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        grey = np.asarray(smaller, np.uint8)
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _WINDOW, _CONTRAST
    )
    _, _, patches, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide = patches[1:, cv2.CC_STAT_WIDTH]
    high = patches[1:, cv2.CC_STAT_HEIGHT]
    filled = patches[1:, cv2.CC_STAT_AREA] / (wide * high)
    likely = (high >= _HEIGHTS[0]) & (high <= _HEIGHTS[1])
    likely &= (wide <= 2 * high) & (wide >= 0.15 * high) & (filled > 0.15) & (filled < 0.9)
    heights = high[likely]
    return float(np.median(heights)) / scale if len(heights) >= _FEWEST else None
