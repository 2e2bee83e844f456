"""Signs in a PDF: the program that wrote it, changes after it was finished, and mixed fonts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.audit.tampering.places import Place
from pipeline.audit.tampering.programs import named_program
from pipeline.audit.tampering.signs import Sign
from pipeline.document import Box
from pipeline.documents.limits import ImageLimits
from pipeline.documents.pdf import open_pdf
from pipeline.documents.text_layer.characters import Character
from pipeline.errors import ImageError
from pipeline.receipt import PixelBox

EDITED, CHANGED, FONTS = "pdf-editing-software", "pdf-changed-later", "fonts-change-in-amount"

_PROGRAMS = ("Producer", "Creator")
_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_SIGNATURE = re.compile(rb"/ByteRange\s*\[")
_CENTS = 2
_LEAST_DIGITS = 3


def pdf_traces(content: bytes, number: int, places: Sequence[Place]) -> Iterator[Sign]:
    """The signs in a PDF, at most one of each kind.

    Args:
        number: of the receipt's page, from 1.
        places: its amounts and dates.
    """
    try:
        with open_pdf(content, "") as pdf:
            information = pdf.information()
            characters = pdf.characters(number, ImageLimits().max_pixels)
    except ImageError:
        return
    programs = [information[name] for name in _PROGRAMS if information.get(name)]
    if (editor := named_program(programs, "pdf_editors")) is not None:
        yield Sign(EDITED, 1.0, f"The PDF was written by a program that edits PDFs: {editor}.")
    if times := changes_after_saving(content):
        often = "once" if times == 1 else f"{times} times"
        yield Sign(CHANGED, 1.0, f"The PDF was changed {often} after it was first saved.")
    mixed = [place for place in places if mixes_fonts(_inside(place.box, characters))]
    if mixed:
        names = ", ".join(place.field for place in mixed)
        reason = f"Digits of one amount or date are in several fonts: {names}."
        yield Sign(FONTS, 1.0, reason, tuple((place.field, place.box) for place in mixed))


def changes_after_saving(content: bytes) -> int:
    """How many updates were appended to a PDF. Signatures and what programs append before they
    hand a file out, an index for faster loading, are not counted."""
    ends = [int(found[1]) for found in _END.finditer(content)]
    starts = [found.end() for found in _END.finditer(content)]
    # A file for fast loading begins with a first part whose end is no end (it points to 0).
    updates = [
        content[start:stop]
        for start, stop in zip(starts, [*starts[1:], len(content)], strict=True)
        if b" obj" in content[start:stop]
    ]
    if ends and ends[0] == 0:
        updates = updates[1:]
    return sum(not _SIGNATURE.search(update) for update in updates)


def mixes_fonts(characters: Sequence[Character]) -> bool:
    """Whether digits of one text are in several fonts, other than the cents."""
    digits = [one for one in characters if one.text.isdigit()]
    if len(digits) < _LEAST_DIGITS:
        return False
    fonts = [one.font for one in digits]
    usual = Counter(fonts).most_common(1)[0][0]
    others = [place for place, font in enumerate(fonts) if font != usual]
    cents = list(range(len(digits) - _CENTS, len(digits)))
    before = list(range(len(digits) - _CENTS))
    return bool(others) and others not in (cents, before)


def _inside(box: PixelBox, characters: Sequence[Character]) -> list[Character]:
    """The characters with their centre in the box, from left to right."""
    around = Box(*box)
    inside = [
        one
        for one in characters
        if around.x0 <= one.box.center[0] <= around.x1
        and around.y0 <= one.box.center[1] <= around.y1
    ]
    return sorted(inside, key=lambda one: one.box.x0)
