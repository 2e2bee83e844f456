"""Annotated receipts as the OCR engine reads them: the tokens that inference will see."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import Image

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.sroie import relabel_sroie
from pipeline.data.transfer import transfer_labels
from pipeline.document import Page
from pipeline.errors import DataError, PipelineError
from pipeline.images import load_pages, turned
from pipeline.ocr.engine import OcrEngine

logger = logging.getLogger(__name__)


def reread(pages: Iterable[AnnotatedPage], engine: OcrEngine) -> Iterator[AnnotatedPage]:
    """The same receipts with the engine's tokens and the labels carried over to them.

    SROIE's truth is text, so it is aligned anew; elsewhere labels follow the boxes. A
    receipt whose labels cannot be carried over is left out, and the log says why.
    """
    for page in pages:
        try:
            yield _reread(page, engine)
        except PipelineError as error:
            logger.warning("%s/%s left out: %s", page.source, page.id, error)


def first_image(path: Path) -> Image.Image:
    """The picture of an annotated receipt: the first page of its file.

    Raises:
        ImageError: the picture cannot be read.
    """
    return next(iter(load_pages(path))).image


def upright_image(path: Path | None, rotation: int) -> Image.Image | None:
    """The picture at ``path``, turned clockwise as its page was; ``None`` where there is none.

    Raises:
        ImageError: the picture cannot be read.
    """
    return None if path is None else turned(first_image(path), rotation)


def _reread(page: AnnotatedPage, engine: OcrEngine) -> AnnotatedPage:
    if page.image is None:
        raise DataError(f"{page.source}/{page.id}: has no picture to read")
    return relabel(page, engine.read(first_image(page.image)))


def relabel(page: AnnotatedPage, ocr_page: Page) -> AnnotatedPage:
    """The same receipt with the tokens of ``ocr_page`` and the labels carried over to them.

    Raises:
        DataError: the labels follow boxes, and the two pages' boxes do not compare.
    """
    if page.source == "sroie":
        return relabel_sroie(page, ocr_page)
    return transfer_labels(page, ocr_page)
