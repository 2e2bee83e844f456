"""For each digit, how nearly the same pixels are elsewhere on the page.

Digits of one print look alike and still differ by noise and by where they fall on the pixels. A
copied digit does not. So what tells is how near the nearest other one is, against how near those
of the other digits are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.audit.tampering.characters import Character, Grey, IntBox

_MARGIN = 2  # of paper around a character
_SHIFT = 1  # pixels by which boxes of the same pixels may differ
_SIZE_APART = 2
_MOST, _FINE = 100, 12  # candidates, and how many of them are compared with all shifts
_BLOCK, _FAINT = 31, 15  # of the threshold: neighbourhood in pixels, grey levels
_FAR = 1.0


@dataclass(frozen=True, slots=True)
class Twin:
    """The nearest other place on the page.

    Attributes:
        distance: root mean square of the difference, in contrasts of the character.
        second: that of the second nearest place.
        same_text: that of the nearest digit that was read the same.
        box: of the nearest place, in pixels; ``None`` if no other is of this size.
    """

    distance: float
    second: float
    same_text: float
    box: IntBox | None


def twins_of(grey: Grey, characters: Sequence[Character]) -> list[Twin]:
    """The twin of each character."""
    if not characters:
        return []
    boxes = np.array([*(one.box for one in characters), *_components(grey, characters)])
    texts = [one.text for one in characters]
    edge = _MARGIN + _SHIFT
    padded = np.pad(grey, edge, mode="edge")
    return [
        _twin(padded, edge, boxes, number, [text == texts[number] for text in texts])
        for number in range(len(characters))
    ]


def _components(grey: Grey, characters: Sequence[Character]) -> NDArray[np.intp]:
    """Boxes of all connected parts that are as large as the characters."""
    lowest = min(one.height for one in characters) - _SIZE_APART
    highest = max(one.height for one in characters) + _SIZE_APART
    widest = max(one.width for one in characters) + _SIZE_APART
    ink = cv2.adaptiveThreshold(
        grey.astype(np.uint8),
        255,
        cv2.ADAPTIVE_THRESH_MEAN_C,
        cv2.THRESH_BINARY_INV,
        _BLOCK,
        _FAINT,
    )
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    x, y, width, height = (stats[1:, column] for column in range(4))
    fits = (height >= lowest) & (height <= highest) & (width <= widest)
    return np.stack((x, y, x + width, y + height), axis=1)[fits].astype(np.intp)


def _twin(
    padded: Grey, edge: int, boxes: NDArray[np.intp], number: int, is_same: Sequence[bool]
) -> Twin:
    x0, y0, x1, y1 = boxes[number]
    width, height = x1 - x0, y1 - y0
    sizes = np.abs(boxes[:, 2] - boxes[:, 0] - width) + np.abs(boxes[:, 3] - boxes[:, 1] - height)
    overlaps = (boxes[:, 0] < x1) & (boxes[:, 2] > x0) & (boxes[:, 1] < y1) & (boxes[:, 3] > y0)
    near = np.flatnonzero((sizes <= _SIZE_APART) & ~overlaps)
    near = near[np.argsort(sizes[near], kind="stable")][:_MOST]
    if not len(near):
        return Twin(_FAR, _FAR, _FAR, None)
    size = (y1 - y0 + 2 * _MARGIN, x1 - x0 + 2 * _MARGIN)
    own = padded[edge + y0 - _MARGIN :, edge + x0 - _MARGIN :][: size[0], : size[1]]
    contrast = max(float(np.ptp(own)), 1.0)
    corners = boxes[near, 1] + edge - _MARGIN, boxes[near, 0] + edge - _MARGIN
    first = _differences(padded, own, *corners)
    kept = np.argsort(first, kind="stable")[:_FINE]
    best = first.copy()
    for down in range(-_SHIFT, _SHIFT + 1):
        for right in range(-_SHIFT, _SHIFT + 1):
            moved = corners[0][kept] + down, corners[1][kept] + right
            best[kept] = np.minimum(best[kept], _differences(padded, own, *moved))
    distances = np.sqrt(best) / contrast
    order = np.argsort(distances, kind="stable")
    same = [float(distances[at]) for at in order if near[at] < len(is_same) and is_same[near[at]]]
    nearest = boxes[near[order[0]]]
    return Twin(
        float(distances[order[0]]),
        float(distances[order[1]]) if len(order) > 1 else _FAR,
        same[0] if same else _FAR,
        (int(nearest[0]), int(nearest[1]), int(nearest[2]), int(nearest[3])),
    )


def _differences(
    padded: Grey, own: Grey, tops: NDArray[np.intp], lefts: NDArray[np.intp]
) -> NDArray[np.float32]:
    """The mean squares of the differences to the patches with these corners, brightness aside."""
    height, width = own.shape
    rows = np.clip(tops[:, None] + np.arange(height), 0, padded.shape[0] - 1)
    columns = np.clip(lefts[:, None] + np.arange(width), 0, padded.shape[1] - 1)
    apart = padded[rows[:, :, None], columns[:, None, :]] - own
    found: NDArray[np.float32] = apart.reshape(len(tops), -1).var(axis=1)
    return found
