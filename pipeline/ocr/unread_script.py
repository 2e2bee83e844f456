"""Notice a page in a script that the network of Latin letters does not read.

That network passes over Chinese and Japanese characters: it reads nothing, or a few digits, on
lines on which Latin text would have two letters for each line height.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.ocr.page_reading import ReadLine
from pipeline.ocr.quads import Pixels, Quad, side

LOOKED_AT = 0.3
"""Pages with a larger share of unread text are looked at with the network of all characters."""

UNREAD = 0.5
"""Pages with a larger share of unread text that no network reads are reported."""

_LONG = 3.0  # line heights: shorter lines tell too little
_SPARSE = 0.6  # characters for each line height of width, fewer than any Latin print has
_SURE = 0.8  # confidence of lines that decide on the script
_CJK_SHARE = 0.5  # of the letters and digits of these lines


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line as it was found on a page and read."""

    pixels: Pixels
    quad: Quad
    line: ReadLine

    @property
    def length(self) -> float:
        """In line heights."""
        sides = side(self.quad, 0, 1), side(self.quad, 0, 3)
        return max(sides) / max(1.0, min(sides))

    @property
    def is_unread(self) -> bool:
        """Whether the line has fewer characters than Latin text of its length has."""
        return sum(len(word.text) for word in self.line.words) < _SPARSE * self.length


def unread_share(lines: Sequence[SeenLine]) -> float:
    """The share, by length, of the long lines that were not read; 0 without long lines."""
    long = [line for line in lines if line.length >= _LONG]
    total = sum(line.length for line in long)
    return sum(line.length for line in long if line.is_unread) / total if total else 0.0


def longest_unread(lines: Sequence[SeenLine], count: int) -> list[SeenLine]:
    return sorted((line for line in lines if line.is_unread), key=lambda line: -line.length)[:count]


def are_cjk(lines: Sequence[ReadLine]) -> bool:
    """Whether lines, read with the network of all characters, are surely Chinese or Japanese."""
    text = [letter for line in lines for word in line.words for letter in word.text]
    letters = [letter for letter in text if letter.isalnum()]
    sure = [line.confidence for line in lines if line.words]
    if not letters or float(np.mean(sure)) < _SURE:
        return False
    return sum(map(_is_cjk, letters)) >= _CJK_SHARE * len(letters)


def _is_cjk(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("CJK", "HIRAGANA", "KATAKANA"))
