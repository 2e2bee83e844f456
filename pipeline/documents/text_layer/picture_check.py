"""Compare a page's words with a small picture of the page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from pipeline.document import Box
from pipeline.documents.text_layer.page_objects import PageObjects

TEXT_HEIGHT = 6
"""Pixels of a character's cell on the small picture."""
_INK = 20  # the least difference of grey levels, of 255, within a word that can be seen
_EDGE = 40  # the difference of neighbours at the edge of a letter
_EDGES = 4  # pixels at edges in a cell of a picture that shows something

Grey = NDArray[np.int16]


def small_picture(page: pypdfium2.PdfPage, scale: float) -> Grey:
    """The page in grey, height x width, ``scale`` pixels per point, as the PDF shows it."""
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        pixels: Grey = bitmap.to_numpy().reshape(bitmap.height, bitmap.width, -1).astype(np.int16)
        return pixels[..., 0]
    finally:
        bitmap.close()


def share_without_ink(picture: Grey, words: Sequence[Box]) -> float:
    """The share of words that cannot be seen, 0 to 1.

    Args:
        words: boxes in pixels of the picture.
    """
    if not words:
        return 0.0
    return sum(not has_ink(picture, word) for word in words) / len(words)


def has_ink(picture: Grey, word: Box) -> bool:
    part = picture[_slices(picture, word)]
    return bool(part.size) and int(part.max()) - int(part.min()) >= _INK


def unread_share(picture: Grey, words: Iterable[Box], objects: PageObjects) -> float:
    """How much of the page is shown by pictures and outlines only: the area where they have
    edges and no word is, as a multiple of the area of the words.

    Args:
        words: boxes in pixels of the picture.
        objects: with boxes in pixels of the picture.
    """
    rows, columns = (math.ceil(side / TEXT_HEIGHT) for side in picture.shape)
    drawn, written = (np.zeros((rows, columns), bool) for _ in range(2))
    for drawing in (*objects.pictures, *objects.outlines):
        drawn[_cells(drawing.box)] = True
    for word in words:
        written[_cells(word)] = True
    shows = _cells_with_edges(picture, rows, columns) & drawn & ~written
    return float(shows.sum()) / max(int(written.sum()), 1)


def _slices(picture: Grey, box: Box) -> tuple[slice, slice]:
    height, width = picture.shape
    around = Box(box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1).clipped(width, height)
    return (
        slice(int(around.y0), math.ceil(around.y1)),
        slice(int(around.x0), math.ceil(around.x1)),
    )


def _cells(box: Box) -> tuple[slice, slice]:
    return (
        slice(max(int(box.y0 // TEXT_HEIGHT), 0), math.ceil(box.y1 / TEXT_HEIGHT)),
        slice(max(int(box.x0 // TEXT_HEIGHT), 0), math.ceil(box.x1 / TEXT_HEIGHT)),
    )


def _cells_with_edges(picture: Grey, rows: int, columns: int) -> NDArray[np.bool_]:
    edges = np.zeros((rows * TEXT_HEIGHT, columns * TEXT_HEIGHT), bool)
    height, width = picture.shape
    edges[:height, 1:width] |= np.abs(np.diff(picture, axis=1)) > _EDGE
    edges[1:height, :width] |= np.abs(np.diff(picture, axis=0)) > _EDGE
    counted = edges.reshape(rows, TEXT_HEIGHT, columns, TEXT_HEIGHT).sum(axis=(1, 3))
    enough: NDArray[np.bool_] = counted >= _EDGES
    return enough
