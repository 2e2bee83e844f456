"""What a PDF page draws, in the order of drawing: texts, pictures, and text as outlines."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from pipeline.document import Box
from pipeline.documents.text_layer.placement import Placement

_INVISIBLE_MODES = frozenset(
    (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
)
_STROKED = pdfium.FPDF_TEXTRENDERMODE_STROKE
_FAINT = 26  # opacity of 255: a tenth
_DEEPEST = 8  # forms within forms
_LETTERLIKE = 8  # segments of a path: lines and rectangles have fewer

_Matrix = tuple[float, float, float, float, float, float]
_UNCHANGED: _Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class TextObject:
    """One piece of text: its place in the order of drawing, and what it is drawn with.

    Attributes:
        font: identifies the font on this page.
        is_embedded: the file holds the font's letters.
    """

    order: int
    is_invisible: bool
    font: int
    is_embedded: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture or path: its place in the order of drawing, and its box in page image pixels."""

    order: int
    box: Box


@dataclass(frozen=True, slots=True)
class PageObjects:
    """All that a page draws.

    Attributes:
        texts: by the address of PDFium's object.
        pictures: bitmaps.
        outlines: paths of many segments, which may be letters drawn as shapes.
    """

    texts: dict[int, TextObject] = field(default_factory=dict)
    pictures: list[Drawing] = field(default_factory=list)
    outlines: list[Drawing] = field(default_factory=list)


def page_objects(page: pypdfium2.PdfPage, placement: Placement) -> PageObjects:
    """Everything that a page draws, forms opened."""
    found = PageObjects()
    for order, (raw, matrix) in enumerate(_drawn(page)):
        kind = pdfium.FPDFPageObj_GetType(raw)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            found.texts[address_of(raw)] = _text_object(raw, order)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            found.pictures.append(Drawing(order, _box(raw, matrix, placement)))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and (
            pdfium.FPDFPath_CountSegments(raw) >= _LETTERLIKE
        ):
            found.outlines.append(Drawing(order, _box(raw, matrix, placement)))
    return found


def address_of(raw: object) -> int:
    """The address of a PDFium object, by which it is known again; 0 for none."""
    return ctypes.cast(raw, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def _drawn(page: pypdfium2.PdfPage) -> Iterator[tuple[object, _Matrix]]:
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        yield from _opened(pdfium.FPDFPage_GetObject(page, index), _UNCHANGED, 0)


def _opened(raw: object, matrix: _Matrix, depth: int) -> Iterator[tuple[object, _Matrix]]:
    """An object with the matrix that leads to the page; a form's content instead of the form."""
    if pdfium.FPDFPageObj_GetType(raw) != pdfium.FPDF_PAGEOBJ_FORM:
        yield raw, matrix
        return
    if depth == _DEEPEST:
        return
    own = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(raw, own)
    inner = _after((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
    for index in range(pdfium.FPDFFormObj_CountObjects(raw)):
        yield from _opened(pdfium.FPDFFormObj_GetObject(raw, index), inner, depth + 1)


def _after(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def _box(raw: object, matrix: _Matrix, placement: Placement) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(raw, left, bottom, right, top)
    a, b, c, d, e, f = matrix
    return Box.around(
        placement.point(a * x + c * y + e, b * x + d * y + f)
        for x in (left.value, right.value)
        for y in (bottom.value, top.value)
    ).clipped(placement.width, placement.height)


def _text_object(raw: object, order: int) -> TextObject:
    mode = pdfium.FPDFTextObj_GetTextRenderMode(raw)
    colour = (
        pdfium.FPDFPageObj_GetStrokeColor if mode == _STROKED else (pdfium.FPDFPageObj_GetFillColor)
    )
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    has_colour = colour(raw, red, green, blue, opacity)
    is_faint = bool(has_colour) and opacity.value < _FAINT
    font = pdfium.FPDFTextObj_GetFont(raw)
    return TextObject(
        order,
        is_invisible=mode in _INVISIBLE_MODES or is_faint,
        font=address_of(font),
        is_embedded=pdfium.FPDFFont_GetIsEmbedded(font) == 1,
    )
