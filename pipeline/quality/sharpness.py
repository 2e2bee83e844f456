"""How abrupt the edges of the print are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Box, Token
from pipeline.separation.read_receipt import ReadReceipt

_MOST_WORDS = 8  # of which sharpness is measured
_LEAST_SIDE = 6  # pixels of a word's box
_WIDEST = 96  # pixels of a word that are looked at
_LEAST_CONTRAST = 4.0  # standard deviation of grey; below it there is no print


def sharpness(receipt: ReadReceipt) -> float | None:
    """The median over a few words of the standard deviation of the Laplacian, divided by that of
    the grey values, so that faint print does not count as blurred; ``None`` without a picture.

    Source: the variance of the Laplacian as a measure of focus, Pech-Pacheco et al. 2000,
    "Diatom autofocusing in brightfield microscopy".
    """
    if all(image is None for image in receipt.images):
        return None
    import cv2

    found = []
    for grey in _word_pictures(receipt):
        contrast = float(cv2.meanStdDev(grey)[1][0, 0])
        if contrast >= _LEAST_CONTRAST:
            edges = cv2.Laplacian(grey, cv2.CV_16S)
            found.append(float(cv2.meanStdDev(edges)[1][0, 0]) / contrast)
    return round(median(found), 3) if found else None


def _word_pictures(receipt: ReadReceipt) -> Iterator[NDArray[np.uint8]]:
    images = dict(zip(receipt.parts, receipt.images, strict=True))
    for token in _spread(receipt.page.tokens):
        part = receipt.part_at(token.box)
        image = images[part]
        if image is None:
            continue
        box = token.box.moved(0, -part.top)
        box = Box(box.x0, box.y0, min(box.x1, box.x0 + _WIDEST), box.y1)
        box = box.clipped(*image.size)
        if min(box.width, box.height) >= _LEAST_SIDE:
            corners = (int(box.x0), int(box.y0), int(box.x1), int(box.y1))
            yield np.asarray(image.crop(corners).convert("L"))


def _spread(tokens: Sequence[Token]) -> list[Token]:
    """A few words from all over the receipt."""
    count = min(_MOST_WORDS, len(tokens))
    return [tokens[(2 * number + 1) * len(tokens) // (2 * count)] for number in range(count)]
