"""Stack text lines on one page, for OCR programs that read whole pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.ocr.line_cleaning import Grey


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines stacked on white.

    Attributes:
        pixels: the picture, grey.
        widths: of each line, pixels.
        pitch: pixels from one line to the next.
        margin: white on the left and at the top, pixels.
    """

    pixels: Grey
    widths: tuple[int, ...]
    pitch: int
    margin: int

    def place(self, middle: float, left: int, right: int) -> tuple[int, float, float]:
        """The line at this height, and the start and end on it, as fractions of the line's
        length."""
        index = int((middle - self.margin / 2) // self.pitch)
        index = min(max(index, 0), len(self.widths) - 1)
        shares = [(x - self.margin) / self.widths[index] for x in (left, right)]
        start, end = (min(1.0, max(0.0, share)) for share in shares)
        return index, start, end


def lay_out(lines: Sequence[Grey]) -> Sheet:
    """Stack lines of equal height on a sheet."""
    height = lines[0].shape[0]
    margin = height // 2
    pitch = height + margin
    widest = max(line.shape[1] for line in lines)
    pixels = np.full((margin + pitch * len(lines), widest + 2 * margin), 255, np.uint8)
    for index, line in enumerate(lines):
        top = margin + index * pitch
        pixels[top : top + height, margin : margin + line.shape[1]] = line
    return Sheet(pixels, tuple(line.shape[1] for line in lines), pitch, margin)
