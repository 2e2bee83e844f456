"""How wide the characters of a text line are, and how far the line can be squeezed.

The recognition network gives one character per column at most. Narrow characters therefore need
the full width of the line, where wide ones are read as well from a narrower picture in less time.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.ocr.quads import Pixels

_LEAST_HEIGHT = 0.25  # share of the line's height: lower patches of ink are dots and specks
_MOST_WIDTH = 1.5  # of the line's height: wider patches are rules, or several characters
_SAME_CHARACTER = 4  # pixels: patches whose centres are nearer lie above each other
_FEWEST = 3  # characters
_STEP_QUANTILE = 0.35  # below the median: steps over spaces and touching characters are too long


def character_width(line: Pixels) -> float | None:
    """The distance in pixels from the middle of one character to that of the next.

    Args:
        line: a straight text line, as ``quads.line_picture`` cuts it out, on any background.

    Returns:
        ``None`` where fewer than three characters stand apart.
    """
    height = line.shape[0]
    green = np.ascontiguousarray(line[:, :, 1])  # comes nearest to brightness
    _, ink = cv2.threshold(green, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    if ink.mean() > 127:  # light text on dark
        ink = cv2.bitwise_not(ink)
    _, _, patches, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, wide, high = (
        patches[1:, part] for part in (cv2.CC_STAT_LEFT, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT)
    )
    likely = (high >= _LEAST_HEIGHT * height) & (wide <= _MOST_WIDTH * height)
    if np.count_nonzero(likely) < _FEWEST:
        return None
    steps = np.diff(np.sort((left + wide / 2)[likely]))
    steps = steps[steps > _SAME_CHARACTER]
    return float(np.quantile(steps, _STEP_QUANTILE)) if len(steps) else None


def squeeze_of(line: Pixels, wanted: float, least: float) -> float:
    """The share of its width, at most 1, to which a line can be squeezed.

    Args:
        wanted: pixels from one character to the next in the squeezed picture.
        least: the smallest share.
    """
    width = character_width(line)
    return 1.0 if width is None else min(1.0, max(least, wanted / width))


def scaled(line: Pixels, share: float) -> Pixels:
    """The line scaled to a share of its width."""
    height, width = line.shape[:2]
    target = max(8, round(width * share))
    if target == width:
        return line
    method = cv2.INTER_AREA if target < width else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(line, (target, height), interpolation=method), np.uint8)
