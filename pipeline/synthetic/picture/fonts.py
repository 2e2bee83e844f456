"""The typefaces of drawn receipts.

All come from PyPI packages of the ``fontpkg`` family, each under the SIL Open Font
License: two drawings look the same on every machine, whatever fonts it has.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

import fontpkg
from PIL import ImageFont

from pipeline.errors import DataError
from pipeline.install import how_to_install

BOLD_STYLES = frozenset({"bold", "large"})


@dataclass(frozen=True, slots=True)
class Typeface:
    """One style of print.

    Attributes:
        family: the font family, as its package names it.
        weight, bold_weight: 100 (hairline) to 900 (black).
        spacing: ``mono`` where every character has one width, ``proportional`` otherwise.
    """

    family: str
    weight: int
    bold_weight: int
    spacing: str = "mono"


# Most receipt printers carry one narrow fixed-pitch face, hence the order of the shares.
TYPEFACES: tuple[tuple[Typeface, float], ...] = (
    (Typeface("Inconsolata", 500, 800), 0.34),
    (Typeface("Source Code Pro", 450, 750), 0.14),
    (Typeface("IBM Plex Mono", 400, 700), 0.14),
    (Typeface("Space Mono", 400, 700), 0.10),
    (Typeface("Arimo", 420, 700, "proportional"), 0.18),
    (Typeface("Roboto Condensed", 420, 700, "proportional"), 0.10),
)


@lru_cache(maxsize=256)
def load_font(typeface: Typeface, style: str, size: int) -> ImageFont.FreeTypeFont:
    """The font of a style (``normal``, ``bold``, ``large``, ``small``) at ``size`` pixels per em.

    Raises:
        DataError: the package that carries the family is not installed.
    """
    weight = typeface.bold_weight if style in BOLD_STYLES else typeface.weight
    try:
        path = fontpkg.path(typeface.family, weight=weight, nearest=True)
    except fontpkg.FontpkgError as error:
        reason = f"{error}; {how_to_install('synthetic')}"
        raise DataError(f"typeface {typeface.family}: {reason}") from error
    font = ImageFont.truetype(str(path), size)
    if "[" in path.name:  # a variable font: its name lists the axes, the weight among them
        font.set_variation_by_axes(
            [
                weight if axis["name"] == b"Weight" else axis["default"] or 0
                for axis in font.get_variation_axes()
            ]
        )
    return font


def typeface_for(text: str, rng: random.Random) -> Typeface:
    """A typeface that has a glyph for every character of the text; any if none has."""
    able = [(face, share) for face, share in TYPEFACES if not missing_glyphs(face, text)]
    faces, shares = zip(*(able or TYPEFACES), strict=True)
    chosen: Typeface = rng.choices(faces, shares)[0]
    return chosen


def missing_glyphs(typeface: Typeface, text: str) -> str:
    """The characters of ``text`` for which the typeface has no glyph."""
    font = load_font(typeface, "normal", 32)
    missing = bytes(font.getmask("\uffff"))
    return "".join(char for char in text if bytes(font.getmask(char)) == missing)
