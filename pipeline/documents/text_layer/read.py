"""Read the text of a PDF page with its boxes, if it can be trusted."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pypdfium2

from pipeline.document import Box, Page
from pipeline.documents.text_layer.characters import (
    Character,
    font_height,
    page_characters,
    upright_turn,
)
from pipeline.documents.text_layer.page_objects import Drawing, PageObjects, page_objects
from pipeline.documents.text_layer.picture_check import (
    TEXT_HEIGHT,
    has_ink,
    share_without_ink,
    small_picture,
    unread_share,
)
from pipeline.documents.text_layer.placement import Placement, placement_of
from pipeline.documents.text_layer.trust import why_distrusted, why_unlike_picture
from pipeline.documents.text_layer.words import tokens_of

_LARGEST_CHECK = 1_000_000  # pixels of the small picture


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The text of a PDF page.

    Attributes:
        page: its tokens, in pixels of the upright page image; ``None`` if the text cannot be
            trusted.
        reason: why it cannot.
    """

    page: Page | None
    reason: str | None = None


def read_text_layer(pdf_page: pypdfium2.PdfPage, scale: float) -> TextLayer:
    """The text of a page whose image has ``scale`` pixels per point."""
    placement, degrees, objects, characters = _read(pdf_page, scale)
    if (reason := why_distrusted(characters)) is not None:
        return TextLayer(None, reason)
    visible = [one for one in characters if not one.is_invisible and not one.is_faulty]
    page = Page(placement.width, placement.height, tokens_of(visible), degrees)
    undrawn = [one.cell for one in visible if one.lacks_glyph]
    return _checked(pdf_page, page, objects, undrawn, scale, _shrinking(page, visible))


def visible_characters(pdf_page: pypdfium2.PdfPage, scale: float) -> list[Character]:
    """The characters that a page shows as text, whether or not they can be trusted, in pixels of
    the upright page image."""
    *_, characters = _read(pdf_page, scale)
    return [one for one in characters if not one.is_invisible]


def _read(
    pdf_page: pypdfium2.PdfPage, scale: float
) -> tuple[Placement, int, PageObjects, list[Character]]:
    """The placement of the upright page, the turn to it, and what is drawn on it."""
    text_page = pdf_page.get_textpage()
    try:
        shown = placement_of(pdf_page, scale)
        degrees = upright_turn(text_page, shown)
        placement = shown.turned(degrees)
        objects = page_objects(pdf_page, placement)
        return placement, degrees, objects, page_characters(text_page, placement, objects)
    finally:
        text_page.close()


def _shrinking(page: Page, characters: Sequence[Character]) -> float:
    """The scale from the page image to the small picture on which the text is checked."""
    height = statistics.median(map(font_height, characters))
    most = math.sqrt(_LARGEST_CHECK / (page.width * page.height))
    return min(TEXT_HEIGHT / height, 1.0, most)


def _checked(
    pdf_page: pypdfium2.PdfPage,
    page: Page,
    objects: PageObjects,
    undrawn: Sequence[Box],
    scale: float,
    shrunk: float,
) -> TextLayer:
    """The page, if a small picture of it shows its words and little else that could be text.

    Args:
        undrawn: boxes of characters for which this machine has no font.
        scale: of the page image, in pixels per point.
        shrunk: the scale from the page image to the small picture.
    """
    picture = np.rot90(small_picture(pdf_page, scale * shrunk), -page.rotation // 90)
    # Dots and dashes may be too fine for a small picture.
    drawn = [
        any(map(str.isalnum, token.text))
        and not any(token.box.intersection(box) for box in undrawn)
        for token in page.tokens
    ]
    boxes = [token.box.scaled(shrunk, shrunk) for token in page.tokens]
    reason = why_unlike_picture(
        share_without_ink(
            picture, [box for box, is_drawn in zip(boxes, drawn, strict=True) if is_drawn]
        ),
        unread_share(picture, boxes, _scaled(objects, shrunk)),
    )
    if reason is not None:
        return TextLayer(None, reason)
    shown = tuple(
        token
        for token, box, is_drawn in zip(page.tokens, boxes, drawn, strict=True)
        if not is_drawn or has_ink(picture, box)
    )
    return TextLayer(replace(page, tokens=shown))


def _scaled(objects: PageObjects, scale: float) -> PageObjects:
    def smaller(drawings: Sequence[Drawing]) -> list[Drawing]:
        return [replace(one, box=one.box.scaled(scale, scale)) for one in drawings]

    return replace(objects, pictures=smaller(objects.pictures), outlines=smaller(objects.outlines))
