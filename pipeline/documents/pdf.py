"""Open PDF files, render their pages and read their text.

PDFium must not run in two threads at once, not even on two documents: all calls are made here,
under one lock.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import RLock

import pypdfium2
from PIL import Image

from pipeline.document import Page
from pipeline.documents.limits import ImageLimits, check_pages, check_size
from pipeline.documents.page_image import page_numbers
from pipeline.documents.text_layer.characters import Character
from pipeline.documents.text_layer.read import read_text_layer, visible_characters
from pipeline.errors import ImageError

logger = logging.getLogger(__name__)

_PDF_DPI = 200
_PDF_MAX_DPI = 600
_PDF_SHORT_SIDE = 800  # pixels; a roll of 58 mm has fewer at 200 dpi
_PDF_MAX_PIXELS = 16_000_000
_POINTS_PER_INCH = 72
_pdfium = RLock()


class Pdf:
    """An open PDF; pages count from 1."""

    def __init__(self, document: pypdfium2.PdfDocument, name: str) -> None:
        self._document = document
        self._name = name
        self.page_count = len(document)

    def size(self, number: int, max_pixels: int) -> tuple[int, int]:
        """Width and height of the image that ``render`` gives.

        Raises:
            ImageError: the page cannot be loaded.
        """
        with self._page(number) as page:
            width, height = page.get_size()
        scale = pdf_scale(width, height, max_pixels)
        return math.ceil(width * scale), math.ceil(height * scale)

    def render(self, number: int, max_pixels: int) -> Image.Image:
        """A page as an RGB image.

        Raises:
            ImageError: it cannot be rendered.
        """
        with self._page(number) as page:
            width, height = page.get_size()
            bitmap = page.render(scale=pdf_scale(width, height, max_pixels))
            image: Image.Image = bitmap.to_pil().convert("RGB")  # a copy
            bitmap.close()
        return image

    def text(self, number: int, max_pixels: int) -> Page | None:
        """The words of a page in pixels of the image that ``render`` gives, turned by
        ``Page.rotation``; ``None`` if there are none, or if they cannot be trusted.

        Raises:
            ImageError: the page cannot be read.
        """
        with self._page(number) as page:
            width, height = page.get_size()
            layer = read_text_layer(page, pdf_scale(width, height, max_pixels))
        if layer.reason is not None:
            logger.info("%s, page %d: its text is not used: %s", self._name, number, layer.reason)
        return layer.page

    def characters(self, number: int, max_pixels: int) -> list[Character]:
        """The characters that a page shows as text, in pixels of the image that ``render`` gives,
        turned upright.

        Raises:
            ImageError: the page cannot be read.
        """
        with self._page(number) as page:
            width, height = page.get_size()
            return visible_characters(page, pdf_scale(width, height, max_pixels))

    def information(self) -> dict[str, str]:
        """What the PDF says about itself: ``Producer``, ``Creator``, ``CreationDate`` and so on;
        a key that it lacks is an empty text."""
        with _pdfium:
            return dict(self._document.get_metadata_dict())

    @contextmanager
    def _page(self, number: int) -> Iterator[pypdfium2.PdfPage]:
        """A loaded page, under the lock. It is closed here: the garbage collector would close it in
        any thread, without the lock."""
        try:
            with _pdfium:
                page = _with_forms(self._document, number - 1)
                yield page
                page.close()
        except (pypdfium2.PdfiumError, MemoryError) as error:
            raise ImageError(self._name, f"page {number} cannot be rendered: {error}") from error


class PdfPage:
    """A page of a PDF, rendered and read when asked for; the PDF is opened each time."""

    attachment: str | None = None

    def __init__(self, content: bytes, name: str, number: int, max_pixels: int) -> None:
        self.number = number
        self._content = content
        self._name = name
        self._max_pixels = max_pixels

    @cached_property
    def image(self) -> Image.Image:
        with open_pdf(self._content, self._name) as pdf:
            return pdf.render(self.number, self._max_pixels)

    @cached_property
    def text(self) -> Page | None:
        with open_pdf(self._content, self._name) as pdf:
            return pdf.text(self.number, self._max_pixels)


def pdf_pages(
    content: bytes, limits: ImageLimits, name: str, only: int | None = None
) -> Iterator[PdfPage]:
    """The pages of a PDF.

    Args:
        only: the number of the page to load, from 1; by default all.

    Raises:
        ImageError: while iterating, at the first page that cannot be loaded.
    """
    with open_pdf(content, name) as pdf:
        check_pages(pdf.page_count, limits, name)
        for number in page_numbers(pdf.page_count, only, name):
            check_size(*pdf.size(number, limits.max_pixels), limits, name)
            yield PdfPage(content, name, number, limits.max_pixels)


def pdf_size(content: bytes, number: int, limits: ImageLimits, name: str) -> tuple[int, int]:
    """Width and height in pixels of the image that a page gives, without rendering it.

    Raises:
        ImageError: the PDF cannot be opened, or has fewer pages.
    """
    with open_pdf(content, name) as pdf:
        page_numbers(pdf.page_count, number, name)
        return pdf.size(number, limits.max_pixels)


@contextmanager
def open_pdf(content: bytes, name: str) -> Iterator[Pdf]:
    """A PDF in memory.

    Raises:
        ImageError: it is encrypted, damaged or not a PDF; the message begins with ``name``.
    """
    with _pdfium:
        document = _opened(content, name)
        pdf = Pdf(document, name)
    try:
        yield pdf
    finally:
        with _pdfium:
            document.close()


def _with_forms(document: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
    """A page with its annotations and the values of its form as part of what it draws."""
    page = document[index]
    if not pypdfium2.raw.FPDFPage_GetAnnotCount(page):
        return page
    pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_NORMALDISPLAY)
    page.close()
    return document[index]


def _opened(content: bytes, name: str) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(content)
        document.init_forms()
        return document
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise ImageError(name, "the PDF is encrypted and needs a password") from error
        raise ImageError(name, f"the PDF is damaged or cut off: {error}") from error


def pdf_scale(width: float, height: float, max_pixels: int) -> float:
    """Pixels per point, for a page of ``width`` x ``height`` points.

    200 dpi; more if the page is narrow, less if it would have too many pixels.
    """
    wanted = max(_PDF_DPI / _POINTS_PER_INCH, _PDF_SHORT_SIDE / max(min(width, height), 1))
    finest = min(wanted, _PDF_MAX_DPI / _POINTS_PER_INCH)
    # One pixel per side less than the limit, because the renderer rounds up.
    most = min(_PDF_MAX_PIXELS, max_pixels)
    largest = math.sqrt(most / max(width * height, 1)) * (1 - 1 / math.sqrt(most))
    return min(finest, largest)
