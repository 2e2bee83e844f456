"""Annotated receipts as the OCR engine reads them, none left out.

Training may drop a receipt that cannot be read or relabelled (``pipeline.data.reread``);
an evaluation may not: the hard pictures are the ones it would lose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.reread import relabel
from pipeline.document import Page
from pipeline.errors import DataError, PipelineError
from pipeline.images import load_pages
from pipeline.labels import OUTSIDE
from pipeline.ocr.engine import OcrEngine


@dataclass(frozen=True, slots=True)
class ReadPages:
    """Every receipt that was asked for, in its order.

    Attributes:
        pages: with the engine's tokens; one that could not be read has none, so that all
            its fields count as missed.
        problems: why, by ``source/id``, a receipt was not read or its labels not carried
            over to the tokens; the latter's fields count, its tags do not.
    """

    pages: list[AnnotatedPage]
    problems: dict[str, str]


def read_images(pages: Iterable[AnnotatedPage], engine: OcrEngine) -> ReadPages:
    """Read each receipt's picture and carry its labels over to what was read."""
    read: list[AnnotatedPage] = []
    problems: dict[str, str] = {}
    for page in pages:
        name = f"{page.source}/{page.id}"
        try:
            ocr_page = _read(page, engine)
        except PipelineError as error:
            problems[name] = f"not read: {error}"
            ocr_page = Page(page.page.width, page.page.height, ())
            read.append(_without_tags(page, ocr_page))
            continue
        try:
            read.append(relabel(page, ocr_page))
        except PipelineError as error:
            problems[name] = f"tags not scored: {error}"
            read.append(_without_tags(page, ocr_page))
    return ReadPages(read, problems)


def _read(page: AnnotatedPage, engine: OcrEngine) -> Page:
    if page.image is None:
        raise DataError(f"{page.source}/{page.id}: has no picture to read")
    return engine.read(next(iter(load_pages(page.image))).image)


def _without_tags(page: AnnotatedPage, ocr_page: Page) -> AnnotatedPage:
    """The truth of the document alone: no label of it is known to stand on any token."""
    outside = (OUTSIDE,) * len(ocr_page.tokens)
    return replace(page, page=ocr_page, tags=outside, unaligned=tuple(sorted(page.annotated)))
