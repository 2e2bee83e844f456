"""The characters of a PDF page, each with its box and whether it can be seen."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pypdfium2
import pypdfium2.raw as pdfium

from pipeline.document import Box
from pipeline.documents.text_layer.page_objects import Drawing, PageObjects, TextObject, address_of
from pipeline.documents.text_layer.placement import Placement

# PDFium gives 2 for a hyphen at the end of a line; soft hyphens that are drawn are hyphens.
_HYPHENS = frozenset((0x02, 0xAD))
_SURROGATES = range(0xD800, 0xE000)  # halves of an emoji
_NOT_CHARACTERS = frozenset("Cc Co Cn".split())  # control, private use, unassigned
_REPLACEMENT = 0xFFFD
_SAME_PLACE = 0.4  # of a cell: the same letter again so near is drawn bold that way
_NO_INK = 0.01  # of the cell's height
_NO_FONT = TextObject(-1, False, 0, True)


@dataclass(frozen=True, slots=True)
class Character:
    """One character as the page draws it, in pixels of the page image.

    Attributes:
        text: the character, several letters of a ligature; any white space is one space.
        box: around its ink.
        cell: from where it starts to where the next character starts, as high as the font.
        origin: the point on the baseline where it starts.
        font: identifies the font on this page.
        is_faulty: the PDF does not tell which character it is.
        is_invisible: drawn without ink, in a font without shapes, or behind a picture.
        lacks_glyph: its font is not in the file, and the font that takes its place on this
            machine does not have the character.
        quarters: clockwise quarter turns of the writing, 0 for upright.
    """

    text: str
    box: Box
    cell: Box
    origin: tuple[float, float]
    font: int
    is_faulty: bool
    is_invisible: bool
    lacks_glyph: bool = False
    quarters: int = 0


def font_height(character: Character) -> float:
    """The length of a character's cell across the writing, in pixels."""
    cell = character.cell
    return cell.width if character.quarters % 2 else cell.height


def page_characters(
    text_page: pypdfium2.PdfTextPage, placement: Placement, objects: PageObjects
) -> list[Character]:
    """The characters on the visible part of the page, in the order of drawing."""
    found = (_character(text_page, index, placement, objects) for index in _drawn(text_page))
    inside = (one for one in found if one is not None and _is_inside(one.box.center, placement))
    return list(_once_each(_with_ligatures(inside)))


def upright_turn(text_page: pypdfium2.PdfTextPage, placement: Placement) -> int:
    """The degrees clockwise by which the page image is turned so that most writing is upright."""
    counts = Counter(_quarters(text_page, index, placement) for index in _drawn(text_page))
    return -90 * counts.most_common(1)[0][0] % 360 if counts else 0


def _drawn(text_page: pypdfium2.PdfTextPage) -> Iterator[int]:
    """The indices of characters that the page draws; PDFium adds spaces and line ends."""
    for index in range(text_page.count_chars()):
        if pdfium.FPDFText_IsGenerated(text_page, index) != 1:
            yield index


def _quarters(text_page: pypdfium2.PdfTextPage, index: int, placement: Placement) -> int:
    angle = pdfium.FPDFText_GetCharAngle(text_page, index)  # clockwise, on the PDF's page
    return (round(float(angle) / (math.pi / 2)) + placement.quarters) % 4


def _character(
    text_page: pypdfium2.PdfTextPage, index: int, placement: Placement, objects: PageObjects
) -> Character | None:
    """A character; ``None`` if it takes no place, like a mark of direction."""
    code = pdfium.FPDFText_GetUnicode(text_page, index)
    text = "-" if code in _HYPHENS else chr(code)
    category = unicodedata.category(text)
    if code in _SURROGATES or category == "Cf":
        return None
    cell = _cell(text_page, index, placement)
    if cell is None:
        return None
    box = _ink(text_page, index, placement)
    has_ink = min(box.width, box.height) > _NO_INK * cell.height
    drawn_as = objects.texts.get(
        address_of(pdfium.FPDFText_GetTextObject(text_page, index)), _NO_FONT
    )
    is_space = text.isspace()
    pictures = objects.pictures
    is_faulty = not is_space and (
        category in _NOT_CHARACTERS
        or code == _REPLACEMENT
        or pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1
    )
    return Character(
        text=" " if is_space else text,
        box=box if has_ink else cell,
        cell=cell,
        origin=_origin(text_page, index, placement),
        font=drawn_as.font,
        is_faulty=is_faulty,
        is_invisible=drawn_as.is_invisible
        or (drawn_as.is_embedded and not (is_space or has_ink))
        or (bool(pictures) and _is_behind(cell.center, drawn_as, pictures)),
        lacks_glyph=not (is_space or has_ink or drawn_as.is_embedded),
        quarters=_quarters(text_page, index, placement),
    )


def _cell(text_page: pypdfium2.PdfTextPage, index: int, placement: Placement) -> Box | None:
    rectangle = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text_page, index, rectangle):
        return None
    cell = placement.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
    return cell if cell.area > 0 else None


def _ink(text_page: pypdfium2.PdfTextPage, index: int, placement: Placement) -> Box:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    return placement.box(left.value, bottom.value, right.value, top.value)


def _origin(
    text_page: pypdfium2.PdfTextPage, index: int, placement: Placement
) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    return placement.point(x.value, y.value)


def _is_inside(point: tuple[float, float], placement: Placement) -> bool:
    return 0 <= point[0] <= placement.width and 0 <= point[1] <= placement.height


def _is_behind(point: tuple[float, float], text: TextObject, pictures: Iterable[Drawing]) -> bool:
    """Whether a picture is drawn over the text at this point."""
    x, y = point
    return any(
        picture.order > text.order >= 0
        and picture.box.x0 <= x <= picture.box.x1
        and picture.box.y0 <= y <= picture.box.y1
        for picture in pictures
    )


def _with_ligatures(characters: Iterable[Character]) -> Iterator[Character]:
    """Letters that one glyph shows share their place: they become one character of several
    letters."""
    before: Character | None = None
    for one in characters:
        if before is not None and before.cell == one.cell:
            before = replace(before, text=before.text + one.text)
            continue
        if before is not None:
            yield before
        before = one
    if before is not None:
        yield before


def _once_each(characters: Iterable[Character]) -> Iterator[Character]:
    """The characters without those drawn a second time at nearly the same place."""
    seen: dict[tuple[str, int, int], tuple[float, float]] = {}
    for one in characters:
        cell = one.cell
        x, y = cell.center
        grid = max(cell.height, cell.width, 1.0)
        near = _SAME_PLACE * min(cell.height, cell.width)
        others = [
            seen.get((one.text, column, row))
            for column in {int((x - near) // grid), int((x + near) // grid)}
            for row in {int((y - near) // grid), int((y + near) // grid)}
        ]
        if any(at is not None and math.dist(at, (x, y)) < near for at in others):
            continue
        seen[one.text, int(x // grid), int(y // grid)] = (x, y)
        yield one
