"""Hashes of pictures that change little when a picture is scaled, re-encoded or made brighter.

The signs of the low frequencies of the cosine transform against their median, of the whole page
and of the part that holds the record's fields: the second survives a crop. Both are of the upright
page, so turning the file changes nothing.

Source: C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from pipeline.receipt import PixelBox

_SIDE = 64
_FREQUENCIES = 12
BITS = _FREQUENCIES * _FREQUENCIES
"""Of one hash."""
NEAR = 16
"""Differing bits of the same picture, at most: re-encoded and tilted ones, and nearly all cropped
ones (`scripts/bench_audit pictures`). Receipts of one till may be as near, so values that differ
outvote the hash."""
_BANDS = NEAR // 2 + 1


def picture_hash(page: Image.Image, boxes: Sequence[PixelBox]) -> str:
    """Two hashes in hexadecimal, of the page and of its part around the boxes.

    Args:
        page: upright.
        boxes: of the record's fields, pixels of the page.
    """
    grey = np.asarray(page.convert("L"), np.float32)
    return f"{_hash(grey)}{_hash(_around(grey, boxes))}"


def distance(one: str, other: str) -> int:
    """Differing bits, 0 to ``BITS``: of the whole pages or of the parts, whichever are nearer."""
    half = len(one) // 2
    return min(
        (int(a, 16) ^ int(b, 16)).bit_count()
        for a, b in ((one[:half], other[:half]), (one[half:], other[half:]))
    )


def bands(picture: str) -> list[str]:
    """Parts of both hashes. Pictures with up to ``NEAR`` / 2 differing bits share one for sure,
    those with ``NEAR`` nearly always."""
    half = len(picture) // 2
    found = []
    for number in (picture[:half], picture[half:]):
        width = len(number) // _BANDS
        found += [number[at : at + width] for at in range(0, width * _BANDS, width)]
    return found


def _around(grey: npt.NDArray[np.float32], boxes: Sequence[PixelBox]) -> npt.NDArray[np.float32]:
    if not boxes:
        return grey
    edges = np.array(boxes)
    height, width = grey.shape
    x0, y0 = (max(0, int(edge)) for edge in edges[:, :2].min(axis=0))
    x1, y1 = int(min(width, edges[:, 2].max())), int(min(height, edges[:, 3].max()))
    part = grey[y0:y1, x0:x1]
    return part if part.size else grey


def _hash(grey: npt.NDArray[np.float32]) -> str:
    small = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    low = cv2.dct(small)[:_FREQUENCIES, :_FREQUENCIES].ravel()
    bits = low > np.median(low[1:])
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):0{BITS // 4}x}"
