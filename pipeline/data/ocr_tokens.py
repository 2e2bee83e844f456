"""Replace annotated tokens by OCR tokens, which are the model's input at inference."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from PIL import Image

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.sroie import relabel_sroie
from pipeline.data.transfer import transfer_labels
from pipeline.document import Page
from pipeline.documents.load import load_page, one_page
from pipeline.errors import DataError, PipelineError
from pipeline.page_reader import PageReader, words_of
from pipeline.rotation import turned

logger = logging.getLogger(__name__)


def with_ocr_tokens(pages: Iterable[AnnotatedPage], engine: PageReader) -> Iterator[AnnotatedPage]:
    """The same receipts with OCR tokens and the labels transferred to them.

    SROIE's truth is text, so it is aligned anew; elsewhere labels follow the boxes. A
    receipt whose labels cannot be carried over is left out, and the log says why.
    """
    for page in pages:
        try:
            yield relabel(page, read_words(page, engine))
        except PipelineError as error:
            logger.warning("%s/%s left out: %s", page.source, page.id, error)


def read_words(page: AnnotatedPage, engine: PageReader) -> Page:
    """The words of a receipt's file, as extraction reads them: its own text, or by OCR.

    Raises:
        DataError: the receipt has no picture.
        PipelineError: the picture cannot be read, or its file does not have that page.
    """
    if page.image is None:
        raise DataError(f"{page.source}/{page.id}: has no picture to read")
    return words_of(one_page(page.image, page.page_number), engine)


def load_picture(page: AnnotatedPage) -> Image.Image:
    """The picture of an annotated receipt as its file holds it: the page of its number.

    Raises:
        DataError: the receipt has no picture.
        ImageError: the picture cannot be read, or its file does not have that page.
    """
    if page.image is None:
        raise DataError(f"{page.source}/{page.id}: has no picture to read")
    return load_page(page.image, page.page_number)


def upright_image(page: AnnotatedPage, rotation: int) -> Image.Image | None:
    """The picture of a receipt, rotated clockwise by ``rotation``; ``None`` if there is none.

    Raises:
        ImageError: as ``load_picture``.
    """
    return None if page.image is None else turned(load_picture(page), rotation)


def relabel(page: AnnotatedPage, ocr_page: Page) -> AnnotatedPage:
    """The same receipt with the tokens of ``ocr_page`` and the labels transferred to them.

    Raises:
        DataError: the labels follow boxes, and the two pages' boxes do not compare.
    """
    if page.source == "sroie":
        return relabel_sroie(page, ocr_page)
    return transfer_labels(page, ocr_page)
