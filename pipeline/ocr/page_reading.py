"""Read a page with the two steps that an engine provides: detect lines, recognise lines.

The rest is the same for every engine: the page's orientation, which lines are kept, word boxes on
the upright page, reading order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from pipeline.document import Corners, Page, Reading
from pipeline.ocr.quads import (
    Pixels,
    Quad,
    lies_on_its_side,
    mean_height,
    part_of,
    rotated_180,
    side,
    upended,
)
from pipeline.reading_order import Segment, Word, tokens_in_reading_order

_SAMPLE = 6  # so many lines decide whether a page is upside down
_CONFIDENT = 0.85  # lines read with this confidence are upright
_LEAST_CHARACTERS = 3  # letters and digits: a row of stars looks the same upside down


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word on a line; ``start`` and ``end`` are fractions (0 to 1) of the line's length,
    ``readings`` are as those of a ``Token``."""

    text: str
    start: float
    end: float
    confidence: float
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadLine:
    """The text of one line.

    Attributes:
        words: from left to right; none if nothing was recognised.
        weakest: the lowest confidence of its characters, or of its words if the engine reports
            none for characters.
    """

    words: tuple[ReadWord, ...]
    weakest: float

    @property
    def confidence(self) -> float:
        """The mean over the characters; 0 without characters."""
        if not self.words:
            return 0.0
        lengths = [len(word.text) for word in self.words]
        return float(np.average([word.confidence for word in self.words], weights=lengths))


FindLines = Callable[[Pixels], Sequence[Quad]]
"""The lines of a page as quads in its pixels."""

ReadLines = Callable[[Pixels, Sequence[Quad]], Sequence[ReadLine]]
"""The text of each line, in the order of the quads."""


def read_page(
    image: Image.Image,
    find: FindLines,
    read: ReadLines,
    *,
    orient: bool,
    max_pixels: int,
    min_confidence: float,
) -> Page:
    """Find and read the lines of a page.

    Args:
        image: rotated by any multiple of 90 degrees, if ``orient``.
        orient: whether to turn pages that lie on their side or upside down.
        max_pixels: larger pages are shrunk to this area first.
        min_confidence: lines read with less are dropped.
    """
    pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])
    work, scale = _shrunk(pixels, max_pixels)
    quads = find(work)
    rotation = 0
    if orient and lies_on_its_side(quads):
        work, rotation = np.ascontiguousarray(np.rot90(work, -1)), 90
        quads = find(work)
    lines, upside_down = _read_upright(work, quads, read, orient)
    if upside_down:
        height, width = work.shape[:2]
        quads, rotation = [rotated_180(quad, width, height) for quad in quads], rotation + 180
    size = (image.height, image.width) if rotation in (90, 270) else image.size
    segments = [
        _segment(line, quad / scale)
        for line, quad in zip(lines, quads, strict=True)
        if line.words and line.confidence >= min_confidence
    ]
    found = tuple(_corners(quad / scale) for quad in quads)
    return Page(*size, tokens_in_reading_order(segments), rotation, quads=found)


def _read_upright(
    pixels: Pixels, quads: Sequence[Quad], read: ReadLines, orient: bool
) -> tuple[list[ReadLine], bool]:
    """The lines, in the order of the quads, and whether the page is upside down.

    The widest lines are read first. If their confidence is low, they are also read turned by 180
    degrees, and the better reading decides. If they have too few characters, the next lines are
    read.
    """
    order = sorted(range(len(quads)), key=lambda index: -side(quads[index], 0, 1))
    lines: list[ReadLine] = []
    upside_down: bool | None = None if orient else False
    while upside_down is None and len(lines) < len(order):
        sample = [quads[index] for index in order[len(lines) :][:_SAMPLE]]
        upright = list(read(pixels, sample))
        lines += upright
        if _confidence([line for line in upright if _is_telling(line)]) >= _CONFIDENT:
            upside_down = False
        else:
            turned = list(read(pixels, [upended(quad) for quad in sample]))
            upside_down = _reads_better(turned, upright)
    if upside_down:
        lines = list(read(pixels, [upended(quads[index]) for index in order]))
    else:
        lines += read(pixels, [quads[index] for index in order[len(lines) :]])
    by_index = dict(zip(order, lines, strict=True))
    return [by_index[index] for index in range(len(quads))], bool(upside_down)


def _reads_better(turned: Sequence[ReadLine], upright: Sequence[ReadLine]) -> bool | None:
    """Whether lines are recognised better when turned by 180 degrees; ``None`` if no line is long
    enough to tell."""
    pairs = [pair for pair in zip(turned, upright, strict=True) if any(map(_is_telling, pair))]
    if not pairs:
        return None
    first, second = zip(*pairs, strict=True)
    return _confidence(first) > _confidence(second)


def _is_telling(line: ReadLine) -> bool:
    text = "".join(word.text for word in line.words)
    return sum(character.isalnum() for character in text) >= _LEAST_CHARACTERS


def _confidence(lines: Sequence[ReadLine]) -> float:
    return float(np.mean([line.confidence for line in lines])) if lines else 0.0


def _shrunk(pixels: Pixels, max_pixels: int) -> tuple[Pixels, float]:
    """The picture scaled to at most ``max_pixels``, and the scale factor."""
    height, width = pixels.shape[:2]
    scale = min(1.0, (max_pixels / (height * width)) ** 0.5)
    if scale == 1.0:
        return pixels, 1.0
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _corners(quad: Quad) -> Corners:
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in quad)


def _segment(line: ReadLine, quad: Quad) -> Segment:
    words = tuple(
        Word(word.text, part_of(quad, word.start, word.end), word.confidence, word.readings)
        for word in line.words
    )
    left, right = (quad[0] + quad[3]) / 2, (quad[1] + quad[2]) / 2
    return Segment(
        words,
        (float(left[0]), float(left[1])),
        (float(right[0]), float(right[1])),
        mean_height(quad),
    )
