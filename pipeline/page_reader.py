"""The words of a loaded page: those that it brings as text, or those that OCR reads."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from PIL import Image

from pipeline.document import Page
from pipeline.documents.page_image import LoadedPage


class PageReader(Protocol):
    """The part of an OCR engine's interface that extraction needs, cached or not."""

    @property
    def name(self) -> str: ...

    def read(self, image: Image.Image) -> Page: ...


class PdfText(StrEnum):
    """Whether the text of PDF pages is used: where it can be trusted, or never."""

    TRUSTED = "trusted"
    NEVER = "never"


def text_of(page: LoadedPage, pdf_text: PdfText) -> Page | None:
    """The words that a page brings; ``None`` if it must be read by OCR.

    Raises:
        ImageError: the page cannot be loaded.
    """
    return None if pdf_text is PdfText.NEVER else page.text


def words_of(page: LoadedPage, engine: PageReader) -> Page:
    """The words that a page brings, if they can be trusted, or else those that the engine reads.

    Raises:
        PipelineError: the page cannot be loaded or read.
    """
    return page.text or engine.read(page.image)
