"""A receipt's picture as the looks at its digits need it."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from pipeline.audit.tampering.characters import Grey
from pipeline.audit.tampering.compression import Traces, traces_of_compression
from pipeline.documents.image_formats import DECODE_ERRORS
from pipeline.rotation import turned

_BLOCK = 8
_NOT_COMPRESSED = [1] * (_BLOCK * _BLOCK)


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright page.

    Attributes:
        grey: 0 to 255.
        colours: RGB.
        traces: of an earlier compression, in the file's own directions.
        evidence: that of ``traces`` for each pixel of the upright page; ``nan`` where unknown.
        errors: those of ``traces``, likewise.
    """

    grey: Grey
    colours: NDArray[np.uint8]
    traces: Traces | None
    evidence: NDArray[np.float32]
    errors: NDArray[np.float32]


def picture_of(content: bytes, page: Image.Image, rotation: int) -> Picture:
    """The picture of a page.

    Args:
        content: the picture's file.
        page: its upright page as it was read.
        rotation: by which the page was turned, besides what the file itself asks for.
    """
    colours = np.asarray(page.convert("RGB"))
    grey = np.asarray(page.convert("L"), dtype=np.float32)
    traces = _traces(content)
    evidence = errors = np.full(grey.shape, np.nan, dtype=np.float32)
    if traces is not None:
        evidence = _upright(content, traces.evidence, rotation, grey.shape)
        if traces.errors is not None:
            errors = _upright(content, traces.errors, rotation, grey.shape)
    return Picture(grey, colours, traces, evidence, errors)


def _traces(content: bytes) -> Traces | None:
    """Of the brightness as the file holds it, without the rounding of a way over RGB."""
    try:
        with Image.open(BytesIO(content)) as image:
            steps = _NOT_COMPRESSED
            if image.format == "JPEG":
                steps = image.quantization[0]  # type: ignore[attr-defined]
                image.draft("L", image.size)
            return traces_of_compression(np.asarray(image.convert("L")), steps)
    except DECODE_ERRORS:
        return None


def _upright(
    content: bytes, of_blocks: NDArray[np.float32], rotation: int, shape: tuple[int, ...]
) -> NDArray[np.float32]:
    """The value of each block at its pixels, turned as the page is."""
    pixels = np.repeat(np.repeat(of_blocks, _BLOCK, axis=0), _BLOCK, axis=1)
    with Image.open(BytesIO(content)) as image:
        width, height = image.size
        exif = image.getexif()
    whole = np.full((height, width), np.nan, dtype=np.float32)
    whole[: pixels.shape[0], : pixels.shape[1]] = pixels[:height, :width]
    placed = Image.fromarray(whole)
    placed.getexif().update({274: exif.get(274, 1)})
    found = np.asarray(turned(ImageOps.exif_transpose(placed), rotation), dtype=np.float32)
    if found.shape != shape:  # the page was made smaller when it was loaded
        return np.full(shape, np.nan, dtype=np.float32)
    return found
