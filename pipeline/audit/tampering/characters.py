"""The single characters of a printed text, found inside its box.

A box is cut into as many characters as its text has, at the columns with the least ink near where
a print of even pitch would be cut. This needs no gaps between characters and holds broken ones,
such as those of dot-matrix printers, together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.receipt import PixelBox

Grey = NDArray[np.float32]
IntBox = tuple[int, int, int, int]

_NARROW = frozenset(".,:;'!|il ")
_LEAST_HEIGHT, _LEAST_CONTRAST = 6, 25.0  # pixels; grey levels
_INK = 0.4  # of the contrast
_PAPER, _DARK = 80, 3  # percentiles of grey levels
_NARROWEST, _WIDEST = 0.3, 1.8  # of the usual width
_UNEVEN = 0.5  # weight of a width that is not the usual one, against ink that is cut


@dataclass(frozen=True, slots=True)
class Character:
    """A character of a field.

    Attributes:
        place: the index of the text that it is part of.
        at: its index in the text, without spaces.
        box: around its ink, in pixels, right and lower edge exclusive.
    """

    place: int
    at: int
    text: str
    box: IntBox

    @property
    def height(self) -> int:
        return self.box[3] - self.box[1]

    @property
    def width(self) -> int:
        return self.box[2] - self.box[0]


def characters_of(grey: Grey, texts: Sequence[tuple[str, PixelBox]]) -> list[Character]:
    """The characters of texts with their boxes; texts that are too small or faint have none."""
    return [one for place, (text, box) in enumerate(texts) for one in _of(grey, place, text, box)]


def _of(grey: Grey, place: int, text: str, box: PixelBox) -> Iterator[Character]:
    letters = "".join(text.split())
    height, width = grey.shape
    x0, y0 = max(0, int(box[0]) - 1), max(0, int(box[1]))
    x1, y1 = min(width, round(box[2]) + 2), min(height, round(box[3]) + 1)
    if not letters or y1 - y0 < _LEAST_HEIGHT or x1 - x0 < 2 * len(letters):
        return
    part = grey[y0:y1, x0:x1]
    dark, paper = np.percentile(part, (_DARK, _PAPER))
    if paper - dark < _LEAST_CONTRAST:
        return
    ink = np.clip((paper - part) / (paper - dark), 0, 1)
    is_ink = ink > _INK
    used = np.flatnonzero(is_ink.any(axis=0))
    start, stop = int(used[0]), int(used[-1]) + 1
    cuts = _cuts(ink[:, start:stop].sum(axis=0) / (y1 - y0), letters)
    for at, (left, right) in enumerate(pairwise(cuts)):
        inside = is_ink[:, start + left : start + right]
        columns, rows = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
        if len(columns):
            yield Character(
                place,
                at,
                letters[at],
                (
                    x0 + start + left + int(columns[0]),
                    y0 + int(rows[0]),
                    x0 + start + left + int(columns[-1]) + 1,
                    y0 + int(rows[-1]) + 1,
                ),
            )


def _cuts(profile: NDArray[np.float32], letters: str) -> list[int]:
    """The columns at which to cut, the first and the last included; empty if it cannot be cut.

    Args:
        profile: the ink of each column, 0 to 1.
    """
    length = len(profile)
    unit = length / sum(0.6 if letter in _NARROW else 1.0 for letter in letters)
    cost = np.full(length + 1, np.inf)
    cost[0] = 0
    at_cut = np.append(profile, 0.0)
    at_cut[0] = 0
    cut_before: list[NDArray[np.intp]] = []
    for letter in letters:
        usual = unit * (0.6 if letter in _NARROW else 1.0)
        widths = np.arange(max(1, int(_NARROWEST * unit)), max(2, int(_WIDEST * unit) + 1))
        widths = widths[widths <= length]
        options = np.full((len(widths), length + 1), np.inf)
        for row, width in enumerate(widths):
            uneven = _UNEVEN * ((width - usual) / unit) ** 2
            options[row, width:] = cost[: length + 1 - width] + uneven
        best = options.argmin(axis=0)
        cost = options.min(axis=0) + at_cut
        cut_before.append(np.arange(length + 1) - widths[best])
    if not np.isfinite(cost[length]):
        return []
    cuts = [length]
    for before in reversed(cut_before):
        cuts.append(int(before[cuts[-1]]))
    return cuts[::-1]
