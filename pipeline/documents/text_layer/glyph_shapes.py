"""Whether the letters of a font have the shapes of the characters that they claim to be.

A PDF whose table of characters is wrong gives clean text that says something else than the page
shows. How far the ink of each character reaches above and below the baseline, and how much room it
takes in a proportional font, is compared with the same character of a known typeface: with a right
table they correlate, whatever the typeface.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import fontpkg
import numpy as np
from PIL import ImageFont

from pipeline.documents.text_layer.characters import Character

_LEAST_CORRELATION = 0.5
_LEAST_DIFFERENT = 8  # different characters of a font, to judge it
_SAMPLES = 3  # of each character
_EM = 200

_SPREAD = (
    0.04  # standard deviation, in heights of the font, from which a measure tells letters apart
)

Shape = tuple[float, float, float]
"""Above the baseline, below it, and the width of the cell, in heights of the font."""


def share_of_wrong_shapes(characters: Sequence[Character]) -> float:
    """The share of characters in fonts whose letters look like other letters, 0 to 1.

    Fonts of which the page shows few letters are not judged.
    """
    by_font: dict[int, list[Character]] = defaultdict(list)
    for one in characters:
        if one.text != " " and one.quarters == 0:
            by_font[one.font].append(one)
    wrong = sum(len(of_font) for of_font in by_font.values() if not _look_right(of_font))
    return wrong / max(sum(map(len, by_font.values())), 1)


def _look_right(characters: Iterable[Character]) -> bool:
    seen = _shapes(characters)
    known = {text: shape for text in seen if (shape := _reference(text)) is not None}
    if len(known) < _LEAST_DIFFERENT:
        return True
    return _correlation(seen, known) >= _LEAST_CORRELATION


def _shapes(characters: Iterable[Character]) -> dict[str, Shape]:
    """The mean shape of each letter and digit."""
    samples: dict[str, list[Shape]] = defaultdict(list)
    for one in characters:
        if one.text.isalnum() and len(samples[one.text]) < _SAMPLES:
            height, baseline = one.cell.height, one.origin[1]
            samples[one.text].append(
                (
                    (baseline - one.box.y0) / height,
                    (one.box.y1 - baseline) / height,
                    one.cell.width / height,
                )
            )
    return {
        text: (shape[0], shape[1], shape[2])
        for text, of_text in samples.items()
        if (shape := np.mean(of_text, axis=0).tolist())
    }


def _correlation(seen: Mapping[str, Shape], known: Mapping[str, Shape]) -> float:
    """The correlation of all measures that differ between letters on both sides; 1 if none does."""
    found, expected = (np.array([shapes[text] for text in known]) for shapes in (seen, known))
    # Capitals and digits are of one height, letters of a typewriter of one width.
    differs = (found.std(axis=0) > _SPREAD) & (expected.std(axis=0) > _SPREAD)
    if not differs.any():
        return 1.0
    one, other = ((side - side.mean(axis=0))[:, differs] for side in (found, expected))
    return float((one * other).sum() / (np.linalg.norm(one) * np.linalg.norm(other)))


@cache
def _reference(text: str) -> Shape | None:
    """The shape of a character in Arimo; ``None`` if the typeface does not have it."""
    font = _typeface()
    if text == "\ufffd" or bytes(font.getmask(text)) == bytes(font.getmask("\uffff")):
        return None
    _, top, _, bottom = font.getbbox(text, anchor="ls")
    ascent, descent = font.getmetrics()
    height = ascent + descent
    return -top / height, bottom / height, font.getlength(text) / height


@cache
def _typeface() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fontpkg.path("Arimo", weight=400, nearest=True), _EM)
